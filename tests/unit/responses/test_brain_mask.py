"""The brain mask holds the bright ball, in small and large voxels."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.responses.brain_mask import brain_mask


def ball(size_mm):
    """Draw a bright ball of 60 mm radius on a noisy dark ground."""
    shape = tuple(int(180 / size_mm) for _ in range(3))
    xyz = (np.indices(shape) - (np.array(shape)[:, None, None, None] - 1) / 2) * size_mm
    inside = (xyz**2).sum(0) < 60**2
    noise = np.random.default_rng(0).normal(0, 10, shape)
    return np.where(inside, 1000, 100) + noise, inside, np.diag([size_mm] * 3 + [1.0])


@pytest.mark.parametrize("size_mm", [3.0, 6.0, 15.0])
def test_the_ball_is_found(size_mm):
    image, inside, affine = ball(size_mm)

    mask = brain_mask(image, affine)

    assert mask.dtype == bool
    overlap = 2 * (mask & inside).sum() / (mask.sum() + inside.sum())
    assert overlap > 0.9


def test_values_that_are_not_finite_are_outside():
    image, inside, affine = ball(6.0)
    image[~inside] = np.nan

    mask = brain_mask(image, affine)

    assert not mask[~inside].any()


def test_an_image_without_a_brain_is_refused():
    with pytest.raises(DataError, match="no brain was found in a mean image"):
        brain_mask(np.zeros((8, 8, 8)), np.eye(4))
