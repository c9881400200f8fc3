"""Small copies: averages of light, in perceptual colours, whatever the blocks."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features import pixels as module
from boldwise.features.light import colour_of, linear_light
from boldwise.features.pixels import pixels
from boldwise.features.records import Stimuli


def stimuli_of(image):
    return Stimuli(np.array([f"s{i}" for i in range(len(image))]), image)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (19, 24, 36, 3), dtype=np.uint8)


def test_light_is_averaged_before_it_is_turned_to_colour(images):
    space = pixels(stimuli_of(images), size=6)

    light = linear_light(images).astype(float).reshape(19, 6, 4, 6, 6, 3)
    expected = colour_of(np.moveaxis(light.mean(axis=(2, 4)), 3, 0))
    expected = np.moveaxis(expected, 0, 1).reshape(19, -1)
    np.testing.assert_allclose(space.feature, expected, atol=1e-5)
    assert space.feature.dtype == np.float32


def test_without_colour_lightness_is_left(images):
    grey = pixels(stimuli_of(images), size=8, colour=False).feature

    both = pixels(stimuli_of(images), size=8).feature
    np.testing.assert_array_equal(grey, both[:, :64])


def test_a_lit_patch_lies_in_its_row_and_column():
    image = np.zeros((1, 32, 32, 3), np.uint8)
    image[0, 8:16, 24:] = 255

    copy = pixels(stimuli_of(image), size=4, colour=False).feature.reshape(4, 4)

    assert np.argwhere(copy > 0.99).tolist() == [[1, 3]]
    assert np.sort(copy.ravel())[-2] == 0


def test_fine_stripes_become_the_grey_of_half_their_light():
    image = np.zeros((1, 32, 32, 3), np.uint8)
    image[:, :, ::2] = 255

    copy = pixels(stimuli_of(image), size=8, colour=False).feature

    np.testing.assert_allclose(copy, 0.7607, atol=1e-3)  # L* 76.07, half the light


def test_blocks_leave_no_trace(images, monkeypatch):
    together = pixels(stimuli_of(images), size=8).feature

    monkeypatch.setattr(module, "images_at_once", lambda image: 3)

    np.testing.assert_array_equal(pixels(stimuli_of(images), size=8).feature, together)
    part = pixels(stimuli_of(images[5:7]), size=8).feature
    np.testing.assert_array_equal(part, together[5:7])


def test_a_copy_larger_than_the_images_is_refused(images):
    with pytest.raises(DataError, match=r"32 x 32 pixels .* images of 24 x 36"):
        pixels(stimuli_of(images))
