"""Credit of feature spaces against himalaya, sums and known worlds."""

import numpy as np
import pytest
from himalaya.backend import set_backend
from himalaya.scoring import correlation_score_split, r2_score_split

from boldwise.errors import ShapeMismatchError
from boldwise.evaluation.partition import split_correlation, split_r2, unique_r2
from boldwise.evaluation.scores import correlate_in_folds, r2_in_folds
from boldwise.linear.banded_ridge import BandedRidgeCV

ALPHAS = np.logspace(-1, 4, 6)


def parts_and_response(n_items=60, seed=0):
    rng = np.random.default_rng(seed)
    parts = rng.standard_normal((3, n_items, 5)) + 0.3
    return parts, parts.sum(axis=0) + 2 * rng.standard_normal((n_items, 5)) + 1.0


def test_parts_sum_to_the_scores():
    parts, response = parts_and_response()
    fold, whole = np.arange(60) // 20, parts.sum(axis=0)

    r2 = split_r2(parts, response, fold).sum(axis=0)
    r = split_correlation(parts, response, fold).sum(axis=0)

    np.testing.assert_allclose(r2, r2_in_folds(whole, response, fold), atol=1e-12)
    np.testing.assert_allclose(r, correlate_in_folds(whole, response, fold), atol=1e-12)


def test_himalaya_splits_alike():
    set_backend("numpy")
    parts, response = parts_and_response()
    parts -= parts.mean(axis=1, keepdims=True)
    response -= response.mean(axis=0)
    fold = np.zeros(60)

    np.testing.assert_allclose(
        split_r2(parts, response, fold), r2_score_split(response, parts), atol=1e-9
    )
    np.testing.assert_allclose(
        split_correlation(parts, response, fold),
        correlation_score_split(response, parts),
        atol=1e-9,
    )


def test_a_space_that_predicts_nothing_gets_nothing():
    rng = np.random.default_rng(0)
    response = rng.standard_normal((40, 3))
    response -= response.mean(axis=0)
    parts = np.stack([response, np.zeros_like(response)])

    credit = split_r2(parts, response, np.zeros(40))

    np.testing.assert_allclose(credit, [[1.0] * 3, [0.0] * 3], atol=1e-12)


def test_a_flat_response_has_no_score():
    parts, response = parts_and_response()
    response[:, 1] = 4.0

    for split in (split_r2, split_correlation):
        credit = split(parts, response, np.zeros(60))
        assert np.isnan(credit[:, 1]).all()
        assert np.isfinite(credit[:, [0, 2, 3, 4]]).all()


def test_unique_variance_is_a_difference_of_scores():
    parts, response = parts_and_response()
    fold, whole = np.zeros(60), parts.sum(axis=0)
    without = whole - parts

    unique = unique_r2(whole, without, response, fold)

    expected = [
        r2_in_folds(whole, response, fold) - r2_in_folds(x, response, fold)
        for x in without
    ]
    np.testing.assert_allclose(unique, expected)


def two_spaces(signs, n_voxels=40, n_train=700, rho=0.8, seed=0):
    """Twenty dimensions each, correlated by rho; as much noise as signal."""
    rng = np.random.default_rng(seed)
    n_rows = n_train + 1500
    first, own = rng.standard_normal((2, n_rows, 20))
    spaces = np.stack([first, rho * first + np.sqrt(1 - rho**2) * own])
    weight = rng.standard_normal((20, n_voxels))  # a direction that both spaces share
    signal = signs[0] * spaces[0] @ weight + signs[1] * spaces[1] @ weight
    response = signal / signal.std(axis=0) + rng.standard_normal(signal.shape)
    return spaces, response, slice(0, n_train), slice(n_train, None)


def attribute(spaces, response, train, test):
    """Mean joint R², product measure and unique variance of held-out rows."""
    fold = np.zeros(test.stop or len(response) - test.start)
    predictions = []
    for used in ([0, 1], [1], [0]):
        x = np.concatenate(spaces[used], axis=1)
        groups = np.repeat(used, 20)
        model = BandedRidgeCV(groups, ALPHAS, n_iter=12).fit(x[train], response[train])
        predictions.append(model.predict(x[test]))
        if len(used) == 2:
            coef = model.coef_.reshape(2, 20, -1)
            parts = spaces[:, test] @ coef + model.intercept_ / 2
    joint, *without = predictions
    truth = response[test]
    return (
        r2_in_folds(joint, truth, fold).mean(),
        split_r2(parts, truth, fold).mean(axis=1),
        unique_r2(joint, np.array(without), truth, fold).mean(axis=1),
    )


def test_two_spaces_that_both_drive_share_the_credit():
    joint, product, unique = attribute(*two_spaces((1, 1)))

    np.testing.assert_allclose(joint, 0.477, atol=0.02)
    np.testing.assert_allclose(product, [0.239, 0.238], atol=0.02)
    np.testing.assert_allclose(unique, [0.044, 0.043], atol=0.02)
    np.testing.assert_allclose(joint - unique.sum(), 0.390, atol=0.03)


def test_the_only_driver_gets_the_product_but_not_all_of_it_is_unique():
    _, product, unique = attribute(*two_spaces((1, 0)))

    np.testing.assert_allclose(product, [0.498, -0.010], atol=0.03)
    np.testing.assert_allclose(unique, [0.178, -0.010], atol=0.03)


def test_the_shared_part_of_opposed_spaces_is_negative():
    joint, product, unique = attribute(*two_spaces((1, -1)))

    np.testing.assert_allclose(joint - unique.sum(), -0.422, atol=0.03)
    np.testing.assert_allclose(product, [0.24, 0.24], atol=0.02)


@pytest.mark.parametrize("split", [split_r2, split_correlation])
def test_other_shapes_are_refused(split):
    parts, response = parts_and_response()

    with pytest.raises(ShapeMismatchError, match="do not belong together"):
        split(parts, response[:50], np.zeros(50))
