"""Light and colour against scikit-image and definitions."""

import numpy as np
import pytest

from boldwise.features.light import (
    LUMA,
    averaging_weights,
    colour_of,
    lightness,
    linear_light,
    luma_of,
    luminance_of,
)


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def test_colours_are_those_of_scikit_image(picture):
    expected = pytest.importorskip("skimage.color").rgb2lab(picture) / 100

    colour = colour_of(np.moveaxis(linear_light(picture), 2, 0))

    np.testing.assert_allclose(np.moveaxis(colour, 0, 2), expected, atol=2e-4)
    assert colour.dtype == np.float32


def test_lightness_of_luminance_is_the_first_of_the_colours(picture):
    light = linear_light(picture)

    found = lightness(luminance_of(light))

    expected = colour_of(np.moveaxis(light, 2, 0))[0]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_greys_have_no_colour_and_run_from_black_to_white():
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)

    colour = colour_of(linear_light(grey).T)

    np.testing.assert_allclose(colour[0, [0, 255]], [0, 1], atol=1e-6)
    assert (np.diff(colour[0]) > 0).all()
    np.testing.assert_allclose(colour[1:], 0, atol=2e-6)


def test_half_the_light_is_sent_by_value_188():
    assert linear_light(np.uint8(188)) == pytest.approx(0.5, abs=0.005)


def test_luma_weighs_the_values_as_they_are(picture):
    np.testing.assert_allclose(luma_of(picture), picture / 255 @ LUMA, atol=1e-6)
    assert luma_of(picture).dtype == np.float32


@pytest.mark.parametrize(("n_px", "n_cells"), [(12, 4), (10, 4), (7, 7), (9, 1)])
def test_cells_average_their_share_of_the_pixels(n_px, n_cells):
    weight = averaging_weights(n_px, n_cells)

    np.testing.assert_allclose(weight.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(weight.sum(axis=0), n_cells / n_px, rtol=1e-6)
    fine = np.repeat(np.arange(n_px), n_cells)  # every pixel cut into n_cells parts
    expected = [np.bincount(part, minlength=n_px) for part in fine.reshape(n_cells, -1)]
    np.testing.assert_allclose(weight, np.array(expected) / n_px, rtol=1e-6)
