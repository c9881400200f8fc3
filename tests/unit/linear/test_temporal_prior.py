"""Priors over delays against the closed form of Tikhonov regression."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.temporal_prior import (
    apply_prior,
    prior_root,
    shaped_prior,
    smooth_prior,
    undo_prior,
)

PRIORS = pytest.mark.parametrize(
    "covariance",
    [
        smooth_prior([1, 2, 3, 4], width=1.5),
        shaped_prior([0.1, 1.0, 0.6, -0.2], loose=0.2),
    ],
)


@PRIORS
def test_ridge_of_changed_features_is_tikhonov_regression(covariance):
    rng = np.random.default_rng(0)
    delayed, targets = rng.standard_normal((50, 12)), rng.standard_normal((50, 5))

    model = Ridge(alpha=3.0, fit_intercept=False)
    model.fit(apply_prior(delayed, covariance), targets)

    penalty = 3.0 * np.kron(np.linalg.inv(covariance), np.eye(3))
    closed_form = np.linalg.solve(delayed.T @ delayed + penalty, delayed.T @ targets)
    weight = undo_prior(model.coef_.T, covariance)
    np.testing.assert_allclose(weight, closed_form, atol=1e-9)
    np.testing.assert_allclose(
        delayed @ weight, model.predict(apply_prior(delayed, covariance)), atol=1e-9
    )


@PRIORS
def test_a_prior_helps_where_it_is_true(covariance):
    rng = np.random.default_rng(1)
    delayed = rng.standard_normal((300, 40))
    weight = undo_prior(rng.standard_normal((40, 30)), covariance)
    targets = delayed @ weight + 5 * rng.standard_normal((300, 30))
    train, test = slice(0, 60), slice(60, 300)

    with_prior = apply_prior(delayed, covariance)
    scores = [
        Ridge(alpha=25.0).fit(x[train], targets[train]).score(x[test], targets[test])
        for x in (with_prior, delayed)
    ]

    assert scores[0] > scores[1] + 0.02


def test_independent_delays_change_nothing():
    delayed = np.random.default_rng(0).standard_normal((5, 6))

    np.testing.assert_allclose(apply_prior(delayed, np.eye(3)), delayed)


def test_float32_stays_float32():
    assert apply_prior(np.ones((2, 4), "f4"), np.eye(2)).dtype == np.float32


def test_correlation_falls_with_the_distance_of_delays():
    prior = smooth_prior([1, 2, 4], width=2.0)

    np.testing.assert_allclose(np.diag(prior), 1.0)
    np.testing.assert_allclose(prior[0, 1:], np.exp([-1 / 8, -9 / 8]))


def test_a_shape_has_the_variance_of_independent_delays():
    prior = shaped_prior([0.0, 2.0, 1.0], loose=0.1)

    np.testing.assert_allclose(np.trace(prior), 3.0)
    np.testing.assert_allclose(np.linalg.eigvalsh(prior), [0.1, 0.1, 2.8])


def test_columns_that_are_no_multiple_of_the_delays_say_both():
    with pytest.raises(ShapeMismatchError, match=r"7 delayed features .* of 2 delays"):
        apply_prior(np.ones((3, 7)), np.eye(2))


@pytest.mark.parametrize(
    "covariance", [np.diag([1.0, -0.5]), np.array([[1.0, 0.0], [0.5, 1.0]])]
)
def test_what_is_no_covariance_is_refused(covariance):
    with pytest.raises(DataError, match="not positive semidefinite"):
        prior_root(covariance)


def test_a_width_of_zero_is_refused():
    with pytest.raises(DataError, match="width of a prior must be above 0"):
        smooth_prior([1, 2], width=0.0)


@pytest.mark.parametrize(("shape", "loose"), [([0, 0], 0.1), ([], 0.1), ([1], 0.0)])
def test_a_shape_of_zeros_is_refused(shape, loose):
    with pytest.raises(DataError, match="needs a shape that is not zero"):
        shaped_prior(shape, loose=loose)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=5), st.floats(0.05, 1.0))
def test_a_shape_has_no_unit(shape, loose):
    prior = shaped_prior(shape, loose=loose)

    np.testing.assert_allclose(
        shaped_prior(np.array(shape) * -731.0, loose=loose), prior, atol=1e-12
    )
    assert np.linalg.eigvalsh(prior)[0] > loose / 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=5), st.floats(0.2, 20))
def test_the_root_of_a_prior_is_symmetric_and_gives_it_back(delays, width):
    """Delays that are named twice, or lie close together, make it singular."""
    prior = smooth_prior(delays, width=width)

    root = prior_root(prior)

    np.testing.assert_allclose(root @ root.T, prior, atol=1e-7)
    np.testing.assert_allclose(root, root.T, atol=1e-12)


def test_only_the_distance_of_delays_counts():
    np.testing.assert_allclose(
        smooth_prior([5, 7, 6], width=1.3), smooth_prior([-1, 1, 0], width=1.3)
    )


def test_a_narrow_or_wholly_loose_prior_is_plain_ridge():
    np.testing.assert_allclose(smooth_prior([1, 2, 3], width=1e-3), np.eye(3))
    np.testing.assert_allclose(shaped_prior([1.0, 5, -2], loose=1.0), np.eye(3))


def test_weights_under_a_tight_prior_follow_its_shape():
    """With little freedom, all that data can choose is the size of the shape."""
    rng = np.random.default_rng(3)
    shape, delayed = np.array([0.2, 1.0, 0.7]), rng.standard_normal((60, 6))
    prior = shaped_prior(shape, loose=1e-9)

    model = Ridge(alpha=1.0, fit_intercept=False)
    model.fit(apply_prior(delayed, prior), rng.standard_normal((60, 4)))

    weight = undo_prior(model.coef_.T, prior).reshape(3, 2, 4)
    np.testing.assert_allclose(
        weight / weight[1], np.ones((3, 2, 4)) * shape[:, None, None], atol=1e-3
    )


def test_whole_numbers_keep_their_prior():
    """Counts and labels are integers; the prior is not."""
    delayed = np.arange(12).reshape(3, 4) % 5
    prior = smooth_prior([1, 2], width=1.0)

    found = apply_prior(delayed, prior)

    np.testing.assert_allclose(found, apply_prior(delayed.astype(float), prior))


def test_neither_features_nor_weights_are_modified():
    rng = np.random.default_rng(0)
    delayed, weight = rng.standard_normal((5, 4)), rng.standard_normal((4, 3))
    kept = delayed.copy(), weight.copy()

    apply_prior(delayed, smooth_prior([1, 2], width=2.0))
    undo_prior(weight, smooth_prior([1, 2], width=2.0))

    np.testing.assert_array_equal(delayed, kept[0])
    np.testing.assert_array_equal(weight, kept[1])


def test_weights_that_are_no_multiple_of_the_delays_say_both():
    with pytest.raises(ShapeMismatchError, match=r"5 delayed features .* of 2 delays"):
        undo_prior(np.ones((5, 3)), np.eye(2))


@pytest.mark.parametrize("shape", [[1.0, np.nan], [1.0, np.inf]])
def test_a_shape_that_is_no_number_is_refused(shape):
    with pytest.raises(DataError, match="needs a shape that is not zero"):
        shaped_prior(shape, loose=0.5)
