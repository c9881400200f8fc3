"""Colour statistics against values worked out by hand."""

import colorsys

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features import colour as module
from boldwise.features.colour import N_HUES, N_LEVELS, colour_statistics
from boldwise.features.records import Stimuli


def statistics(image, *, grid=1):
    stimuli = Stimuli(np.array([f"s{i}" for i in range(len(image))]), image)
    return colour_statistics(stimuli, grid=grid).feature


def plain(*colour, side=8):
    return np.full((1, side, side, 3), colour, np.uint8)


def test_means_of_plain_colours_are_their_luminance_and_opponent_values():
    image = np.concatenate([plain(255, 255, 255), plain(255, 0, 0), plain(0, 0, 255)])

    mean = statistics(image)[:, :3]

    expected = [[1, 0, 0], [0.2126, 0.5, -0.25], [0.0722, 0, 0.5]]
    np.testing.assert_allclose(mean, expected, atol=1e-6)


def test_spread_is_the_standard_deviation_within_a_cell():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (2, 9, 9, 3), dtype=np.uint8)
    luminance = (image / 255) @ [0.2126, 0.7152, 0.0722]

    feature = statistics(image, grid=3)

    cells = luminance.reshape(2, 3, 3, 3, 3).std(axis=(2, 4)).reshape(2, 9)
    np.testing.assert_allclose(feature[:, 27:36], cells, rtol=1e-4)
    np.testing.assert_allclose(statistics(plain(200, 10, 90))[:, 3:6], 0, atol=1e-3)


def test_cells_are_rows_then_columns():
    image = plain(0, 0, 0)
    image[:, :4, 4:] = 255  # top right

    np.testing.assert_allclose(statistics(image, grid=2)[0, :4], [0, 1, 0, 0])


def test_sides_that_no_grid_divides_still_give_each_pixel_one_cell():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (1, 7, 10, 3), dtype=np.uint8)
    luminance = (image[0] / 255) @ [0.2126, 0.7152, 0.0722]

    mean = statistics(image, grid=3)[0, :9].reshape(3, 3)

    np.testing.assert_allclose(mean[0, 0], luminance[:3, :4].mean(), rtol=1e-5)
    np.testing.assert_allclose(mean[2, 2], luminance[5:, 7:].mean(), rtol=1e-5)


def test_levels_are_shares_of_the_pixels():
    image = plain(0, 0, 0)
    image[:, :2] = 255

    levels = statistics(image)[0, 6 : 6 + N_LEVELS]

    expected = [0.75, *([0] * (N_LEVELS - 2)), 0.25]
    np.testing.assert_allclose(levels, expected, atol=1e-6)


def test_hues_part_colours_and_ignore_greys():
    wheel = [colorsys.hsv_to_rgb(turn, 1, 1) for turn in (0.0, 1 / 3, 2 / 3)]
    image = np.stack([plain(*(255 * np.array(rgb)))[0] for rgb in wheel])

    hues = statistics(image)[:, -N_HUES:]

    assert len(set(hues.argmax(axis=1))) == 3
    np.testing.assert_array_equal((hues > 0).sum(axis=1), 1)
    np.testing.assert_allclose(statistics(plain(90, 90, 90))[:, -N_HUES:], 0, atol=1e-6)


def test_blocks_leave_no_trace(monkeypatch):
    rng = np.random.default_rng(5)
    image = rng.integers(0, 256, (11, 24, 30, 3), dtype=np.uint8)
    stimuli = Stimuli(np.array([f"s{i:02d}" for i in range(11)]), image)
    together = colour_statistics(stimuli, grid=2).feature

    monkeypatch.setattr(module, "images_at_once", lambda image: 3)

    again = colour_statistics(stimuli, grid=2).feature
    np.testing.assert_array_equal(again, together)


def test_images_are_seen_one_by_one():
    rng = np.random.default_rng(2)
    image = rng.integers(0, 256, (70, 8, 8, 3), dtype=np.uint8)

    together = statistics(image, grid=2)

    assert together.shape == (70, 6 * 4 + N_LEVELS + N_HUES)
    np.testing.assert_allclose(together[66:], statistics(image[66:], grid=2), rtol=1e-5)


def test_more_cells_than_pixels_are_refused():
    with pytest.raises(DataError, match=r"grid of 9 x 9 cells.*have 8 x 8"):
        statistics(plain(0, 0, 0), grid=9)
