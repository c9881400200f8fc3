"""Signed distances: right by hand, and ten drawings that can be told apart."""

import numpy as np
import pytest

from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.shapes import DRAWINGS, box, ellipse, roof


def local_grid(n=81, reach=1.5):
    line = np.linspace(-reach, reach, n)
    v, u = np.meshgrid(line, line, indexing="ij")
    return u[None], v[None]


def silhouette(drawing):
    layers = drawing(*local_grid())
    return np.minimum.reduce([distance for distance, _ in layers])[0]


def test_a_circle_is_the_distance_to_its_centre_less_its_radius():
    u, v = local_grid()

    distance = ellipse(u, v, (0.2, -0.1), (0.5, 0.5))

    np.testing.assert_allclose(distance, np.hypot(u - 0.2, v + 0.1) - 0.5)


def test_an_ellipse_is_zero_on_its_rim():
    angle = np.linspace(0, 6, 20)

    distance = ellipse(0.9 * np.cos(angle), 0.4 * np.sin(angle), (0, 0), (0.9, 0.4))

    np.testing.assert_allclose(distance, 0, atol=1e-12)


def test_a_box_measures_along_its_axes():
    distance = box(np.array([0.0, 0.9, 0.0]), np.array([0.0, 0.0, 1.2]), (0, 0), (1, 1))

    np.testing.assert_allclose(distance, [-1.0, -0.1, 0.2])


def test_a_roof_has_straight_sides_at_the_right_distance():
    # Sides run from the apex (0, -1) to (+-1, 1): 2 u - v - 1 = 0 on the right.
    u, v = np.array([1.0, 0.5, -1.0]), np.array([-1.0, 0.0, -1.0])

    distance = roof(u, v, (0, -1), (1, 2))

    np.testing.assert_allclose(distance, np.abs([2, 0, 2]) / np.sqrt(5), atol=1e-12)


def test_a_roof_ends_at_its_base():
    assert roof(np.array([0.0]), np.array([1.5]), (0, -1), (1, 2))[0] == 0.5


def test_every_category_has_a_drawing():
    assert len(DRAWINGS) == len(CATEGORIES)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_drawings_fill_their_square_and_stay_within_it(drawing):
    u, v = local_grid()
    inside = silhouette(drawing) < 0

    assert 0.1 < inside[(np.abs(u[0]) <= 1) & (np.abs(v[0]) <= 1)].mean() < 0.8
    assert not inside[(np.abs(u[0]) > 1.1) | (np.abs(v[0]) > 1.1)].any()


def test_no_two_silhouettes_are_alike():
    shapes = [silhouette(drawing) < 0 for drawing in DRAWINGS]

    for i, one in enumerate(shapes):
        for other in shapes[:i]:
            assert (one & other).sum() / (one | other).sum() < 0.85


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_drawings_show_the_colour_of_their_object(drawing):
    tones = [tone for _, tone in drawing(*local_grid(n=3))]

    assert any(share > 0.5 for share, _ in tones)
