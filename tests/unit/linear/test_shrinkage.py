"""Shrinkage for a grid of penalties from a few terms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.linear.shrinkage import compress_shrinkage


def multiply(bands):
    return np.concatenate([band.shrinkage for band in bands], axis=1)


@settings(max_examples=60, deadline=None)
@given(
    logs=st.lists(st.floats(-30, 30), min_size=1, max_size=60),
    low=st.floats(-12, 12),
    decades=st.floats(0, 15),
    n_alphas=st.integers(1, 40),
    tolerance=st.sampled_from([3e-5, 1e-12]),
)
def test_every_quotient_is_within_the_tolerance(
    logs, low, decades, n_alphas, tolerance
):
    squared = np.exp(np.sort(logs)[::-1])
    alphas = np.logspace(low, low + decades, n_alphas)

    bands = compress_shrinkage(squared, alphas, tolerance=tolerance)

    error = multiply(bands) * (squared + alphas[:, None]) - 1
    assert np.abs(error).max() <= tolerance * 1.001 + 1e-14


def test_bands_cover_all_directions_in_order():
    squared = np.geomspace(1e5, 1e-3, 200)

    bands = compress_shrinkage(squared, np.logspace(-1, 6, 20), tolerance=3e-5)

    stops = [band.directions.stop for band in bands]
    assert [band.directions.start for band in bands] == [0, *stops[:-1]]
    assert stops[-1] == 200


@pytest.mark.parametrize(("tolerance", "most"), [(3e-5, 5), (1e-12, 11)])
def test_terms_per_band_stay_few_however_many_penalties(tolerance, most):
    squared = np.geomspace(1e4, 1.0, 500)

    bands = compress_shrinkage(squared, np.logspace(-2, 6, 200), tolerance=tolerance)

    assert max(len(band.basis) for band in bands) <= most


def test_directions_far_from_all_penalties_need_one_band():
    squared = np.geomspace(1e-20, 1e-30, 200)

    bands = compress_shrinkage(squared, np.logspace(0, 3, 20), tolerance=3e-5)

    assert len(bands) == 1
    assert len(bands[0].basis) == 1


def test_no_direction_gives_no_prediction():
    bands = compress_shrinkage(np.empty(0), np.ones(4), tolerance=3e-5)

    assert multiply(bands).shape == (4, 0)


def test_few_directions_take_the_direct_way():
    (band,) = compress_shrinkage(
        np.geomspace(50, 1, 20), np.logspace(-1, 4, 16), tolerance=3e-5
    )

    assert band.mix is None
    assert band.basis.shape == (16, 20)
