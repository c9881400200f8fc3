"""Ceilings from pairs of showings: the formulas written out, and what changes nothing.

What all estimates of a ceiling share is tested in test_noise_ceiling.py.
"""

from itertools import combinations

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.repeat_pairs import (
    ceiling_from_halves,
    ceiling_from_signal_power,
    explainable_variance,
)

ESTIMATES = (explainable_variance, ceiling_from_halves, ceiling_from_signal_power)
CORRELATIONS = (explainable_variance, ceiling_from_halves)
MIXED = (3, 2) * 10


def show(counts, n_voxels=6, *, ncsnr=0.7, seed=0):
    """Give trials and their items: noise of 1, signal of ncsnr."""
    rng = np.random.default_rng(seed)
    item = np.repeat(np.arange(len(counts)), counts)
    signal = ncsnr * rng.normal(size=(len(counts), n_voxels))
    return signal[item] + rng.normal(size=(len(item), n_voxels)), item


def at_once(estimate, response, item, *options, fold=None):
    """Give an estimate of shape (n_voxels,), every item once."""
    fold = np.zeros(item.max() + 1, int) if fold is None else fold
    return estimate(response, item, fold, np.ones((1, len(fold))), *options)[0]


def by_repeat(response, n_items, n_repeats):
    """Arrange trials as items × repeats × voxels."""
    return response.reshape(n_items, n_repeats, -1)


@pytest.mark.parametrize("n_repeats", [2, 3, 5])
def test_equal_counts_give_the_explainable_variance_of_z_scored_repeats(n_repeats):
    response, item = show([n_repeats] * 40)
    each = by_repeat(response, 40, n_repeats)
    z = (each - each.mean(axis=0)) / each.std(axis=0)

    raw = z.mean(axis=1).var(axis=0)
    corrected = raw - (1 - raw) / (n_repeats - 1)

    np.testing.assert_allclose(
        at_once(explainable_variance, response, item), corrected, atol=1e-12
    )


def test_equal_counts_give_the_signal_power_of_sahani_and_linden():
    n_items, n_repeats = 40, 4
    response, item = show([n_repeats] * n_items)
    each = by_repeat(response, n_items, n_repeats)

    total = each.sum(axis=1).var(axis=0, ddof=1)
    single = each.var(axis=0, ddof=1).sum(axis=0)
    power = (total - single) / (n_repeats * (n_repeats - 1))

    expected = power / each.mean(axis=1).var(axis=0, ddof=1)
    found = at_once(ceiling_from_signal_power, response, item)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_mixed_counts_average_pairs_by_the_items_that_have_both():
    response, item = show(MIXED)
    start = np.cumsum([0, *MIXED[:-1]])
    total, n_total = 0, 0
    for first, second in combinations(range(3), 2):
        have = [k for k, count in enumerate(MIXED) if count > second]
        a, b = (response[start[have] + nth] for nth in (first, second))
        total += len(have) * np.array(
            [np.corrcoef(x, y)[0, 1] for x, y in zip(a.T, b.T, strict=True)]
        )
        n_total += len(have)

    found = at_once(explainable_variance, response, item)

    np.testing.assert_allclose(found, total / n_total, atol=1e-12)


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_an_item_drawn_twice_is_two_items_under_mixed_counts_too(estimate):
    response, item = show(MIXED)
    weights = np.ones((1, len(MIXED)))
    weights[0, :4] = [3, 0, 0, 2]
    drawn = np.repeat(np.arange(len(MIXED)), weights[0].astype(int))
    rows = np.concatenate([np.flatnonzero(item == k) for k in drawn])
    again = np.repeat(np.arange(len(drawn)), np.array(MIXED)[drawn])

    found = estimate(response, item, np.zeros(len(MIXED), int), weights)[0]

    np.testing.assert_allclose(found, at_once(estimate, response[rows], again))


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_a_draw_that_lacks_a_pair_rests_on_the_other_pairs(estimate):
    counts = [3] * 3 + [2] * 20
    response, item = show(counts)
    weights = np.ones((2, 23))
    weights[1, :3] = 0  # none of the items with a third showing

    found = estimate(response, item, np.zeros(23, int), weights)

    kept = item >= 3
    rest = at_once(estimate, response[kept], item[kept] - 3)
    np.testing.assert_allclose(found[1], rest)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_a_draw_of_a_single_item_is_unknown(estimate):
    response, item = show([2] * 10)
    weights = np.ones((2, 10))
    weights[1] = 0
    weights[1, 4] = 10

    found = estimate(response, item, np.zeros(10, int), weights)

    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1]).all()


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_gain_and_offset_of_a_voxel_do_not_matter_and_inputs_stay(estimate):
    response, item = show(MIXED)
    before = response.copy()

    moved = at_once(estimate, 250 - 3 * response, item)

    np.testing.assert_allclose(moved, at_once(estimate, response, item), atol=1e-9)
    np.testing.assert_array_equal(response, before)


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_voxels_are_estimated_each_by_itself(estimate):
    response, item = show(MIXED)

    alone = [at_once(estimate, response[:, [k]], item)[0] for k in range(6)]

    np.testing.assert_allclose(at_once(estimate, response, item), alone, atol=1e-12)


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_relabelling_the_items_changes_nothing(estimate):
    response, item = show(MIXED)
    label = np.random.default_rng(1).permutation(len(MIXED))

    found = at_once(estimate, response, label[item])

    np.testing.assert_allclose(found, at_once(estimate, response, item), atol=1e-12)


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_a_voxel_that_does_not_vary_is_unknown_and_the_others_are_not(estimate):
    response, item = show(MIXED)
    response[:, 2] = 7.25

    found = at_once(estimate, response, item)

    assert np.flatnonzero(np.isnan(found)).tolist() == [2]


def test_perfect_repeats_have_a_ceiling_of_one_in_every_estimate():
    signal = np.random.default_rng(0).normal(size=(12, 4))
    item = np.repeat(np.arange(12), 2)

    for estimate in ESTIMATES:
        np.testing.assert_allclose(at_once(estimate, signal[item], item), 1)


def test_single_showings_enter_the_average_but_no_pair():
    counts = [2] * 30 + [1] * 10
    response, item = show(counts)
    twice = item < 30

    np.testing.assert_allclose(
        at_once(explainable_variance, response, item),
        at_once(explainable_variance, response[twice], item[twice]),
    )
    r = at_once(explainable_variance, response, item)
    inverse = (30 / 2 + 10) / 40
    np.testing.assert_allclose(
        at_once(ceiling_from_halves, response, item), r / (r + (1 - r) * inverse)
    )


@pytest.mark.parametrize("estimate", CORRELATIONS)
def test_pairs_within_a_half_do_not_count(estimate):
    response, item = show([3] * 60, 300, ncsnr=0.0)
    half = np.tile([0, 0, 1], 60)
    shared = np.random.default_rng(5).normal(size=(60, 300))
    for nth in (0, 1):  # what the estimation made alike within the first half
        response[nth::3] += 2 * shared

    blind = at_once(estimate, response, item)
    apart = at_once(estimate, response, item, half)

    assert np.median(blind) > 0.2
    assert abs(np.median(apart)) < 0.1


def test_which_half_is_called_first_does_not_matter():
    response, item = show([4] * 20)
    half = np.tile([0, 1, 0, 1], 20)

    np.testing.assert_allclose(
        at_once(explainable_variance, response, item, half),
        at_once(explainable_variance, response, item, 1 - half),
    )


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_too_few_repeated_stimuli_are_counted_in_the_message(estimate):
    response, item = show([2, 2] + [1] * 18)

    with pytest.raises(DataError, match=r"only 2 of the 20 .* no fold has three"):
        at_once(estimate, response, item)


def test_repeats_that_no_fold_has_three_of_are_too_few():
    response, item = show([2] * 4 + [1] * 16)
    fold = np.arange(20) % 2

    with pytest.raises(DataError, match=r"only 4 of the 20 .*inter_subject"):
        at_once(explainable_variance, response, item, fold=fold)


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_the_estimate_of_noise_centres_on_zero(estimate):
    response, item = show([2] * 60, 800, ncsnr=0.0, seed=3)

    found = at_once(estimate, response, item)

    # r of 60 items has a standard deviation of 0.13, a ceiling about twice that.
    assert abs(np.median(found)) < 5 * 2 * 0.13 / np.sqrt(800)
