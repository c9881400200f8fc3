"""Priors over delays against the closed form of Tikhonov regression."""

import numpy as np
import pytest
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
