"""Motion: rigid by scipy's own rotations, real resampling, one voxel's reach."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from boldwise.simulate.motion import (
    draw_motion,
    move,
    rigid_matrix,
)

AFFINE = np.diag([4.0, 4.0, 4.0, 1.0])
AFFINE[:3, 3] = (-30, -50, 10)
MOTION = np.array([0.5, -0.3, 0.2, 0.01, -0.008, 0.005])


def smooth_volume(seed=0):
    rng = np.random.default_rng(seed)
    return gaussian_filter(rng.standard_normal((18, 16, 14)), 2.0)


def test_rotations_are_those_of_scipy():
    parameters = np.array([1.0, 2.0, 3.0, 0.3, -0.2, 0.1])

    matrix = rigid_matrix(parameters)

    expected = Rotation.from_euler("XYZ", parameters[3:]).as_matrix()
    np.testing.assert_allclose(matrix[:3, :3], expected, atol=1e-12)
    np.testing.assert_array_equal(matrix[:, 3], [1, 2, 3, 1])


def test_no_motion_changes_nothing():
    volume = smooth_volume()

    np.testing.assert_allclose(
        move(volume, np.zeros(6), affine=AFFINE), volume, atol=1e-6
    )


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_step_of_one_voxel_shifts_the_volume_by_one(axis):
    volume = smooth_volume()
    parameters = np.zeros(6)
    parameters[axis] = 4.0

    moved = move(volume, parameters, affine=AFFINE)

    inner = (slice(2, -2),) * 3
    np.testing.assert_allclose(moved[inner], np.roll(volume, 1, axis)[inner], atol=1e-6)


def test_a_turn_is_about_the_middle_of_the_grid():
    volume = np.zeros((15, 15, 15))
    volume[7, 7, 7] = 1  # the middle stays
    volume[12, 7, 7] = 1  # to the right, and goes to the front
    quarter = np.array([0, 0, 0, 0, 0, np.pi / 2])

    moved = move(volume, quarter, affine=AFFINE)

    assert moved[7, 7, 7] == pytest.approx(1, abs=1e-5)
    assert moved[7, 12, 7] == pytest.approx(1, abs=1e-5)
    assert moved[12, 7, 7] == pytest.approx(0, abs=1e-5)


def test_realigning_undoes_the_motion_of_a_smooth_volume():
    volume = smooth_volume()

    moved = move(volume, MOTION, affine=AFFINE)
    back = move(moved, MOTION, affine=AFFINE, undo=True)

    inner = (slice(3, -3),) * 3
    error, change = (np.abs(v - volume)[inner].mean() for v in (back, moved))
    assert error < 0.1 * change


def test_values_hardly_reach_beyond_two_voxels():
    volume = np.zeros((13, 13, 13))
    volume[6, 6, 6] = 1

    moved = move(volume, MOTION, affine=AFFINE)

    far = np.abs(np.indices(volume.shape) - 6).max(0) > 2
    assert np.abs(moved[far]).max() < 0.01
    assert moved[6, 6, 6] > 0.7


def test_a_run_starts_at_its_reference():
    motion = draw_motion(150, rng=np.random.default_rng(0))

    assert motion.shape == (150, 6)
    assert (motion[0] == 0).all()
    assert 0.05 < np.abs(motion[:, :3]).max() < 4
    assert np.abs(motion[:, 3:]).max() < 0.05


def test_motion_stays_below_a_voxel_so_that_nothing_bleeds():
    for seed in range(50):
        motion = draw_motion(150, rng=np.random.default_rng(seed))
        reach_mm = np.abs(motion[:, :3]).max() + 90 * np.abs(motion[:, 3:]).max()
        assert reach_mm < 6
