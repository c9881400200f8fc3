"""Scenes: one graph, one picture, one caption, independent of all others."""

import numpy as np
import pytest

from boldwise.simulate.captions import CATEGORIES, SIZES, TEXTURES, name_hue
from boldwise.simulate.scenes import BLOCK, draw_scenes


@pytest.mark.parametrize("n", [1, BLOCK, BLOCK + 1])
def test_a_scene_stays_the_same_however_many_are_drawn(n):
    many = draw_scenes(2 * BLOCK, seed=9, size_px=32)

    few = draw_scenes(n, seed=9, size_px=32)

    assert len(few) == n
    np.testing.assert_array_equal(few.image, many.image[:n])
    np.testing.assert_array_equal(few.caption, many.caption[:n])
    np.testing.assert_array_equal(few.hue, many.hue[:n])


def test_two_seeds_share_no_scene():
    one, other = (draw_scenes(128, seed=seed, size_px=32) for seed in (1, 2))

    distance = np.abs(
        one.image[:, None, ::4, ::4].astype(int) - other.image[None, :, ::4, ::4]
    )
    assert distance.max((2, 3, 4)).min() > 10


def test_no_two_scenes_of_a_seed_are_alike(scenes):
    assert len(np.unique(scenes.image.reshape(len(scenes), -1), axis=0)) == len(scenes)


def test_a_scene_holds_one_to_four_objects(scenes):
    counts = np.bincount(scenes.present.sum(1), minlength=5)

    assert counts[0] == 0
    assert counts.sum() == len(scenes)
    assert (counts[1:5] > 15).all()


def test_categories_are_equally_frequent():
    present = draw_scenes(1280, seed=0, size_px=32).present.mean(0)

    assert np.abs(present - 0.25).max() < 0.05


def test_what_is_absent_is_zero(scenes):
    for name in ("x", "y", "size", "hue", "tilt"):
        assert (getattr(scenes, name)[~scenes.present] == 0).all()


def test_objects_stand_in_different_ninths(scenes):
    ninth = 3 * (3 * scenes.y).astype(int) + (3 * scenes.x).astype(int)

    for cells, there in zip(ninth, scenes.present, strict=True):
        assert len(set(cells[there])) == there.sum()


def test_the_caption_tells_the_graph(scenes):
    for i, caption in enumerate(scenes.caption):
        objects, background = caption.split(" before ")
        told = {phrase.split()[3]: phrase.split() for phrase in objects.split(" and ")}
        there = np.flatnonzero(scenes.present[i])
        assert set(told) == {CATEGORIES[c] for c in there}
        for c in there:
            assert told[CATEGORIES[c]][2] == name_hue(scenes.hue[i, c])
            band = np.searchsorted([0.3, 0.39], scenes.size[i, c])
            assert told[CATEGORIES[c]][1] == SIZES[band]
        assert background.split()[-1] == TEXTURES[scenes.texture[i]]
        assert background.split()[1] == name_hue(scenes.background_hue[i])


def test_the_largest_object_is_told_first(scenes):
    for i, caption in enumerate(scenes.caption):
        first = CATEGORIES.index(caption.split()[3])
        assert scenes.size[i, first] == scenes.size[i].max()


def test_luminance_is_the_mean_of_the_pixels(scenes):
    weights = [0.299, 0.587, 0.114]

    expected = [(image / 255 @ weights).mean() for image in scenes.image]

    np.testing.assert_allclose(scenes.luminance, expected)


def test_a_larger_image_shows_the_same_scene():
    small, large = (draw_scenes(8, seed=4, size_px=size) for size in (64, 128))

    shrunk = large.image.reshape(8, 64, 2, 64, 2, 3).mean((2, 4))

    assert np.abs(shrunk - small.image).mean() < 4


def test_objects_are_where_the_graph_says(scenes):
    """Only objects have pure colours, so a lone one can be found by them."""
    alone = np.flatnonzero(scenes.present.sum(1) == 1)
    assert len(alone) > 20
    for i in alone:
        category = scenes.present[i].argmax()
        centre = scenes.y[i, category], scenes.x[i, category]
        pure = np.ptp(scenes.image[i].astype(int), axis=2) > 0.65 * 255
        places = (np.argwhere(pure) + 0.5) / 64
        assert len(places) > 3
        assert np.abs(places - centre).max() < 0.75 * scenes.size[i, category]


def test_take_keeps_rows_of_every_field(scenes):
    kept = scenes.take(np.array([5, 2]))

    assert list(kept.caption) == [scenes.caption[5], scenes.caption[2]]
    np.testing.assert_array_equal(kept.image[1], scenes.image[2])
    np.testing.assert_array_equal(kept.luminance, scenes.luminance[[5, 2]])
