"""Mirrors src/boldwise/decoders/fit_shared_latent.py."""

from dataclasses import replace

import numpy as np
import pytest
from planted_brains import plant

from boldwise.decoders.fit_shared_latent import (
    SharedLatentOptions,
    fit_shared_latent,
    tell,
    tell_control,
)
from boldwise.decoders.shared_latent import DecoderOptions
from boldwise.evaluation.identification import identify
from boldwise.training.options import TrainingOptions
from boldwise.training.weights import weights_of

OPTIONS = SharedLatentOptions(
    DecoderOptions(latent=16, n_blocks=1, dropout=0.0),
    0.1,
    TrainingOptions(n_epochs=12, batch_size=10, learning_rate=1e-2, prefetch=0),
)


@pytest.fixture(scope="module")
def study():
    return plant(repeats=2, noise=0.5)


@pytest.fixture(scope="module")
def fit(study):
    return fit_shared_latent(study, options=OPTIONS)


def two_way(fit, study, retrieval, subject="s0"):
    brain = study.brains[subject]
    wanted = fit.scale["image"].apply(
        study.targets["image"][brain.stimulus_row[brain.test]]
    )
    first = slice(0, None, 2)  # one of both repeats
    ranks = identify(retrieval[first], wanted[first], np.zeros(20, int))
    return float(((ranks.n_pool - ranks.rank) / (ranks.n_pool - 1)).mean())


def test_planted_stimuli_are_told_in_their_unit_and_identified(fit, study):
    for name, brain in study.brains.items():
        truth = study.targets["image"][brain.stimulus_row[brain.test]]
        told = fit.prediction[name]["image"]
        assert told.shape == truth.shape
        assert ((told - truth) ** 2).mean() < 0.85 * truth.var(0).mean()
        assert two_way(fit, study, fit.retrieval[name]["image"], name) > 0.75


def test_losses_fall(fit):
    assert fit.history.validation["loss"][-1] < fit.history.validation["loss"][0]
    assert {"image_regression", "image_contrast"} <= set(fit.history.loss)


def test_test_trials_shape_nothing(fit, study):
    """Other test responses and targets: the same weights, bit for bit."""
    target = study.targets["image"].copy()
    target[-20:] = 1e3
    brains = {}
    for name, brain in study.brains.items():
        response = brain.responses.copy()
        response[brain.test] = -1e3
        brains[name] = replace(brain, responses=response)
    other = fit_shared_latent(
        replace(study, brains=brains, targets={"image": target}), options=OPTIONS
    )

    weights, again = weights_of(fit.model), weights_of(other.model)
    assert all(np.array_equal(one, again[name]) for name, one in weights.items())


def test_the_order_of_the_subjects_changes_no_weight(fit, study):
    turned = replace(study, brains=dict(reversed(study.brains.items())))

    again = weights_of(fit_shared_latent(turned, options=OPTIONS).model)

    for name, one in weights_of(fit.model).items():
        assert np.array_equal(one, again[name])


def test_blocks_of_new_responses_are_told_alike(fit, study):
    responses = study.brains["s1"].responses
    whole = tell(fit.model, "s1", responses)["image"][1]

    np.testing.assert_allclose(
        tell(fit.model, "s1", responses[70:75])["image"][1], whole[70:75], atol=1e-5
    )


@pytest.mark.parametrize("kind", ["noise_input", "shuffled_brain", "mean_brain"])
def test_controls_are_at_chance(fit, study, kind):
    draws = [
        two_way(
            fit,
            study,
            tell_control(fit.model, name, brain, kind=kind, seed=seed)["image"],
            name,
        )
        for seed in range(20)
        for name, brain in study.brains.items()
    ]

    assert abs(np.mean(draws) - 0.5) < 0.02
    if kind == "mean_brain":
        assert np.ptp(draws) < 1e-9  # all stimuli tie


def test_controls_come_with_the_fit(fit, study):
    assert sorted(fit.controls) == ["mean_brain", "noise_input", "shuffled_brain"]
    again = tell_control(fit.model, "s2", study.brains["s2"], kind="noise_input")
    assert np.array_equal(fit.controls["noise_input"]["s2"]["image"], again["image"])
