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


ESTIMATED = ["repeats", "anova", "inter_subject"]


@pytest.mark.parametrize("method", ESTIMATED)
def test_noise_passes_less_often_the_higher_the_ceiling(method):
    showings = Showings(50, 150, 1, 1 / 3)

    rates = [
        false_pass_rate(threshold, showings, method=method)
        for threshold in (0.01, 0.1, 0.2, 0.4, 0.8)
    ]

    assert rates == sorted(rates, reverse=True)
    assert 0 <= rates[-1] < rates[0] < 0.6


@pytest.mark.parametrize("method", ESTIMATED)
def test_more_stimuli_let_less_noise_pass(method):
    rates = [
        false_pass_rate(0.1, Showings(n, 3 * n, 1, 1 / 3), method=method)
        for n in (10, 30, 100, 10_000)
    ]

    assert rates == sorted(rates, reverse=True)
    # F lies above 1 / 0.9 by six of its standard deviations, sqrt(3 / n).
    assert rates[-1] < 1e-6


def test_folds_cost_degrees_of_freedom():
    one = Showings(40, 120, 1, 1 / 3)
    ten = Showings(40, 120, 10, 1 / 3)

    rates = [false_pass_rate(0.2, each, method="anova") for each in (one, ten)]

    assert rates[0] < rates[1]


def test_the_rate_is_that_of_the_f_distribution():
    from scipy.stats import f

    # One voxel of 20 items shown twice: NC = 1 - 1 / F lies above 0.5 where F > 2.
    expected = f.sf(2, 19, 20)

    found = false_pass_rate(0.5, Showings(20, 40, 1, 0.5), method="anova")

    assert found == pytest.approx(expected)


@pytest.mark.parametrize("method", ESTIMATED)
def test_a_stricter_rate_asks_for_a_higher_ceiling(method):
    showings = Showings(60, 180, 2, 1 / 3)

    limits = [
        safe_threshold(rate, showings, method=method) for rate in (0.2, 0.05, 0.001)
    ]

    assert limits == sorted(limits)
    assert 0 < limits[0] < limits[-1] < 1
