"""Components of rows on disk are those of rows in memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.errors import DataError
from boldwise.features import blocks, streamed_pca
from boldwise.features.reduction import fit_pca
from boldwise.features.streamed_pca import fit_streamed_pca

METHODS = {"columns": (90, 12), "rows": (24, 60), "randomised": (130, 70)}
RANK = 9


class OnDisk:
    """Rows that can only be sliced, like those of a store."""

    def __init__(self, values):
        self.values, self.shape, self.most = values, values.shape, 0

    def __getitem__(self, rows):
        assert isinstance(rows, slice)
        self.most = max(self.most, len(self.values[rows]))
        return self.values[rows].copy()


def features(n, p, seed=0):
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((n, RANK)) * 1.7 ** -np.arange(RANK)
    return (scores @ rng.standard_normal((RANK, p)) + 2).astype(np.float32)


@pytest.fixture(params=METHODS)
def case(request, monkeypatch):
    """Rows of a shape that one method is for, in blocks of seven rows."""
    n, p = METHODS[request.param]
    monkeypatch.setattr(blocks, "BLOCK", 7 * p)
    sides = {"columns": 50, "rows": 50, "randomised": 10}
    monkeypatch.setattr(streamed_pca, "EXACT_UP_TO", sides[request.param])
    train = np.random.default_rng(1).random(n) < 0.7
    return features(n, p), train


def test_streamed_components_are_those_in_memory(case):
    values, train = case
    exact = fit_pca(values[train], n_components=RANK - 1)
    rows = OnDisk(values)

    pca = fit_streamed_pca(rows, train, n_components=RANK - 1)

    assert rows.most == 7
    np.testing.assert_allclose(pca.mean, exact.mean, atol=1e-12)
    np.testing.assert_allclose(pca.axes, exact.axes, atol=1e-6)
    np.testing.assert_allclose(pca.explained, exact.explained, rtol=1e-6)
    found, expected = pca.apply(values), exact.apply(values)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, atol=1e-6 * scale)


@given(level=st.floats(-1e4, 1e4, width=32))
@settings(max_examples=5, deadline=None)
def test_other_test_rows_change_no_bit(level):
    for n, p in METHODS.values():
        values = features(n, p)
        train = np.arange(n) % 3 > 0
        changed = values.copy()
        changed[~train] = level

        forth, back = (
            fit_streamed_pca(OnDisk(one), train, n_components=4)
            for one in (values, changed)
        )

        np.testing.assert_array_equal(forth.axes, back.axes)
        np.testing.assert_array_equal(forth.mean, back.mean)


def test_other_test_rows_change_no_bit_of_any_method(case):
    values, train = case
    changed = values.copy()
    changed[~train] = 1e4

    forth, back = (
        fit_streamed_pca(OnDisk(one), train, n_components=4)
        for one in (values, changed)
    )

    np.testing.assert_array_equal(forth.axes, back.axes)
    np.testing.assert_array_equal(forth.explained, back.explained)


def test_more_components_than_dimensions_give_fewer(case):
    values, train = case

    pca = fit_streamed_pca(OnDisk(values.astype(float)), train, n_components=11)

    assert len(pca.axes) == RANK
    np.testing.assert_allclose(pca.axes @ pca.axes.T, np.eye(RANK), atol=1e-6)
    np.testing.assert_allclose(pca.explained.sum(), 1, atol=1e-6)


def test_rows_that_never_vary_are_refused(case):
    _, train = case
    values = np.full((len(train), 8), 0.1, np.float32)

    with pytest.raises(DataError, match=f"all {train.sum()} training stimuli are equ"):
        fit_streamed_pca(OnDisk(values), train, n_components=2)


def test_axes_that_would_not_fit_into_memory_are_refused(monkeypatch):
    monkeypatch.setattr(streamed_pca, "AXES", 1000)

    with pytest.raises(DataError, match=r"12 principal .* 60 columns .*projection: \{"):
        fit_streamed_pca(features(20, 60), np.ones(20, bool), n_components=12)
