"""Principal directions against numpy's singular value decomposition."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.linear.decomposition import decompose

SHAPES = pytest.mark.parametrize("shape", [(30, 8), (8, 30), (12, 12), (20, 1)])


def draw(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape) + 3.0


def right(found):
    return found.expand(np.eye(len(found.squared)))


@SHAPES
@pytest.mark.parametrize("smallest_alpha", [np.inf, 1e-300])
def test_projections_expand_to_the_centred_features_again(shape, smallest_alpha):
    features = draw(shape)

    found = decompose(features, smallest_alpha=smallest_alpha)

    again = found.project(features) @ right(found).T
    np.testing.assert_allclose(again, features - features.mean(axis=0), atol=1e-10)


@SHAPES
def test_squared_singular_values_are_those_of_numpy_and_fall(shape):
    features = draw(shape)

    found = decompose(features, centre=False)

    expected = np.linalg.svd(features, compute_uv=False) ** 2
    np.testing.assert_allclose(found.squared, expected, rtol=1e-8)


@SHAPES
def test_directions_are_orthonormal(shape):
    found = decompose(draw(shape))

    identity = np.eye(len(found.squared))
    np.testing.assert_allclose(right(found).T @ right(found), identity, atol=1e-10)


@SHAPES
def test_new_features_are_projected_on_the_right_vectors(shape):
    features, new = draw(shape), draw((5, shape[1]), seed=1)

    found = decompose(features)

    expected = (new - features.mean(axis=0)) @ right(found)
    np.testing.assert_allclose(found.project(new), expected, atol=1e-10)


@pytest.mark.parametrize("n_rows", [40, 5])
def test_repeated_and_constant_features_are_left_out(n_rows):
    features = draw((n_rows, 3))
    dependent = np.hstack([features, features, np.full((n_rows, 4), 0.1)])

    found = decompose(dependent)

    assert len(found.squared) == 3


def test_features_without_variance_leave_nothing():
    found = decompose(np.full((6, 3), 0.1, np.float32))

    assert len(found.squared) == 0
    assert found.project(np.ones((2, 3))).shape == (2, 0)
    assert found.expand(np.zeros((0, 4))).shape == (3, 4)


def test_a_penalty_below_what_a_gram_matrix_resolves_takes_the_exact_way():
    rng = np.random.default_rng(0)
    left, _ = np.linalg.qr(rng.standard_normal((30, 4)))
    turn, _ = np.linalg.qr(rng.standard_normal((4, 4)))
    singular = np.array([1.0, 1e-3, 1e-6, 1e-9])
    features = (left * singular) @ turn.T

    exact = decompose(features, centre=False, smallest_alpha=1e-20)
    by_gram = decompose(features, centre=False)

    np.testing.assert_allclose(exact.squared, singular**2, rtol=1e-6)
    assert len(by_gram.squared) < 4


def test_features_are_not_modified():
    features = draw((10, 3))
    before = features.copy()

    decompose(features)

    np.testing.assert_array_equal(features, before)


def test_features_that_are_not_finite_are_counted():
    features = draw((10, 3))
    features[2, 1] = np.nan

    with pytest.raises(DataError, match="1 of 3 features hold NaN or infinity"):
        decompose(features)
