"""What other brains taught helps to decode a new one, the more the fewer its trials."""

from dataclasses import replace

import numpy as np
import pytest
from planted_brains import plant

from boldwise.decoders.adaptation import MODES, AdaptationOptions
from boldwise.decoders.adaptation_curve import (
    adaptation_curve,
    interval_of_mean,
    rank_tests,
    scores_of,
)
from boldwise.decoders.control_inputs import CONTROLS
from boldwise.decoders.fit_shared_latent import (
    SharedLatentOptions,
    fit_shared_latent,
    tell,
    tell_control,
)
from boldwise.decoders.linear import RidgeDecoder
from boldwise.decoders.shared_latent import DecoderOptions
from boldwise.decoders.subject_maps import MapOptions
from boldwise.training.options import TrainingOptions

pytestmark = pytest.mark.recovery

SMALL, BUDGETS = [60, 120, 250], [60, 120, 250, 600]
TRAINING = TrainingOptions(
    n_epochs=8,
    batch_size=12,
    learning_rate=2e-3,
    schedule="one_cycle",
    weight_decay=0.1,
)
DECODER = DecoderOptions(
    latent=64, n_blocks=1, dropout=0.0, subject_map=MapOptions(voxel_dropout=0.5)
)
NEW = replace(TRAINING, n_epochs=12, learning_rate=3e-3)
THEN = replace(TRAINING, n_epochs=4, learning_rate=3e-4)


@pytest.fixture(scope="module")
def world():
    """Ten brains: 12 of 48 dimensions coded in 150 voxels, noise thrice the signal."""
    return plant(
        10,
        **{"n_train": 600, "n_test": 200, "n_voxels": 150, "width": 48, "noise": 3.0},
        **{"n_coded": 12, "n_uncoded": 36, "repeats": 3},
    )


@pytest.fixture(scope="module")
def known(world):
    """Four subjects that teach."""
    study = world.only([f"s{i}" for i in range(4)])
    return fit_shared_latent(study, options=SharedLatentOptions(DECODER, 0.1, TRAINING))


@pytest.fixture(scope="module")
def new(world):
    """Six subjects that are new."""
    return world.only([f"s{i}" for i in range(4, 10)])


@pytest.fixture(scope="module")
def curve(known, new):
    modes = [AdaptationOptions(mode, 0.15, NEW) for mode in ("scratch", "linear")]
    return adaptation_curve(known, new, target="image", budgets=BUDGETS, modes=modes)


@pytest.mark.parametrize("measure", ["top1", "two_way"])
def test_shared_beats_scratch_at_every_small_budget(curve, measure):
    mean, low, _ = curve.difference(measure, "linear", "scratch")

    assert (low[: len(SMALL)] > 0).all()
    assert (mean > 0).all()


def test_the_gap_closes_with_data(curve):
    gap = curve.difference("two_way", "linear", "scratch")[0]

    assert (np.diff(gap) < 0).all()
    assert gap[-1] < gap[0] / 3


def test_shared_beats_ridge_of_the_subject_alone(curve, known, new):
    """Ridge with a penalty per dimension is the stronger baseline at 60 trials."""
    gains = []
    for budget, shared in zip(SMALL, curve.scores["two_way"][1], strict=False):
        ridge = [_ridge(known, new, name, budget) for name in curve.subjects]
        gains.append(interval_of_mean(shared - ridge))
    mean, low, _ = np.transpose(gains)

    assert (mean > 0).all()
    assert (low[1:] > 0).all()


def _ridge(known, new, name, budget):
    brain = new.brains[name].within(trials=budget)
    targets = new.targets["image"][brain.stimulus_row[brain.train]]
    decoder = RidgeDecoder(alphas=np.logspace(1, 6, 11))
    decoder.fit(brain.responses[brain.train], known.scale["image"].apply(targets))
    told = decoder.predict(brain.responses[brain.test])
    return scores_of(rank_tests(told, new, name, "image", known))["two_way"]


@pytest.mark.parametrize("mode", MODES[2:])
def test_every_way_to_go_on_beats_scratch(curve, known, new, mode):
    options = AdaptationOptions(mode, 0.15, NEW, THEN)
    more = adaptation_curve(known, new, target="image", budgets=[120], modes=[options])

    gain = more.scores["two_way"][0, 0] - curve.scores["two_way"][0, 1]
    assert interval_of_mean(gain)[1] > 0


def test_the_map_of_one_subject_tells_nothing_of_another(known, new):
    """Voxels of different subjects do not belong together: transfer is chance."""
    found = []
    for name, brain in new.brains.items():
        seen = brain.responses[brain.test]
        ranks = [
            rank_tests(
                tell(known.model, one, seen)["image"][1], new, name, "image", known
            )
            for one in known.model.subjects
        ]
        found.append(np.mean([scores_of(one)["two_way"] for one in ranks]))

    mean, low, high = interval_of_mean(np.array(found))
    assert abs(mean - 0.5) < 0.05
    assert low < 0.5 < high


@pytest.mark.parametrize("kind", CONTROLS)
def test_the_mean_of_many_controls_is_chance(known, world, kind):
    study = world.only(known.model.subjects)
    draws = []
    for seed in range(50):
        name = f"s{seed % 4}"
        told = tell_control(known.model, name, study.brains[name], kind=kind, seed=seed)
        ranks = rank_tests(told["image"], study, name, "image", known)
        draws.append(scores_of(ranks)["two_way"])

    assert abs(np.mean(draws) - 0.5) <= 0.02
