"""Noise, jumps and carpets of a run are what they are by hand."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.responses.quality import (
    choose_rows,
    find_translations,
    is_scaled,
    measure_run,
    order_rows,
)
from boldwise.responses.runs import Run

N_VOLUMES, N_VOXELS = 200, 30
NONE = np.array([], dtype=str)


@pytest.fixture
def run(rng):
    """Noise of 1 % around a mean of each voxel's own, with a linear drift."""
    percent = rng.normal(0, 1, (N_VOLUMES, N_VOXELS))
    percent += np.linspace(-5, 5, N_VOLUMES)[:, None]
    bold = np.linspace(500, 1500, N_VOXELS) * (1 + percent / 100)
    times = np.empty(0)
    return Run("01", "1", bold.astype(np.float32), NONE, times, times, 2.0, 1.0)


def measure(run, **options):
    return measure_run(run, np.arange(5), detrend_order=1, **options)


def test_the_signal_to_noise_ratio_is_that_of_the_noise_without_the_drift(run):
    found = measure(run)

    line = np.polynomial.polynomial.polyvander(np.arange(N_VOLUMES), 1)
    left = run.bold - line @ np.linalg.lstsq(line, run.bold, rcond=None)[0]
    expected = run.bold.mean(axis=0) / (left.std(axis=0) * np.sqrt(200 / 198))
    np.testing.assert_allclose(found.tsnr, expected, rtol=1e-3)
    assert abs(np.median(found.tsnr) - 100) < 10


def test_dvars_and_mean_are_in_percent_of_each_voxel(run):
    found = measure(run)

    percent = 100 * (run.bold / run.bold.mean(axis=0) - 1)
    change = np.sqrt((np.diff(percent, axis=0) ** 2).mean(axis=1))
    np.testing.assert_allclose(found.dvars[1:], change, rtol=1e-3)
    assert np.isnan(found.dvars[0])
    np.testing.assert_allclose(found.mean_signal, percent.mean(axis=1), atol=1e-3)


def test_blocks_of_voxels_change_nothing(run, monkeypatch):
    whole = measure(run)
    monkeypatch.setattr("boldwise.responses.quality.BLOCK", 7)

    parts = measure(run)

    np.testing.assert_allclose(parts.tsnr, whole.tsnr)
    np.testing.assert_allclose(parts.dvars, whole.dvars)


def test_a_spike_of_one_volume_stands_out_twice(run):
    run.bold[50] *= 1.2

    found = measure(run)

    assert np.argsort(-found.dvars[1:])[:2].tolist() in ([49, 50], [50, 49])


def test_constant_voxels_are_no_data(run):
    run.bold[:, 3] = 700.0
    run.bold[:, 4] = 0.0

    found = measure(run)

    assert np.flatnonzero(np.isnan(found.tsnr)).tolist() == [3, 4]
    assert np.isfinite(found.dvars[1:]).all()
    assert not found.carpet[3].any()


def test_the_carpet_shows_the_voxels_asked_for_without_drift(run):
    carpet = measure(run).carpet

    assert carpet.shape == (5, N_VOLUMES)
    assert carpet.dtype == np.float32
    trend = np.polyfit(np.arange(N_VOLUMES), carpet[0], 1)[0]
    assert abs(trend) < 1e-4


def test_motion_and_lost_volumes_are_counted(run):
    moved = np.full(N_VOLUMES, 0.1)
    moved[0], moved[[5, 9]] = np.nan, 0.9
    kept = np.arange(N_VOLUMES) >= 3

    found = measure(replace(run, kept=kept), displacement_mm=moved)

    assert (found.n_volumes, found.n_moved) == (N_VOLUMES, 2)
    assert int((~found.kept).sum()) == 3
    assert found.mean_displacement_mm == pytest.approx((197 * 0.1 + 1.8) / 199)


def test_unknown_motion_stays_unknown(run):
    found = measure(run)

    assert np.isnan(found.mean_displacement_mm)
    assert found.n_moved == 0
    assert found.kept.all()


def test_series_that_were_scaled_before_have_jumps_but_no_ratio(run, rng):
    z = rng.normal(size=(N_VOLUMES, N_VOXELS)).astype(np.float32)

    found = measure(replace(run, bold=z))

    assert is_scaled(z)
    assert not is_scaled(run.bold)
    assert np.isnan(found.tsnr).all()
    assert abs(np.nanmedian(found.dvars) - np.sqrt(2)) < 0.1


def test_rows_are_shared_out_by_region_and_evenly_within():
    roi = {
        "a": np.arange(100) < 60,
        "b": (np.arange(100) >= 50) & (np.arange(100) < 80),
    }

    shown, groups = choose_rows(roi, 100, n_rows=10)

    assert groups == [("a", 6), ("b", 2), ("", 2)]
    assert shown.tolist() == [0, 12, 24, 35, 47, 59, 60, 79, 80, 99]


def test_few_voxels_are_all_shown_and_once():
    shown, groups = choose_rows({}, 3)

    assert shown.tolist() == [0, 1, 2]
    assert groups == [("", 3)]


def test_rows_that_follow_the_mean_come_first_within_their_region(rng):
    common = rng.normal(size=100)
    noise = rng.normal(size=(4, 100))
    carpet = np.stack([noise[0], common, common + noise[1], noise[2], common])

    order = order_rows(carpet, [("a", 3), ("b", 2)])

    assert order.tolist() == [1, 2, 0, 4, 3]


def test_constant_rows_have_a_place_too():
    assert order_rows(np.zeros((3, 5)), [("", 3)]).tolist() == [0, 1, 2]


@pytest.mark.parametrize("swapped", [False, True])
def test_translations_are_told_from_rotations_by_their_size(rng, swapped):
    millimetres = rng.normal(0, 0.2, (50, 3))
    radians = rng.normal(0, 0.002, (50, 3))
    parts = [radians, millimetres] if swapped else [millimetres, radians]

    found = find_translations(np.hstack(parts))

    np.testing.assert_array_equal(found, np.hstack([millimetres, radians]))
