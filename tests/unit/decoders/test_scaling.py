"""Mirrors src/boldwise/decoders/scaling.py."""

import numpy as np
import pytest

from boldwise.decoders import scaling
from boldwise.decoders.scaling import scale_of_rows
from boldwise.errors import DataError


class OnDisk:
    """Only slices, as a file has them."""

    def __init__(self, values):
        self.values, self.shape, self.dtype = values, values.shape, values.dtype

    def __getitem__(self, key):
        if not isinstance(key, slice):
            raise TypeError("no rows but slices")
        return self.values[key]


@pytest.fixture
def values():
    rng = np.random.default_rng(0)
    return (3 + 2 * rng.standard_normal((30, 4, 3))).astype(np.float16)


def test_blocks_measure_what_numpy_does_at_once(values, monkeypatch):
    monkeypatch.setattr(scaling, "BLOCK_BYTES", 5 * 8 * 12)
    rows = np.array([1, 1, 7, 2, 29, 11, 12, 13])

    found = scale_of_rows(OnDisk(values), rows, what="numbers")

    chosen = values[rows].astype(float)
    np.testing.assert_allclose(found.mean, chosen.mean(0), rtol=1e-6)
    np.testing.assert_allclose(found.width, chosen.std(0), rtol=1e-6)


def test_pixels_have_one_mean_and_width_together(values):
    found = scale_of_rows(values, np.arange(10), what="pixels", together=True)

    chosen = values[:10].astype(float)
    np.testing.assert_allclose(found.mean, np.full((4, 3), chosen.mean()), rtol=1e-6)
    np.testing.assert_allclose(found.width, np.full((4, 3), chosen.std()), rtol=1e-6)


def test_undo_gives_back_what_was_applied(values):
    scale = scale_of_rows(values, np.arange(30), what="numbers")

    back = scale.undo(scale.apply(values))

    np.testing.assert_allclose(back, values, atol=1e-5)


def test_what_never_varies_becomes_zero(values):
    values[:, 0, 0] = 7.3

    scale = scale_of_rows(values, np.arange(30), what="numbers")

    assert np.abs(scale.apply(values)[:, 0, 0]).max() < 1e-5


def test_nan_is_refused_with_its_count(values):
    values[3, 1, 1] = np.nan

    with pytest.raises(DataError, match="1 of 12 voxels hold NaN"):
        scale_of_rows(values, np.arange(30), what="voxels")


def test_no_rows_are_refused(values):
    with pytest.raises(DataError, match="no row to measure the voxels by"):
        scale_of_rows(values, np.arange(0), what="voxels")
