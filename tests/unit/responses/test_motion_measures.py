"""Framewise displacement and DVARS against sums by hand and closed forms."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.responses.motion_measures import dvars, framewise_displacement


def noise(n_volumes=400, n_voxels=300, *, ar=0.0, seed=0):
    rng = np.random.default_rng(seed)
    series = rng.normal(size=(n_volumes, n_voxels))
    for k in range(1, n_volumes):
        series[k] = ar * series[k - 1] + np.sqrt(1 - ar**2) * series[k]
    return 500 + 4 * series


def test_displacement_sums_shifts_and_arcs():
    motion = np.zeros((4, 6))
    motion[1] = [1, -2, 0.5, 0.01, 0, -0.02]
    motion[2] = motion[1]

    found = framewise_displacement(motion)

    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:], [3.5 + 50 * 0.03, 0, 5.0])


def test_dvars_is_the_root_mean_square_change_at_a_median_of_1000():
    bold = noise(30, 20)

    found, _ = dvars(bold)

    scaled = bold * 1000 / np.median(bold)
    by_hand = [
        np.sqrt(((a - b) ** 2).mean())
        for a, b in zip(scaled[1:], scaled[:-1], strict=True)
    ]
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:], by_hand, rtol=1e-10)


@pytest.mark.parametrize("ar", [0.0, 0.3, 0.7])
def test_still_volumes_have_a_standardized_dvars_of_1(ar):
    _, standardized = dvars(noise(ar=ar))

    assert np.nanmedian(standardized) == pytest.approx(1, abs=0.03)


def test_a_spike_stands_out_twice():
    bold = noise()
    bold[100] += 40

    _, standardized = dvars(bold)

    assert set(np.flatnonzero(standardized > 3)) == {100, 101}


def test_the_unit_of_the_scanner_does_not_matter():
    bold = noise(50, 30)

    np.testing.assert_allclose(dvars(bold * 37)[0], dvars(bold)[0])
    np.testing.assert_allclose(dvars(bold * 37)[1], dvars(bold)[1])


def test_voxels_that_do_not_vary_are_left_out():
    bold = noise(50, 30)
    padded = np.hstack([bold, np.zeros((50, 10))])

    np.testing.assert_allclose(dvars(padded)[0], dvars(bold)[0])
    np.testing.assert_allclose(dvars(padded)[1], dvars(bold)[1])


def test_a_brain_that_does_not_vary_is_refused():
    with pytest.raises(DataError, match="none of 4 voxels of the brain varies"):
        dvars(np.ones((10, 4)))
