"""Pixels: textures of the stated wave, objects where they were put."""

import numpy as np
import pytest

from boldwise.simulate.captions import TEXTURES
from boldwise.simulate.painting import paint_backgrounds, paint_objects

GREY = np.full((1, 3), 0.5)


def background(texture, *, orientation=0.0, frequency=8.0, contrast=0.5):
    wave = np.array([[orientation, frequency, 0.3, contrast]])
    index = np.array([TEXTURES.index(texture)])
    return paint_backgrounds(index, wave, GREY, size_px=64)[0, :, :, 0]


def paint(image, *, x, y, row=0, category=0, **how):
    size, tilt = how.get("size", 0.3), how.get("tilt", 0.0)
    paint_objects(
        image,
        category=category,
        row=np.array([row]),
        place=np.array([[x, y, size, tilt]]),
        colour=np.array([how.get("colour", (1, 0, 0))]),
    )
    return image


@pytest.mark.parametrize("frequency", [4.0, 8.0, 12.0])
@pytest.mark.parametrize("axis", [0, 1])
def test_stripes_have_the_stated_frequency_and_direction(frequency, axis):
    orientation = 0.0 if axis == 1 else np.pi / 2

    image = background("stripes", orientation=orientation, frequency=frequency)

    spectrum = np.abs(np.fft.fft2(image - image.mean()))
    peak = np.unravel_index(spectrum[:32, :32].argmax(), (32, 32))
    assert peak[axis] == frequency
    assert peak[1 - axis] == 0


@pytest.mark.parametrize("texture", TEXTURES)
def test_without_contrast_every_texture_is_its_colour(texture):
    np.testing.assert_allclose(background(texture, contrast=0.0), 0.5, rtol=1e-6)


@pytest.mark.parametrize("texture", TEXTURES)
def test_textures_stay_within_their_contrast(texture):
    image = background(texture, contrast=0.4)

    assert image.min() >= 0.5 * 0.6 - 1e-6
    assert image.max() <= 0.5 * 1.4 + 1e-6
    assert np.ptp(image) > 0.2


def test_textures_differ():
    images = [background(texture) for texture in TEXTURES]

    for i, one in enumerate(images):
        assert all(np.abs(one - other).mean() > 0.02 for other in images[:i])


@pytest.mark.parametrize("category", range(10))
def test_an_object_changes_its_own_place_only(category):
    image = paint(
        np.full((1, 64, 64, 3), 0.5, np.float32), x=0.3, y=0.6, category=category
    )

    places = (np.argwhere((image[0] != 0.5).any(2)) + 0.5) / 64
    assert len(places) > 40
    assert np.abs(places.mean(0) - (0.6, 0.3)).max() < 0.05
    assert np.abs(places - (0.6, 0.3)).max() < 0.21  # half of 0.3, and an outline


def test_other_scenes_stay_as_they_were():
    image = paint(np.full((3, 64, 64, 3), 0.5, np.float32), x=0.5, y=0.5, row=1)

    assert (image[[0, 2]] == 0.5).all()


def test_a_whole_pixel_to_the_right_moves_the_same_drawing():
    blank = np.full((1, 64, 64, 3), 0.5, np.float32)

    here = paint(blank.copy(), x=0.5, y=0.5)
    there = paint(blank.copy(), x=0.5 + 1 / 64, y=0.5)

    np.testing.assert_allclose(np.roll(here, 1, axis=2), there, atol=2e-5)


def test_edges_are_smooth_below_a_pixel():
    blank = np.full((1, 64, 64, 3), 0.5, np.float32)

    here = paint(blank.copy(), x=0.5, y=0.5)
    there = paint(blank.copy(), x=0.5 + 0.2 / 64, y=0.5)

    assert 0 < np.abs(here - there).max() < 0.25


def test_an_object_may_reach_over_the_border():
    image = paint(np.full((1, 64, 64, 3), 0.5, np.float32), x=0.02, y=0.98, size=0.45)

    assert (image[0, -8:, :8] != 0.5).any()
    assert (image[0, :32, 32:] == 0.5).all()


def test_a_tilt_turns_clockwise():
    image = paint(
        np.zeros((1, 64, 64, 3), np.float32), x=0.5, y=0.5, category=4, tilt=0.6
    )

    # The hammer's head is its only coloured part, and points up and right now.
    _, j = np.nonzero(image[0, :, :, 0] - image[0, :, :, 1] > 0.5)
    assert j.mean() > 32 + 2


def test_the_colour_is_that_of_the_object():
    image = paint(np.zeros((1, 64, 64, 3), np.float32), x=0.5, y=0.5, colour=(0, 1, 0))

    coloured = image[0][image[0].max(2) > 0.5]
    assert np.median(coloured[:, 1]) > 0.9
    assert np.median(coloured[:, 0]) < 0.1


def test_nothing_is_painted_for_no_objects():
    image = np.full((1, 8, 8, 3), 0.5, np.float32)

    paint_objects(
        image,
        category=0,
        row=np.array([], int),
        place=np.empty((0, 4)),
        colour=np.empty((0, 3)),
    )

    assert (image == 0.5).all()
