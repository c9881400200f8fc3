"""Boxes of objects in cells of a grid."""

import numpy as np
import pytest

from boldwise.simulate.boxes import cover_cells, mass_in_boxes
from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.scenes import draw_scenes

SCENES = draw_scenes(200, seed=3, size_px=8)


def test_cells_cover_as_much_as_a_fine_raster_says():
    number, n = CATEGORIES.index("face"), 240
    cover = cover_cells(SCENES, "face", (4, 6))
    fine = (np.arange(n) + 0.5) / n
    half = SCENES.size[:, number, None] / 2
    down, across = (
        np.abs(getattr(SCENES, axis)[:, number, None] - fine) <= half for axis in "yx"
    )
    raster = down[:, :, None] & across[:, None, :]

    cells = raster.reshape(len(raster), 4, n // 4, 6, n // 6).mean((2, 4))

    np.testing.assert_allclose(cover, cells.reshape(len(cells), -1), atol=0.05)


def test_the_mean_cover_is_the_area_of_the_box():
    """Boxes lie within the picture but for the largest, near its edge."""
    number = CATEGORIES.index("tool")
    cover = cover_cells(SCENES, "tool", (8, 8))
    within = np.ones(len(SCENES), bool)
    for place in (SCENES.x[:, number], SCENES.y[:, number]):
        within &= np.abs(place - 0.5) + SCENES.size[:, number] / 2 <= 0.5

    np.testing.assert_allclose(
        cover.mean(1)[within], SCENES.size[within, number] ** 2, atol=1e-12
    )
    assert cover[~SCENES.present[:, number]].max() == 0


def test_even_attention_falls_into_boxes_by_their_area():
    even = np.full((len(SCENES), 16), 1 / 16)

    mass, area = mass_in_boxes(even, SCENES, "car", (4, 4))

    assert mass == pytest.approx(area)
    assert 0.06 < area < 0.23


def test_attention_to_what_is_covered_falls_inside():
    cover = cover_cells(SCENES, "house", (8, 8))
    mass, area = mass_in_boxes((cover == 1) + 1e-9, SCENES, "house", (8, 8))

    assert mass > 0.99
    assert area < 0.23


def test_without_scenes_there_is_nothing_to_tell():
    none = SCENES.take(~SCENES.present[:, CATEGORIES.index("word")])

    assert np.isnan(mass_in_boxes(np.ones((len(none), 4)), none, "word", (2, 2))).all()
