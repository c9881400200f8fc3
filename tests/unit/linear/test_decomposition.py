"""The thin singular value decomposition against numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.errors import DataError
from boldwise.linear.decomposition import decompose

SHAPES = pytest.mark.parametrize("shape", [(30, 8), (8, 30), (12, 12), (20, 1)])


def draw(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape) + 3.0


def right(svd):
    return svd.expand(np.eye(len(svd.singular)))


@SHAPES
@pytest.mark.parametrize("smallest_alpha", [np.inf, 1e-300])
def test_factors_multiply_back_to_centred_features(shape, smallest_alpha):
    features = draw(shape)

    svd = decompose(features, smallest_alpha=smallest_alpha)

    product = (svd.left * svd.singular) @ right(svd).T
    np.testing.assert_allclose(product, features - features.mean(axis=0), atol=1e-10)


@SHAPES
def test_singular_values_are_those_of_numpy(shape):
    features = draw(shape)

    svd = decompose(features, centre=False)

    expected = np.linalg.svd(features, compute_uv=False)
    np.testing.assert_allclose(np.sort(svd.singular), np.sort(expected), rtol=1e-8)


@SHAPES
def test_vectors_are_orthonormal(shape):
    svd = decompose(draw(shape))

    identity = np.eye(len(svd.singular))
    np.testing.assert_allclose(svd.left.T @ svd.left, identity, atol=1e-10)
    np.testing.assert_allclose(right(svd).T @ right(svd), identity, atol=1e-10)


@SHAPES
def test_new_features_are_projected_on_the_right_vectors(shape):
    features, new = draw(shape), draw((5, shape[1]), seed=1)

    svd = decompose(features)

    expected = (new - features.mean(axis=0)) @ right(svd)
    np.testing.assert_allclose(svd.project(new), expected, atol=1e-10)


@pytest.mark.parametrize("n_rows", [40, 5])
def test_repeated_and_constant_features_are_left_out(n_rows):
    features = draw((n_rows, 3))
    dependent = np.hstack([features, features, np.full((n_rows, 4), 0.1)])

    svd = decompose(dependent)

    assert len(svd.singular) == 3


def test_features_without_variance_leave_nothing():
    svd = decompose(np.full((6, 3), 0.1, np.float32))

    assert len(svd.singular) == 0
    assert svd.project(np.ones((2, 3))).shape == (2, 0)
    assert svd.expand(np.zeros((0, 4))).shape == (3, 4)


def test_a_penalty_below_what_a_gram_matrix_resolves_takes_the_exact_way():
    rng = np.random.default_rng(0)
    left, _ = np.linalg.qr(rng.standard_normal((30, 4)))
    turn, _ = np.linalg.qr(rng.standard_normal((4, 4)))
    singular = np.array([1.0, 1e-3, 1e-6, 1e-9])
    features = (left * singular) @ turn.T

    exact = decompose(features, centre=False, smallest_alpha=1e-20)
    by_gram = decompose(features, centre=False)

    np.testing.assert_allclose(exact.singular, singular, rtol=1e-6)
    assert len(by_gram.singular) < 4


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(1e-3, 1e6))
def test_shrinkage_lies_between_nothing_and_least_squares(seed, alpha):
    svd = decompose(draw((9, 4), seed=seed))

    shrink = svd.shrink(np.array([alpha]))[:, 0]

    assert (shrink > 0).all()
    assert (shrink < 1 / svd.singular).all()


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
