"""Noise ceilings find the truth that was put in, and agree with other estimators."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.noise_ceiling import (
    ceiling_from_others,
    ceiling_from_repeats,
    sum_repeats,
    unrectified_ceiling,
)
from boldwise.evaluation.repeat_pairs import (
    ceiling_from_halves,
    ceiling_from_signal_power,
)
from boldwise.evaluation.scores import correlate_in_folds

ESTIMATES = (
    ceiling_from_repeats,
    unrectified_ceiling,
    ceiling_from_halves,
    ceiling_from_signal_power,
)


def simulate(ncsnr, counts, n_voxels, seed=0):
    """Trials, their items, and the signal: noise of 1, signal of ncsnr."""
    rng = np.random.default_rng(seed)
    signal = ncsnr * rng.normal(size=(len(counts), n_voxels))
    item = np.repeat(np.arange(len(counts)), counts)
    return signal[item] + rng.normal(size=(len(item), n_voxels)), item, signal


def at_once(estimate, response, item, fold=None):
    """Ceilings of shape (n_voxels,) with all items once."""
    n_items = item.max() + 1
    fold = np.zeros(n_items, int) if fold is None else fold
    return estimate(response, item, fold, np.ones((1, n_items)))[0]


def average(response, item):
    """Repeat averages, written out."""
    return np.array([response[item == k].mean(axis=0) for k in range(item.max() + 1)])


# Facts 4.1: three repeats of 500 stimuli; the true NC(3) is x^2 / (x^2 + 1/3).
TABLE = [(0.25, 0.158), (0.5, 0.429), (1.0, 0.750)]


@pytest.mark.parametrize(("ncsnr", "truth"), TABLE)
@pytest.mark.parametrize("estimate", ESTIMATES)
def test_every_estimate_finds_the_truth(estimate, ncsnr, truth):
    response, item, _ = simulate(ncsnr, [3] * 500, 400)

    found = at_once(estimate, response, item)

    assert abs(np.median(found) - truth) < 0.012


@pytest.mark.parametrize(("ncsnr", "truth"), TABLE)
def test_the_ceiling_is_what_the_true_signal_scores(ncsnr, truth):
    response, item, signal = simulate(ncsnr, [3] * 500, 400)

    r = correlate_in_folds(signal, average(response, item), np.zeros(500, int))

    assert abs(np.mean(r**2) - truth) < 0.012


@pytest.mark.parametrize(
    ("n_stimuli", "mean", "above"), [(500, 0.029, 0.08), (100, 0.060, 0.26)]
)
def test_the_rectified_ceiling_of_noise_lies_above_zero(n_stimuli, mean, above):
    response, item, _ = simulate(0, [3] * n_stimuli, 2000)

    found = at_once(ceiling_from_repeats, response, item)

    assert abs(found.mean() - mean) < 0.006
    assert abs((found > 0.1).mean() - above) < 0.03


@pytest.mark.parametrize("estimate", [unrectified_ceiling, ceiling_from_halves])
def test_unrectified_ceilings_of_noise_centre_on_zero(estimate):
    response, item, _ = simulate(0, [3] * 500, 1000)

    assert abs(np.median(at_once(estimate, response, item))) < 0.012


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_mixed_repeat_counts_refer_to_the_averages_that_are_scored(estimate):
    # 1/k averages to (40/3 + 30/2 + 30/1) / 100 = 0.583; NC = 0.64 / (0.64 + 0.583).
    counts = [3] * 240 + [2] * 180 + [1] * 180
    response, item, signal = simulate(0.8, counts, 400)

    found = at_once(estimate, response, item)

    r = correlate_in_folds(signal, average(response, item), np.zeros(600, int))
    assert abs(np.median(found) - 0.5233) < 0.012
    assert abs(np.mean(r**2) - 0.5233) < 0.012


def test_the_unrectified_ceiling_agrees_with_the_squared_ccmax():
    response, item, _ = simulate(0.5, [3] * 80, 50)
    y = response.reshape(80, 3, 50)
    # Signal power (Sahani & Linden) over the variance of the mean (Schoppe et al.).
    power = (y.sum(axis=1).var(axis=0, ddof=1) - y.var(axis=0, ddof=1).sum(axis=0)) / 6
    expected = power / y.mean(axis=1).var(axis=0, ddof=1)

    # CCmax takes each repeat's variance by itself, means of repeats included.
    found = at_once(unrectified_ceiling, response, item)
    np.testing.assert_allclose(found, expected, atol=0.05)
    assert abs((found - expected).mean()) < 0.01


def test_the_rectified_ceiling_is_the_formula_of_the_natural_scenes_dataset():
    response, item, _ = simulate(0.7, [3] * 60, 40)
    noise = response.reshape(60, 3, 40).var(axis=1, ddof=1).mean(axis=0)
    ncsnr2 = np.maximum(response.var(axis=0, ddof=1) - noise, 0) / noise

    np.testing.assert_allclose(
        at_once(ceiling_from_repeats, response, item), ncsnr2 / (ncsnr2 + 1 / 3)
    )


def test_split_halves_are_spearman_and_browns_over_all_pairs():
    response, item, _ = simulate(0.7, [3] * 60, 20)
    y = response.reshape(60, 3, 20)
    pairs = [
        [np.corrcoef(y[:, a, v], y[:, b, v])[0, 1] for v in range(20)]
        for a, b in [(0, 1), (0, 2), (1, 2)]
    ]
    r = np.mean(pairs, axis=0)

    np.testing.assert_allclose(
        at_once(ceiling_from_halves, response, item), 3 * r / (1 + 2 * r)
    )


def test_split_halves_stay_finite_for_opposite_repeats():
    half = np.random.default_rng(0).normal(size=(20, 3))
    response = np.concatenate([half, -half])
    item = np.tile(np.arange(20), 2)

    assert at_once(ceiling_from_halves, response, item).tolist() == [-1, -1, -1]


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_differences_between_folds_are_no_signal(estimate):
    response, item, _ = simulate(0.5, [3] * 400, 200)
    fold = np.repeat(np.arange(4), 100)
    moved = response + 5 * fold[item][:, None]

    np.testing.assert_allclose(
        at_once(estimate, moved, item, fold), at_once(estimate, response, item, fold)
    )
    assert abs(np.median(at_once(estimate, moved, item, fold)) - 0.429) < 0.02


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_an_item_of_weight_two_counts_as_two_items(estimate):
    response, item, _ = simulate(0.5, [3] * 30, 10)
    weights = np.ones((2, 30))
    weights[1, :3] = [2, 0, 2]
    rows = [3 * k + r for k in [0, 0, 2, 2, *range(3, 30)] for r in range(3)]
    again = np.repeat(np.arange(31), 3)

    found = estimate(response, item, np.zeros(30, int), weights)

    np.testing.assert_allclose(found[1], at_once(estimate, response[rows], again))
    np.testing.assert_allclose(found[0], at_once(estimate, response, item))


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_the_order_of_trials_does_not_matter_beyond_that_of_repeats(estimate):
    response, item, _ = simulate(0.5, [3] * 30, 10)
    order = np.argsort(np.tile(np.arange(3), 30), kind="stable")  # repeat by repeat

    np.testing.assert_allclose(
        at_once(estimate, response[order], item[order]),
        at_once(estimate, response, item),
    )


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_without_repeats_there_is_no_ceiling_and_the_way_out_is_named(estimate):
    response, item, _ = simulate(0.5, [1] * 30, 10)

    with pytest.raises(DataError, match=r"none of the 30.*inter_subject.*or none"):
        at_once(estimate, response, item)


def test_the_mean_of_the_others_bounds_the_ceiling_from_below():
    # Subjects share the signal: correlation with the mean of 4 others, single shots.
    rng = np.random.default_rng(0)
    signal = rng.normal(size=(400, 200))
    subjects = signal + rng.normal(size=(5, 400, 200))
    once, fold = np.ones((1, 400)), np.zeros(400, int)

    found = ceiling_from_others(subjects[0], subjects[1:].mean(axis=0), fold, once)[0]

    assert abs(found.mean() - 0.5 * (1 / 1.25)) < 0.01  # below the truth of 0.5


def test_opposite_subjects_have_a_negative_ceiling():
    own = np.random.default_rng(1).normal(size=(50, 3))

    found = ceiling_from_others(own, -own, np.zeros(50, int), np.ones((1, 50)))

    np.testing.assert_allclose(found, -1)


def test_repeats_are_summed_up_as_written_out():
    response, item, _ = simulate(0.5, [2, 3, 1, 2], 5)

    moments = sum_repeats(response, item, np.zeros(4, int))

    centred = response - response.mean(axis=0)
    np.testing.assert_allclose(moments.mean, average(centred, item))
    scatter = [
        ((centred[item == k] - moments.mean[k]) ** 2).sum(axis=0) for k in range(4)
    ]
    np.testing.assert_allclose(moments.within, scatter, atol=1e-12)
    assert moments.count.tolist() == [2, 3, 1, 2]
