"""Weights have the length that was asked for, and are those of ridge."""

import numpy as np
import pytest
from scipy.optimize import brentq

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.fractional import fractional_penalties, fractional_ridge

FRACTIONS = [1.0, 0.95, 0.7, 0.5, 0.3, 0.1, 0.01]


@pytest.fixture
def problem():
    """Features (50, 12) over three decades of size, and targets of many sizes."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(50, 12)) * np.geomspace(1, 1e-3, 12)
    targets = rng.normal(size=(50, 30)) * np.geomspace(1e-3, 1e3, 30)
    return features, targets


def lengths(weights):
    return np.linalg.norm(weights, axis=-2)


@pytest.mark.parametrize("n_features", [12, 80])
def test_weights_are_a_fraction_of_those_of_least_squares(n_features):
    rng = np.random.default_rng(1)
    features = rng.normal(size=(50, n_features)) * np.geomspace(1, 1e-2, n_features)
    targets = rng.normal(size=(50, 30))
    least_squares = np.linalg.pinv(features) @ targets

    weights, _ = fractional_ridge(features, targets, FRACTIONS)

    found = lengths(weights) / lengths(least_squares)
    expected = np.broadcast_to(np.array(FRACTIONS)[:, None], found.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_weights_are_those_of_ridge_with_the_penalty_that_is_named(problem):
    features, targets = problem

    weights, alphas = fractional_ridge(features, targets, FRACTIONS)

    gram = features.T @ features
    for row in range(len(FRACTIONS)):
        for column in (0, 17):
            penalised = gram + alphas[row, column] * np.eye(12)
            expected = np.linalg.solve(penalised, features.T @ targets[:, column])
            np.testing.assert_allclose(weights[row, :, column], expected, rtol=1e-4)


def test_penalties_are_those_that_a_root_finder_brackets(problem):
    features, targets = problem
    _, singular, right = np.linalg.svd(features, full_matrices=False)
    coordinates = right @ (np.linalg.pinv(features) @ targets)

    alphas = fractional_penalties(coordinates, singular, [0.4])[0]

    def miss(log_alpha, column):
        kept = singular**2 / (singular**2 + np.exp(log_alpha))
        one = coordinates[:, column]
        return np.linalg.norm(kept * one) / np.linalg.norm(one) - 0.4

    expected = [np.exp(brentq(miss, -40, 20, args=(c,))) for c in range(30)]
    np.testing.assert_allclose(alphas, expected, rtol=1e-4)


def test_a_single_direction_is_solved_in_closed_form():
    """|b| / |b_OLS| = s² / (s² + alpha), so alpha = s² (1 / fraction - 1)."""
    alphas = fractional_penalties(np.array([[3.0]]), np.array([2.0]), [0.25, 0.8])

    np.testing.assert_allclose(alphas[:, 0], [12.0, 1.0], rtol=1e-6)


def test_a_fraction_of_one_is_least_squares(problem):
    features, targets = problem

    weights, alphas = fractional_ridge(features, targets, [1.0])

    np.testing.assert_allclose(weights[0], np.linalg.pinv(features) @ targets)
    assert not alphas.any()


def test_the_scale_of_a_target_does_not_change_its_penalty(problem):
    features, targets = problem

    _, alphas = fractional_ridge(features, targets, FRACTIONS)
    _, scaled = fractional_ridge(features, 1e4 * targets, FRACTIONS)

    np.testing.assert_allclose(scaled, alphas, rtol=1e-10)


def test_single_precision_meets_the_fractions_too(problem):
    features, targets = problem
    _, singular, right = np.linalg.svd(features, full_matrices=False)
    coordinates = (right @ (np.linalg.pinv(features) @ targets)).astype("f4")

    alphas = fractional_penalties(coordinates, singular, FRACTIONS)

    assert alphas.dtype == np.float32
    for fraction, alpha in zip(FRACTIONS, alphas, strict=True):
        kept = singular[:, None] ** 2 / (singular[:, None] ** 2 + alpha)
        found = lengths(kept * coordinates) / lengths(coordinates)
        np.testing.assert_allclose(found, fraction, rtol=1e-3)


def test_a_target_of_zeros_stays_zero(problem):
    features, targets = problem
    targets[:, 4] = 0

    weights, alphas = fractional_ridge(features, targets, [0.5])

    assert not weights[0, :, 4].any()
    assert alphas[0, 4] == 0


@pytest.mark.parametrize("fractions", [[], [0.0], [1.2], [-0.1, 0.5], [np.nan]])
def test_impossible_fractions_are_refused(problem, fractions):
    with pytest.raises(DataError, match="fractions must be above 0 and up to 1"):
        fractional_ridge(*problem, fractions)


def test_rows_that_differ_are_refused(problem):
    with pytest.raises(ShapeMismatchError, match="50 rows, but targets have 49"):
        fractional_ridge(problem[0], problem[1][:49], [0.5])


def test_orthonormal_features_shrink_all_targets_by_one_penalty():
    """With s = 1 throughout, alpha = 1 / fraction - 1, whatever the target."""
    rng = np.random.default_rng(2)
    features = np.linalg.qr(rng.normal(size=(30, 6)))[0]
    targets = rng.normal(size=(30, 8))

    weights, alphas = fractional_ridge(features, targets, [0.2, 0.6])

    for row, fraction in enumerate([0.2, 0.6]):
        np.testing.assert_allclose(alphas[row], 1 / fraction - 1, rtol=1e-6)
        np.testing.assert_allclose(weights[row], fraction * features.T @ targets)


def test_a_turn_of_the_features_turns_the_weights(problem):
    features, targets = problem
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(12, 12)))[0]

    weights, alphas = fractional_ridge(features, targets, FRACTIONS)
    turned, same = fractional_ridge(features @ turn, targets, FRACTIONS)

    np.testing.assert_allclose(same, alphas, rtol=1e-5)
    np.testing.assert_allclose(turn @ turned, weights, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("unit", [1e-3, 50.0])
def test_the_unit_of_the_features_changes_penalties_by_its_square(problem, unit):
    features, targets = problem

    weights, alphas = fractional_ridge(features, targets, FRACTIONS)
    scaled, other = fractional_ridge(unit * features, targets, FRACTIONS)

    np.testing.assert_allclose(other, unit**2 * alphas, rtol=1e-5)
    np.testing.assert_allclose(unit * scaled, weights, rtol=1e-4)


def test_penalties_grow_as_fractions_fall(problem):
    _, alphas = fractional_ridge(*problem, FRACTIONS)

    assert (np.diff(alphas, axis=0) > 0).all()


def test_fractions_come_back_in_the_order_asked_for(problem):
    order = [3, 0, 5, 1, 6, 2, 4]

    weights, alphas = fractional_ridge(*problem, FRACTIONS)
    mixed, penalties = fractional_ridge(*problem, np.array(FRACTIONS)[order])

    np.testing.assert_array_equal(penalties, alphas[order])
    np.testing.assert_array_equal(mixed, weights[order])


def test_a_target_does_not_depend_on_its_neighbours_nor_on_their_nan(problem):
    features, targets = problem
    weights, alphas = fractional_ridge(features, targets, FRACTIONS)
    spoiled = targets.copy()
    spoiled[3, 0] = np.nan

    found, penalties = fractional_ridge(features, spoiled, FRACTIONS)

    np.testing.assert_allclose(penalties[:, 1:], alphas[:, 1:], rtol=1e-10)
    np.testing.assert_allclose(found[:, :, 1:], weights[:, :, 1:], rtol=1e-8)
    assert np.isnan(found[:, :, 0]).all()


def test_no_targets_give_no_weights(problem):
    weights, alphas = fractional_ridge(problem[0], problem[1][:, :0], [0.5, 1.0])

    assert weights.shape == (2, 12, 0)
    assert alphas.shape == (2, 0)


def test_features_and_targets_are_not_modified(problem):
    kept = [array.copy() for array in problem]

    fractional_ridge(*problem, FRACTIONS)

    for array, before in zip(problem, kept, strict=True):
        np.testing.assert_array_equal(array, before)
