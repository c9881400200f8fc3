"""Mirrors src/boldwise/decoders/adaptation_curve.py."""

import numpy as np
import pytest
from planted_brains import plant
from scipy import stats

from boldwise.decoders.adaptation import AdaptationOptions
from boldwise.decoders.adaptation_curve import (
    AdaptationCurve,
    adaptation_curve,
    identify_tests,
    interval_of_mean,
    scores_of,
)
from boldwise.decoders.fit_shared_latent import SharedLatentOptions, fit_shared_latent
from boldwise.decoders.shared_latent import DecoderOptions
from boldwise.errors import ConfigError, DataError
from boldwise.evaluation.identification import identify
from boldwise.training.options import TrainingOptions

TRAINING = TrainingOptions(n_epochs=2, batch_size=15, learning_rate=1e-2, prefetch=0)
MODES = [
    AdaptationOptions(mode, 0.1, TRAINING, TRAINING) for mode in ("scratch", "linear")
]
WORLD = plant(4, repeats=2)
KNOWN, NEW = WORLD.only(["s0", "s1"]), WORLD.only(["s2", "s3"])


@pytest.fixture(scope="module")
def known():
    options = SharedLatentOptions(DecoderOptions(latent=12), 0.1, TRAINING)
    return fit_shared_latent(KNOWN, options=options)


@pytest.mark.parametrize(("unit", "budgets"), [("trials", [20, 60]), ("minutes", [2])])
def test_curves_hold_a_score_per_mode_budget_and_subject(known, unit, budgets):
    curve = adaptation_curve(
        known, NEW, target="image", budgets=budgets, modes=MODES, unit=unit
    )

    assert curve.modes == ["scratch", "linear"]
    assert curve.subjects == ["s2", "s3"]
    assert curve.n_trials.tolist() == (
        [[20, 20], [60, 60]] if unit == "trials" else [[30, 30]]
    )
    for values in curve.scores.values():
        assert values.shape == (2, len(budgets), 2)
        assert ((values >= 0) & (values <= 1)).all()


def test_ranks_are_those_of_embeddings_averaged_over_repeats(known):
    found = identify_tests(known, KNOWN)["s1"]["image"]

    mean = known.retrieval["s1"]["image"].reshape(20, 2, -1).mean(1)
    wanted = known.scale["image"].apply(WORLD.targets["image"][-20:])
    expected = identify(mean, wanted, np.zeros(20, int))
    assert np.array_equal(found.rank, expected.rank)


def test_a_control_is_ranked_in_place_of_the_brain(known):
    ranks = identify_tests(known, KNOWN, control="mean_brain")["s0"]["image"]

    assert scores_of(ranks)["two_way"] == pytest.approx(0.5)


def test_scores_of_known_ranks():
    perfect = identify(np.eye(4), np.eye(4), np.zeros(4, int))
    assert scores_of(perfect) == {"top1": 1.0, "two_way": 1.0}


def test_intervals_are_students():
    values = np.random.default_rng(0).normal(size=(3, 7))

    mean, low, high = interval_of_mean(values)

    for row in range(3):
        found = stats.ttest_1samp(values[row], 0).confidence_interval(0.95)
        assert mean[row] == pytest.approx(values[row].mean())
        assert (low[row], high[row]) == pytest.approx((found.low, found.high))


def test_differences_are_paired():
    """Subjects differ much, modes by 0.1 in each: only pairs see it."""
    level = np.array([0.2, 0.5, 0.8])
    scores = np.stack([level[None], level[None] + [[0.1, 0.11, 0.09]]])
    curve = AdaptationCurve(
        ["scratch", "linear"], np.array([9]), "trials", list("abc"), None, {"x": scores}
    )

    low = curve.difference("x", "linear", "scratch")[1]

    assert low[0] > 0.07
    assert curve.interval("x", "linear")[1][0] < 0.2


def test_one_subject_has_no_interval():
    with pytest.raises(DataError, match="an interval over subjects needs 2"):
        interval_of_mean(np.zeros((4, 1)))


def test_unknown_units_are_refused(known):
    with pytest.raises(ConfigError, match="budgets are in 'hours'; known: trials"):
        adaptation_curve(
            known, NEW, target="image", budgets=[1], modes=MODES, unit="hours"
        )
