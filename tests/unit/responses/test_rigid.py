"""Rigid motion: the convention of the simulated scanner, in any order of voxels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from boldwise.responses.rigid import Volume, matrix_of, motion_of, resample
from boldwise.simulate.motion import move, rigid_matrix

AFFINE = np.array([[3.0, 0, 0, -40], [0, 3.0, 0, -50], [0, 0, 3.5, -30], [0, 0, 0, 1]])
MOTION = np.array([1.5, -1.0, 0.8, 0.03, -0.02, 0.025])
small = st.floats(-0.4, 0.4)


@pytest.fixture(scope="module")
def head():
    """Make a smooth image with structure in all directions."""
    rng = np.random.default_rng(2)
    image = ndimage.gaussian_filter(rng.normal(size=(24, 26, 20)), 2.5)
    return Volume((1000 * image / image.std()).astype(np.float32), AFFINE)


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.floats(-20, 20)] * 3, small, small, small))
def test_parameters_come_back_from_their_matrix(motion):
    centre = np.array([4.0, -7.0, 11.0])

    found = motion_of(matrix_of(np.array(motion), centre), centre)

    np.testing.assert_allclose(found, motion, atol=1e-9)


def test_the_matrix_is_that_of_the_simulated_scanner(head):
    middle = np.eye(4)
    middle[:3, 3] = head.centre
    expected = middle @ rigid_matrix(MOTION) @ np.linalg.inv(middle)

    np.testing.assert_allclose(matrix_of(MOTION, head.centre), expected, atol=1e-12)


def test_the_centre_stays_when_only_the_head_turns():
    centre = np.array([1.0, 2.0, 3.0])

    matrix = matrix_of(np.array([0, 0, 0, 0.2, 0.1, -0.3]), centre)

    np.testing.assert_allclose(matrix[:3] @ [*centre, 1], centre, atol=1e-12)


def test_a_positive_turn_about_z_is_anticlockwise():
    matrix = matrix_of(np.array([0, 0, 0, 0, 0, np.pi / 2]), np.zeros(3))

    np.testing.assert_allclose(matrix[:3, :3] @ [1, 0, 0], [0, 1, 0], atol=1e-12)


def test_resampling_undoes_the_motion_of_the_scanner(head):
    scanned = Volume(move(head.image, MOTION, affine=AFFINE), AFFINE)

    aligned = resample(scanned, MOTION, head)

    inside = (slice(4, -4),) * 3
    moved = np.abs(scanned.image - head.image)[inside]
    left = np.abs(aligned - head.image)[inside]
    assert moved.mean() > 100
    assert left.mean() < 10


def test_the_order_of_voxels_does_not_matter(head):
    """LAS instead of RAS: x runs the other way in the file, not in the world."""
    flip = np.diag([-1.0, 1, 1, 1])
    flip[0, 3] = head.image.shape[0] - 1
    flipped = Volume(head.image[::-1], AFFINE @ flip)

    straight = resample(head, MOTION, head)
    crossed = resample(flipped, MOTION, head)

    np.testing.assert_allclose(crossed, straight, atol=0.05)


def test_no_motion_changes_nothing(head):
    np.testing.assert_allclose(resample(head, np.zeros(6), head), head.image, atol=0.01)


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.floats(-20, 20)] * 3, small, small, small))
def test_a_motion_keeps_all_distances_and_which_side_is_left(motion):
    matrix = matrix_of(np.array(motion), np.array([4.0, -7.0, 11.0]))

    np.testing.assert_allclose(matrix[:3, :3].T @ matrix[:3, :3], np.eye(3), atol=1e-12)
    assert np.linalg.det(matrix[:3, :3]) == pytest.approx(1)
    assert matrix[3].tolist() == [0, 0, 0, 1]


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.floats(-5, 5)] * 3, small, small, small))
def test_the_middle_of_the_head_moves_by_the_translations(motion):
    centre = np.array([-3.0, 12.0, 30.0])

    moved = matrix_of(np.array(motion), centre)[:3] @ [*centre, 1]

    np.testing.assert_allclose(moved - centre, motion[:3], atol=1e-10)


def test_the_angles_turn_about_z_then_y_then_x():
    x, y, z = 0.3, -0.2, 0.5
    turn_x = [[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]]
    turn_y = [[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]]
    turn_z = [[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]]

    matrix = matrix_of(np.array([0, 0, 0, x, y, z]), np.zeros(3))

    expected = np.linalg.multi_dot([turn_x, turn_y, turn_z])
    np.testing.assert_allclose(matrix[:3, :3], expected, atol=1e-12)


@pytest.mark.parametrize("steps", [(2, 0, 0), (0, -3, 0), (1, 2, -2)])
def test_a_head_that_moved_by_whole_voxels_comes_back_voxel_by_voxel(head, steps):
    scanned = Volume(np.roll(head.image, steps, axis=(0, 1, 2)), AFFINE)
    motion = np.array([*(np.diag(AFFINE)[:3] * steps), 0, 0, 0])

    aligned = resample(scanned, motion, head)

    inside = (slice(4, -4),) * 3
    np.testing.assert_allclose(aligned[inside], head.image[inside], atol=0.5)


def test_the_grid_of_the_result_is_that_of_the_reference(head):
    """A reference with voxels twice as far apart takes every second voxel."""
    coarse = Volume(np.zeros((12, 13, 10)), AFFINE @ np.diag([2.0, 2, 2, 1]))

    aligned = resample(head, np.zeros(6), coarse)

    assert aligned.dtype == np.float32
    np.testing.assert_allclose(aligned, head.image[::2, ::2, ::2], atol=0.1)


def test_brightness_and_contrast_pass_through_and_the_image_is_not_modified(head):
    kept = head.image.copy()

    plain = resample(head, MOTION, head)
    brighter = resample(Volume(3 * head.image + 500, AFFINE), MOTION, head)

    np.testing.assert_allclose(brighter, 3 * plain + 500, atol=0.5)
    np.testing.assert_array_equal(head.image, kept)
