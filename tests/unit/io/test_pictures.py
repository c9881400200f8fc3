"""Pictures of every kind become square, upright, opaque, 8-bit and coloured."""

import numpy as np
import pytest
from PIL import Image

from boldwise.errors import DataError
from boldwise.io.pictures import read_picture, read_pictures


def save(path, pixels, **about):
    Image.fromarray(np.asarray(pixels, np.uint8)).save(path, **about)
    return path


def test_pixels_come_through_unchanged_at_their_own_size(tmp_path, rng):
    pixels = rng.integers(0, 256, size=(8, 8, 3))

    image = read_picture(save(tmp_path / "a.png", pixels), size_px=8)

    np.testing.assert_array_equal(image, pixels)


def test_the_central_square_is_kept(tmp_path):
    pixels = np.zeros((10, 30, 3))
    pixels[:, 10:20] = 200  # the central third of a wide picture

    image = read_picture(save(tmp_path / "a.png", pixels), size_px=10)

    assert (image == 200).all()


def test_sizes_are_made_alike(tmp_path):
    paths = [
        save(tmp_path / f"{n}.png", np.full((n, 2 * n, 3), n)) for n in (9, 40, 100)
    ]

    images = read_pictures(paths, size_px=16)

    assert images.shape == (3, 16, 16, 3)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images[:, 0, 0, 0], [9, 40, 100])


def test_grey_pictures_get_three_equal_channels(tmp_path, rng):
    pixels = rng.integers(0, 256, size=(8, 8))

    image = read_picture(save(tmp_path / "a.png", pixels), size_px=8)

    np.testing.assert_array_equal(image, pixels[..., None].repeat(3, 2))


def test_what_is_transparent_shows_grey(tmp_path):
    pixels = np.full((8, 8, 4), 255)
    pixels[:4, :, 3] = 0

    image = read_picture(save(tmp_path / "a.png", pixels), size_px=8)

    assert (image[:4] == 127).all()
    assert (image[4:] == 255).all()


def test_pictures_taken_sideways_are_turned_upright(tmp_path):
    pixels = np.zeros((8, 8, 3))
    pixels[0] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    path = save(tmp_path / "a.png", pixels, exif=exif)

    assert (read_picture(path, size_px=8)[:, -1] == 255).all()


def test_all_that_do_not_decode_are_told_together(tmp_path, rng):
    whole = save(tmp_path / "whole.png", rng.integers(0, 256, size=(64, 64, 3)))
    cut = tmp_path / "cut.png"
    cut.write_bytes(whole.read_bytes()[:300])
    words = tmp_path / "words.jpg"
    words.write_text("not a picture")

    with pytest.raises(DataError) as caught:
        read_pictures([whole, cut, words, tmp_path / "gone.png"], size_px=8)

    one, two, three = str(caught.value).splitlines()
    assert "cut.png: the image does not decode" in one
    assert "words.jpg: the image does not decode" in two
    assert "gone.png: no such image" in three


def test_deep_pictures_are_refused(tmp_path):
    deep = Image.fromarray(np.full((8, 8), 40_000, np.uint16))
    deep.save(tmp_path / "a.png")

    with pytest.raises(DataError, match=r"more than 8 bits per channel \(mode I;16\)"):
        read_picture(tmp_path / "a.png", size_px=8)
