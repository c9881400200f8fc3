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
