"""Mirrors src/boldwise/decoders/adaptation.py."""

from dataclasses import replace

import numpy as np
import pytest
from planted_brains import plant

from boldwise.decoders.adaptation import MODES, AdaptationOptions, adapt
from boldwise.decoders.fit_shared_latent import SharedLatentOptions, fit_shared_latent
from boldwise.decoders.objective import Objective
from boldwise.decoders.shared_latent import DecoderOptions
from boldwise.decoders.subject_maps import MapOptions
from boldwise.errors import ConfigError, DataError
from boldwise.training.options import TrainingOptions
from boldwise.training.weights import weights_of

TRAINING = TrainingOptions(n_epochs=2, batch_size=15, learning_rate=1e-2, prefetch=0)
WORLD = plant(4)
KNOWN, NEW = WORLD.only(["s0", "s1"]), WORLD.only(["s2"])


def options_of(mode="linear"):
    return AdaptationOptions(mode, 0.1, TRAINING, TRAINING, rank=2)


def fit_known(**decoder):
    chosen = DecoderOptions(latent=12, n_blocks=1, **decoder)
    return fit_shared_latent(KNOWN, options=SharedLatentOptions(chosen, 0.1, TRAINING))


@pytest.fixture(scope="module")
def known():
    return fit_known()


def shared(fit):
    return {
        name.replace(".base", ""): one
        for name, one in weights_of(fit.model).items()
        if name.startswith(("trunk", "heads")) and ".down" not in name
        if ".up" not in name
    }


@pytest.mark.parametrize("mode", MODES)
def test_what_is_frozen_stays_and_the_rest_is_trained(known, mode):
    before = weights_of(known.model)
    found = adapt(known, NEW, options=options_of(mode))

    same = {k: np.array_equal(v, shared(known)[k]) for k, v in shared(found).items()}
    if mode in ("linear", "low_rank"):
        assert all(same.values())
    else:
        assert not same["heads.=image.expand.linear.weight"]
    assert found.model.subjects == ["s2"]
    assert list(found.retrieval) == ["s2"]
    n_map = 12 * 31
    if mode == "linear":
        assert found.n_parameters == n_map
    elif mode == "low_rank":  # adapters of three layers beside the map
        assert found.n_parameters == n_map + 2 * (12 + 12) + 2 * (12 + 16) + 2 * 32
    after = weights_of(known.model)
    assert all(np.array_equal(one, after[name]) for name, one in before.items())


def test_all_modes_scale_targets_as_the_known_did(known):
    for mode in MODES:
        found = adapt(known, NEW, options=options_of(mode)).scale["image"]
        assert np.array_equal(found.mean, known.scale["image"].mean)


def test_reset_tuning_trains_beside_known_subjects_whose_maps_stay():
    known = fit_known(objective=Objective(rebuild=0.5, cycle=0.5))

    found = adapt(known, NEW, options=options_of(), beside=KNOWN)

    assert found.model.subjects == ["s0", "s1", "s2"]
    assert list(found.retrieval) == ["s2"]
    assert found.history.loss["cycle"][-1] > 0
    old, now = weights_of(known.model), weights_of(found.model)
    for name in now:
        if "s2" not in name:
            assert np.array_equal(now[name], old[name])


def test_a_shared_map_of_parcels_takes_new_subjects_without_training():
    parcels = np.repeat(np.arange(10), 3)

    def divided(study):
        brains = {k: replace(one, region=parcels) for k, one in study.brains.items()}
        return replace(study, brains=brains)

    chosen = DecoderOptions(
        latent=12, n_blocks=1, subject_map=MapOptions("parcels", shared=True)
    )
    known = fit_shared_latent(
        divided(KNOWN), options=SharedLatentOptions(chosen, 0.1, TRAINING)
    )
    found = adapt(known, divided(NEW), options=options_of())
    assert len(found.history) == 0
    assert found.n_parameters == 0
    then = adapt(known, divided(NEW), options=options_of("linear_then_all"))
    assert len(then.history) == 2
    assert not np.array_equal(
        then.retrieval["s2"]["image"], found.retrieval["s2"]["image"]
    )


def test_a_known_subject_is_not_new(known):
    with pytest.raises(DataError, match="subjects 's0' trained the decoder; give new"):
        adapt(known, WORLD.only(["s0", "s2"]), options=options_of())


def test_nobody_unknown_is_beside(known):
    with pytest.raises(DataError, match="'s3' are to be beside the new ones"):
        adapt(known, NEW, options=options_of(), beside=WORLD.only(["s3"]))


def test_unknown_modes_are_refused():
    with pytest.raises(ConfigError, match="mode is 'finetune'; known: scratch, linear"):
        AdaptationOptions("finetune")
