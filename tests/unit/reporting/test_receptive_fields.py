"""Receptive fields drawn where they are, as large as they are."""

import numpy as np
import pytest
from matplotlib.collections import EllipseCollection

from boldwise.encoders.visual_field import VisualFields
from boldwise.reporting.receptive_fields import AT_MOST, draw_receptive_fields

FIELDS = VisualFields(
    x=np.array([-2.0, 3.0, 0.0]),
    y=np.array([0.0, 4.0, 1.0]),
    size=np.array([0.5, 1, 2]),
)
REGIONS = {"V1": np.array([1, 1, 0], bool), "V2": np.array([0, 0, 1], bool)}


@pytest.fixture
def figure():
    return draw_receptive_fields(FIELDS, REGIONS, picture_deg=(10.0, 10.0))


def circles_of(figure):
    return [c for c in figure.axes[0].collections if isinstance(c, EllipseCollection)]


def test_circles_lie_at_the_centres(figure):
    first, second = circles_of(figure)

    np.testing.assert_allclose(first.get_offsets(), [[-2, 0], [3, 4]])
    np.testing.assert_allclose(second.get_offsets(), [[0, 1]])


def test_a_circle_reaches_one_standard_deviation_to_each_side(figure):
    np.testing.assert_allclose(circles_of(figure)[0].get_widths(), [1.0, 2.0])


def test_size_is_drawn_over_the_distance_from_the_fixation(figure):
    clouds = {c.get_label(): c.get_offsets() for c in figure.axes[1].collections}

    np.testing.assert_allclose(clouds["V1"], [[2, 0.5], [5, 1]])
    np.testing.assert_allclose(clouds["V2"], [[1, 2]])


def test_the_frame_is_the_picture(figure):
    box = figure.axes[0].patches[0].get_bbox()

    np.testing.assert_allclose([box.x0, box.x1, box.y0, box.y1], [-5, 5, -5, 5])


def test_the_description_tells_medians_by_region(figure):
    assert "V1: 2 voxels, median eccentricity 3.5° and size 0.75°" in figure.get_label()
    assert "V2: 1 voxels, median eccentricity 1° and size 2°" in figure.get_label()


def test_too_many_circles_are_thinned_but_every_centre_is_drawn():
    n = 10 * AT_MOST
    many = VisualFields(np.zeros(n), np.zeros(n), np.ones(n))

    figure = draw_receptive_fields(many, {"V1": np.ones(n, bool)}, picture_deg=(4, 4))

    assert len(circles_of(figure)[0].get_widths()) == AT_MOST
    assert len(figure.axes[0].collections[1].get_offsets()) == n


def test_a_region_without_voxels_is_no_error():
    label = draw_receptive_fields(
        FIELDS, {"V1": np.zeros(3, bool)}, picture_deg=(4, 4)
    ).get_label()

    assert "No voxel to draw" in label
