"""Fields from weights, and degrees from shares."""

import numpy as np
import pytest

from boldwise.encoders.visual_field import (
    FULL_WIDTH,
    FieldShares,
    fields_of_weights,
    in_degrees,
)
from boldwise.errors import ConfigError


def gaussian(x, y, size, n):
    steps = (np.arange(n) + 0.5) / n
    across, down = (np.exp(-0.5 * ((steps - at) / size) ** 2) for at in (x, y))
    return (down[:, None] * across).reshape(1, -1)


def test_a_gaussian_is_told_by_its_centre_and_size():
    fields = fields_of_weights(gaussian(0.3, 0.6, 0.08, 60), (60, 60))

    np.testing.assert_allclose([fields.x[0], fields.y[0]], [0.3, 0.6], atol=0.005)
    np.testing.assert_allclose([fields.size_x[0], fields.size_y[0]], 0.08, rtol=0.05)


def test_a_floor_elsewhere_does_not_move_the_centre():
    weight = gaussian(0.2, 0.2, 0.06, 30)

    fields = fields_of_weights(weight + 0.2, (30, 30))

    np.testing.assert_allclose([fields.x[0], fields.y[0]], 0.2, atol=0.01)


def test_one_place_has_the_size_of_a_place():
    weight = np.zeros((1, 12))
    weight[0, 5] = 1.0  # row 1, column 1 of 3 by 4

    fields = fields_of_weights(weight, (3, 4))

    np.testing.assert_allclose([fields.x[0], fields.y[0]], [1.5 / 4, 1.5 / 3])
    np.testing.assert_allclose(fields.size_x * FULL_WIDTH, 1 / 4)
    np.testing.assert_allclose(fields.size_y * FULL_WIDTH, 1 / 3)


def test_right_and_up_are_positive_from_the_middle_of_the_picture():
    shares = FieldShares(*(np.array(v) for v in ([0.75], [0.25], [0.1], [0.1])))

    fields = in_degrees(shares, (8.0, 4.0))

    assert (fields.x[0], fields.y[0]) == (2.0, 1.0)
    np.testing.assert_allclose(fields.size, np.sqrt(0.8 * 0.4))
    np.testing.assert_allclose(fields.eccentricity, np.sqrt(5))
    np.testing.assert_allclose(fields.angle, np.degrees(np.arctan2(1, 2)))


def test_a_picture_without_extent_is_refused():
    shares = FieldShares(*([np.zeros(1)] * 4))

    with pytest.raises(ConfigError, match=r"spans 0 by 4 degrees: give its width"):
        in_degrees(shares, (0.0, 4.0))
