"""How often noise passes: the closed form beside simulation, and its inverse."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.ceilings import METHODS
from boldwise.evaluation.false_pass import Showings, false_pass_rate, safe_threshold
from boldwise.evaluation.noise_ceiling import ceiling_from_repeats, unrectified_ceiling

MIXED = [3] * 40 + [2] * 30 + [1] * 30


def test_a_hundred_images_pass_a_quarter_of_the_noise():
    showings = Showings(100, 300, 1, 1 / 3)

    assert false_pass_rate(0.1, showings, method="repeats") == pytest.approx(
        0.26, abs=0.005
    )


@pytest.mark.parametrize("counts", [[2] * 60, MIXED])
@pytest.mark.parametrize("n_folds", [1, 4])
def test_the_rate_is_what_simulated_noise_passes(counts, n_folds):
    item = np.repeat(np.arange(len(counts)), counts)
    fold = np.arange(len(counts)) % n_folds
    response = np.random.default_rng(0).normal(size=(len(item), 4000))
    showings, once = Showings.count(item, fold), np.ones((1, len(counts)))

    passed = (ceiling_from_repeats(response, item, fold, once)[0] > 0.1).mean()

    rate = false_pass_rate(0.1, showings, method="repeats")
    assert abs(passed - rate) < 3 * np.sqrt(rate * (1 - rate) / 4000)


def test_the_unrectified_estimate_passes_as_often_as_told():
    item, fold = np.repeat(np.arange(80), 3), np.zeros(80, int)
    response = np.random.default_rng(1).normal(size=(240, 4000))

    found = unrectified_ceiling(response, item, fold, np.ones((1, 80)))[0]

    rate = false_pass_rate(0.2, Showings(80, 240, 1, 1 / 3), method="anova")
    assert abs((found > 0.2).mean() - rate) < 3 * np.sqrt(rate / 4000)


def test_between_subjects_the_rate_is_that_of_a_correlation():
    from scipy.stats import pearsonr

    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 30, 4000))
    r = pearsonr(a, b, axis=0).statistic

    rate = false_pass_rate(0.1, Showings(30, 30, 1, 1), method="inter_subject")

    passed = (np.sign(r) * r**2 > 0.1).mean()
    assert abs(passed - rate) < 3 * np.sqrt(rate / 4000)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "none"])
def test_the_safe_threshold_is_the_inverse_of_the_rate(method):
    showings = Showings(100, 230, 2, 0.55)

    threshold = safe_threshold(0.05, showings, method=method)

    assert false_pass_rate(threshold, showings, method=method) == pytest.approx(0.05)


@pytest.mark.parametrize("method", ["none", "repeats", "inter_subject"])
def test_what_was_not_estimated_has_no_rate(method):
    showings = Showings(2, 2, 1, 1.0)

    assert np.isnan(false_pass_rate(0.1, showings, method=method))
    assert np.isnan(safe_threshold(0.05, showings, method=method))


@pytest.mark.parametrize("threshold", [0, 1.0, -0.2])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(DataError, match="a ceiling between 0 and 1, not"):
        false_pass_rate(threshold, Showings(10, 30, 1, 1 / 3), method="repeats")


def test_showings_are_counted_by_item_and_fold():
    found = Showings.count(np.array([0, 0, 1, 2, 2, 2]), np.array([0, 0, 1]))

    assert found == Showings(3, 6, 2, pytest.approx((1 / 2 + 1 + 1 / 3) / 3))
    assert found.mean_repeats == 2
