"""Slice timing: every slice is read at one time, and nothing else changes."""

import numpy as np
import pytest
from scipy.interpolate import make_interp_spline

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.responses.slice_timing import correct_slice_timing, time_weights

TR_S = 2.0
N_VOLUMES = 80
SLICE_TIME_S = np.array([0.0, 1.0, 0.5, 1.5, 0.0, 1.0])


def wave(time_s, period_s=12.0):
    return 100 + 5 * np.sin(2 * np.pi * np.asarray(time_s) / period_s)


def scanned(axis=2):
    """Give all voxels one wave, read at the time of their slice."""
    volume_s = np.arange(N_VOLUMES) * TR_S
    series = wave(volume_s[None] + SLICE_TIME_S[:, None])
    bold = np.broadcast_to(series[:, None, None], (6, 2, 3, N_VOLUMES))
    return np.moveaxis(bold, 0, axis)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_wave_is_read_at_the_middle_of_the_tr_in_every_slice(axis):
    corrected = correct_slice_timing(
        scanned(axis), SLICE_TIME_S, tr_s=TR_S, reference_s=1.0, axis=axis
    )

    expected = wave(np.arange(N_VOLUMES) * TR_S + 1.0)
    before = np.abs(scanned(axis) - expected)[..., 5:-5].max()
    after = np.abs(corrected - expected)[..., 5:-5].max()
    assert before > 2.0
    assert after < 0.01  # of an amplitude of 5


def test_a_series_is_interpolated_as_scipy_does_it():
    rng = np.random.default_rng(0)
    bold = rng.normal(size=(1, 1, 2, 20))

    corrected = correct_slice_timing(
        bold, np.array([0.0, 1.5]), tr_s=2.0, reference_s=1.0
    )

    for k, lag in enumerate((0.5, -0.25)):
        spline = make_interp_spline(np.arange(20), bold[0, 0, k], k=5)
        times = np.clip(np.arange(20) + lag, 0, 19)
        np.testing.assert_allclose(corrected[0, 0, k], spline(times), atol=1e-5)


def test_slices_of_the_reference_time_stay_as_they_are():
    bold = np.random.default_rng(1).normal(size=(2, 2, 3, 10)).astype(np.float32)

    corrected = correct_slice_timing(bold, np.full(3, 1.0), tr_s=2.0, reference_s=1.0)

    np.testing.assert_array_equal(corrected, bold)


def test_a_constant_stays_a_constant_up_to_the_ends():
    for n_volumes in (2, 3, 4, 7, 50):
        weights = time_weights(n_volumes, 0.4)

        np.testing.assert_allclose(weights.sum(1), 1, atol=1e-6)


def test_what_lies_beyond_the_run_is_held():
    weights = time_weights(30, 0.5)

    np.testing.assert_allclose(weights[-1], np.eye(30)[-1], atol=1e-6)


def test_the_input_is_not_modified():
    bold = scanned().astype(np.float32)
    kept = bold.copy()

    correct_slice_timing(bold, SLICE_TIME_S, tr_s=TR_S, reference_s=1.0)

    np.testing.assert_array_equal(bold, kept)


def test_as_many_times_as_slices_are_needed():
    with pytest.raises(ShapeMismatchError, match="4 slice times, but 6 slices"):
        correct_slice_timing(scanned(), SLICE_TIME_S[:4], tr_s=TR_S, reference_s=1.0)


@pytest.mark.parametrize("times", [SLICE_TIME_S * 1000, SLICE_TIME_S - 0.5])
def test_times_beyond_the_tr_are_refused(times):
    with pytest.raises(DataError, match="but a volume lasts 2 s"):
        correct_slice_timing(scanned(), times, tr_s=TR_S, reference_s=1.0)


@pytest.mark.parametrize("degree", range(6))
@pytest.mark.parametrize("lag", [0.25, -0.4])
def test_polynomials_up_to_the_fifth_degree_are_read_exactly(degree, lag):
    time = np.linspace(-1, 1, 40)
    later = time + lag * (time[1] - time[0])

    found = time_weights(40, lag).astype(float) @ time**degree

    inside = slice(1, -1)  # The ends are held.
    np.testing.assert_allclose(found[inside], later[inside] ** degree, atol=1e-5)


@pytest.mark.parametrize("lag", [0.3, -0.45])
def test_time_runs_the_same_forwards_and_backwards(lag):
    forwards, backwards = time_weights(25, lag), time_weights(25, -lag)

    np.testing.assert_allclose(backwards[::-1, ::-1], forwards, atol=1e-5)


def test_reading_later_by_a_whole_volume_gives_the_next_one():
    series = np.random.default_rng(2).normal(size=20)

    found = time_weights(20, 1.0) @ series

    np.testing.assert_allclose(found, [*series[1:], series[-1]], atol=1e-5)


def test_correction_is_linear_and_each_voxel_stands_alone():
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=(2, 2, 3, 6, 30))
    options = {"tr_s": TR_S, "reference_s": 1.0}

    found = correct_slice_timing(2 * one - other, SLICE_TIME_S, **options)

    expected = 2 * correct_slice_timing(one, SLICE_TIME_S, **options)
    expected -= correct_slice_timing(other, SLICE_TIME_S, **options)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    spoiled = one.copy()
    spoiled[1, 2, 3] = np.nan
    found = correct_slice_timing(spoiled, SLICE_TIME_S, **options)
    assert np.isnan(found).sum() == np.isnan(found[1, 2, 3]).sum() == 30


def test_whole_numbers_of_a_scanner_are_read_between():
    bold = np.zeros((1, 1, 2, 20), np.int16)
    bold[..., :] = 10 * np.arange(20)

    found = correct_slice_timing(bold, np.array([0.0, 0.5]), tr_s=2.0, reference_s=1.0)

    np.testing.assert_allclose(
        found[0, 0, 0, 1:-1], 10 * np.arange(1, 19) + 5, rtol=1e-6
    )
    np.testing.assert_allclose(
        found[0, 0, 1, 1:-1], 10 * np.arange(1, 19) + 2.5, rtol=1e-6
    )


def test_a_time_that_is_no_number_is_refused():
    times = SLICE_TIME_S.copy()
    times[2] = np.nan

    with pytest.raises(DataError, match="slices were taken from nan to nan s"):
        correct_slice_timing(scanned(), times, tr_s=TR_S, reference_s=1.0)
