"""Principal components against scikit-learn and against their definition."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from boldwise.errors import DataError
from boldwise.features import reduction
from boldwise.features.reduction import fit_pca


def low_rank(n, p, rank, seed=0):
    rng = np.random.default_rng(seed)
    strength = 2.0 ** -np.arange(rank)
    return (
        rng.standard_normal((n, rank)) * strength @ rng.standard_normal((rank, p)) + 3
    )


@pytest.mark.parametrize("shape", [(30, 8), (8, 30)])
def test_components_are_those_of_scikit_learn_up_to_sign(shape):
    train, test = low_rank(*shape, rank=6), low_rank(*shape, rank=6, seed=1)
    reference = PCA(n_components=4, svd_solver="full").fit(train)

    pca = fit_pca(train, n_components=4)

    np.testing.assert_allclose(np.abs(pca.axes), np.abs(reference.components_))
    np.testing.assert_allclose(pca.explained, reference.explained_variance_ratio_)
    ours, theirs = pca.apply(test), reference.transform(test)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-9)


def test_the_largest_loading_of_each_axis_is_positive():
    pca = fit_pca(low_rank(40, 10, rank=8), n_components=8)

    largest = np.abs(pca.axes).argmax(axis=1)
    assert (pca.axes[np.arange(8), largest] > 0).all()


def test_the_sign_does_not_depend_on_the_order_of_rows():
    train = low_rank(40, 10, rank=8)

    forth, back = (fit_pca(rows, n_components=5) for rows in (train, train[::-1]))

    np.testing.assert_allclose(forth.axes, back.axes, atol=1e-9)


def test_coordinates_keep_their_variance():
    train = low_rank(50, 10, rank=5)

    component = fit_pca(train, n_components=5).apply(train)

    np.testing.assert_allclose(component.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(component.var(axis=0).sum(), train.var(axis=0).sum())


def test_more_components_than_dimensions_give_fewer():
    train = low_rank(20, 10, rank=3)

    pca = fit_pca(train, n_components=9)

    assert pca.axes.shape == (3, 10)
    np.testing.assert_allclose(pca.explained.sum(), 1)


def test_float32_features_are_computed_in_float64_and_left_as_they_are():
    train = low_rank(20, 10, rank=3).astype(np.float32)
    before = train.copy()

    pca = fit_pca(train, n_components=2)

    assert pca.axes.dtype == pca.apply(train).dtype == np.float64
    np.testing.assert_array_equal(train, before)


def test_the_randomised_method_agrees_with_the_exact_one(monkeypatch):
    rng = np.random.default_rng(0)
    train = low_rank(300, 120, rank=12) + 1e-4 * rng.standard_normal((300, 120))
    exact = fit_pca(train, n_components=8)
    monkeypatch.setattr(reduction, "EXACT_UP_TO", 10)

    randomised = fit_pca(train, n_components=8, seed=3)

    np.testing.assert_allclose(randomised.axes, exact.axes, atol=1e-6)
    np.testing.assert_allclose(randomised.explained, exact.explained, rtol=1e-8)
    again = fit_pca(train, n_components=8, seed=3)
    np.testing.assert_array_equal(randomised.axes, again.axes)


@pytest.mark.parametrize("level", [0.0, 0.1, 1e6])
def test_features_that_never_vary_are_refused(level):
    with pytest.raises(DataError, match="all 7 training stimuli are equal"):
        fit_pca(np.full((7, 5), level), n_components=2)
