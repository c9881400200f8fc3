"""Permutation tests keep their level, and agree with brute force and scipy."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from boldwise.evaluation.held_out import (
    permute_in_folds,
    permute_items,
    reuse_of_pairs,
)
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.evaluation.significance import (
    adjust_fdr,
    permutation_p,
    permute_correlations,
)
from boldwise.evaluation.splits import TEST, TRAIN

FOLD = np.repeat([0, 1], [12, 8])


def correlated_noise(rng, n_items, n_voxels, share=0.5):
    """Noise of which a share is common to all voxels."""
    common = rng.normal(size=(n_items, 1))
    own = rng.normal(size=(n_items, n_voxels))
    return np.sqrt(share) * common + np.sqrt(1 - share) * own


def test_p_values_are_those_of_a_loop_over_permutations():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 20, 7))
    y[:, :3] += x[:, :3]
    permutation = permute_in_folds(FOLD, n_permutations=199, seed=4)

    found = permute_correlations(x, y, FOLD, permutation=permutation)

    null = np.array([correlate_in_folds(x, y[rows], FOLD) for rows in permutation])
    observed = correlate_in_folds(x, y, FOLD)
    np.testing.assert_allclose(found.p, (1 + (null >= observed).sum(axis=0)) / 200)
    np.testing.assert_allclose(found.largest, null.max(axis=1))
    beyond = (null.max(axis=1)[:, None] >= observed).sum(axis=0)
    np.testing.assert_allclose(found.p_fwer, (1 + beyond) / 200)


def test_tiles_of_voxels_do_not_change_the_answer():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 20, 1100))
    permutation = permute_in_folds(FOLD, n_permutations=19, seed=0)

    whole = permute_correlations(x, y, FOLD, permutation=permutation)
    part = permute_correlations(
        x[:, 500:530], y[:, 500:530], FOLD, permutation=permutation
    )

    np.testing.assert_array_equal(whole.p[500:530], part.p)


def test_p_is_never_zero_and_one_sided():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(20, 2))
    y = x * [1, -1]
    permutation = permute_in_folds(FOLD, n_permutations=99, seed=0)

    found = permute_correlations(x, y, FOLD, permutation=permutation)

    np.testing.assert_allclose(found.p, [0.01, 1.0])


def test_draws_that_repeat_the_observed_order_count_as_ties():
    x = np.arange(3.0)[:, None]
    permutation = permute_in_folds(np.zeros(3, int), n_permutations=3000, seed=0)

    found = permute_correlations(x, x, np.zeros(3, int), permutation=permutation)

    assert abs(found.p[0] - 1 / 6) < 0.02


def test_undefined_voxels_stay_undefined_and_out_of_the_largest():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 20, 3))
    y[:, 1] = 5.0
    permutation = permute_in_folds(FOLD, n_permutations=49, seed=0)

    found = permute_correlations(x, y, FOLD, permutation=permutation)

    assert np.isnan(found.p).tolist() == [False, True, False]
    assert np.isnan(found.p_fwer).tolist() == [False, True, False]
    assert np.isfinite(found.largest).all()


def test_uncorrected_p_rejects_five_percent_of_noise_voxels():
    rng = np.random.default_rng(4)
    rejected = []
    for _ in range(12):
        x, y = (correlated_noise(rng, 40, 150, share=0.2) for _ in range(2))
        permutation = permute_in_folds(
            np.zeros(40, int), n_permutations=199, seed=int(rng.integers(1e6))
        )
        found = permute_correlations(x, y, np.zeros(40, int), permutation=permutation)
        rejected.append((found.p < 0.05).mean())

    assert 0.03 < np.mean(rejected) < 0.07


def test_the_largest_statistic_holds_the_family_wise_error():
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(200):
        x, y = (correlated_noise(rng, 20, 30) for _ in range(2))
        permutation = permute_in_folds(
            FOLD, n_permutations=99, seed=int(rng.integers(1e6))
        )
        hits += (
            permute_correlations(x, y, FOLD, permutation=permutation).p_fwer.min()
            < 0.05
        )

    assert hits / 200 < 0.09  # 0.04 expected; sd 0.014


def test_turning_time_series_round_holds_where_permuting_them_fails(make_held_out):
    # AR(1) with 0.8: shuffled volumes reject 21 % of the time (facts 4.3).
    rng = np.random.default_rng(6)
    x, y = np.zeros((2, 300, 400))
    for t in range(1, 300):
        x[t], y[t] = 0.8 * np.array([x[t - 1], y[t - 1]]) + rng.normal(size=(2, 400))
    fold = np.zeros(300, int)

    rejected = [
        (
            permute_correlations(
                x,
                y,
                fold,
                permutation=permute_items(held_out, n_permutations=99, seed=0),
            ).p
            < 0.05
        ).mean()
        for held_out in (make_held_out(300), make_held_out(300, serial=True))
    ]

    assert rejected[0] > 0.14
    assert rejected[1] < 0.10


def predict_across_folds(x, y, fold, *, penalty=30.0):
    """Ridge predictions for each fold from the others, written out."""
    prediction = np.empty_like(y)
    for k in np.unique(fold):
        train, test = fold != k, fold == k
        a, mean = x[train] - x[train].mean(axis=0), y[train].mean(axis=0)
        gram = a.T @ a + penalty * np.eye(x.shape[1])
        weights = np.linalg.solve(gram, a.T @ (y[train] - mean))
        prediction[test] = (x[test] - x[train].mean(axis=0)) @ weights + mean
    return prediction


@pytest.mark.parametrize("n_folds", [2, 5])
def test_folds_that_train_one_another_need_the_wider_null(n_folds):
    rng = np.random.default_rng(9)
    fold = np.repeat(np.arange(n_folds), 100 // n_folds)
    part = np.where(fold == np.arange(n_folds)[:, None], TEST, TRAIN)
    rejected = {1.0: [], reuse_of_pairs(part): []}
    for seed in range(4):
        y = rng.normal(size=(100, 500))
        prediction = predict_across_folds(rng.normal(size=(100, 30)), y, fold)
        permutation = permute_in_folds(fold, n_permutations=199, seed=seed)
        for widening, found in rejected.items():
            p = permute_correlations(
                prediction, y, fold, permutation=permutation, widening=widening
            ).p
            found.append((p < 0.05).mean())

    plain, widened = (np.mean(found) for found in rejected.values())
    assert plain > 0.09
    assert 0.02 < widened < 0.06


@pytest.mark.parametrize(("dependence", "method"), [("positive", "bh"), ("any", "by")])
def test_false_discovery_rates_are_scipys(dependence, method):
    p = np.random.default_rng(7).uniform(size=60) ** 3

    np.testing.assert_allclose(
        adjust_fdr(p, dependence=dependence), false_discovery_control(p, method=method)
    )


def test_undefined_p_values_are_not_part_of_the_family():
    p = np.array([0.01, np.nan, 0.02, 0.5, np.nan, 0.5])

    q = adjust_fdr(p)

    np.testing.assert_allclose(q[~np.isnan(p)], adjust_fdr(p[~np.isnan(p)]))
    assert np.isnan(q[[1, 4]]).all()
    assert len(adjust_fdr(np.array([]))) == 0


def test_false_discoveries_stay_below_the_rate():
    rng = np.random.default_rng(8)
    false, found = 0, 0
    for seed in range(10):
        x = rng.normal(size=(60, 400))
        y = rng.normal(size=(60, 400))
        y[:, :100] += 0.9 * x[:, :100]
        permutation = permute_in_folds(np.zeros(60, int), n_permutations=499, seed=seed)
        q = adjust_fdr(
            permute_correlations(x, y, np.zeros(60, int), permutation=permutation).p
        )
        false += (q[100:] < 0.05).sum()
        found += (q < 0.05).sum()

    assert found > 900
    assert false / found < 0.06


def test_rank_in_one_null_counts_ties_against_us():
    null = np.array([0.1, 0.2, 0.2, 0.4])

    p = permutation_p(np.array([0.2, 0.5, 0.0, np.nan]), null)

    np.testing.assert_allclose(p, [4 / 5, 1 / 5, 5 / 5, np.nan])
