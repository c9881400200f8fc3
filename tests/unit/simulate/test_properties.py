"""What populations follow: nothing but what they should."""

from dataclasses import replace

import numpy as np

from boldwise.simulate.captions import CATEGORIES, CONTENT_WORDS
from boldwise.simulate.properties import (
    PROPERTY_NAMES,
    caption_meanings,
    object_properties,
    position_and_luminance,
    word_meanings,
)


def test_an_absent_category_has_no_properties(scenes):
    properties = object_properties(scenes).reshape(len(scenes), len(CATEGORIES), -1)

    assert (properties[~scenes.present] == 0).all()
    assert (properties[..., 0] == scenes.present).all()


def test_properties_ignore_where_the_object_stands(scenes):
    elsewhere = replace(scenes, x=1 - scenes.x, y=np.zeros_like(scenes.y))

    np.testing.assert_array_equal(
        object_properties(elsewhere), object_properties(scenes)
    )


def test_properties_weigh_alike(scenes):
    properties = object_properties(scenes).reshape(len(scenes), len(CATEGORIES), -1)

    spread = properties[scenes.present].std(0)[1:]

    np.testing.assert_allclose(spread, 1, atol=0.15)


def test_columns_are_named_in_order(scenes):
    columns = dict(zip(PROPERTY_NAMES, object_properties(scenes).T, strict=True))

    car = CATEGORIES.index("car")
    np.testing.assert_array_equal(columns["car_present"], scenes.present[:, car])
    there = scenes.present[:, car]
    np.testing.assert_allclose(
        columns["car_hue_sin"][there],
        np.sqrt(2) * np.sin(2 * np.pi * scenes.hue[there, car]),
    )
    np.testing.assert_allclose(columns["car_tilt"] * 0.35, scenes.tilt[:, car])


def test_a_caption_means_the_sum_of_its_words():
    meaning = np.eye(len(CONTENT_WORDS))

    summed = caption_meanings(np.array(["a red face and a red car"]), meaning)[0]

    expected = np.zeros(len(CONTENT_WORDS))
    for word, times in (("red", 2), ("face", 1), ("car", 1)):
        expected[CONTENT_WORDS.index(word)] = times / 2  # the root of 4 words
    np.testing.assert_allclose(summed, expected)


def test_the_order_of_words_means_nothing():
    meaning = word_meanings(seed=0)
    captions = np.array(["red face blue car", "blue car red face"])

    one, other = caption_meanings(captions, meaning)

    np.testing.assert_allclose(one, other)


def test_words_of_one_kind_are_alike():
    meaning = word_meanings(seed=0)
    unit = meaning / np.maximum(np.linalg.norm(meaning, axis=1, keepdims=True), 1e-9)

    def alike(one, other):
        return unit[CONTENT_WORDS.index(one)] @ unit[CONTENT_WORDS.index(other)]

    within = np.mean([alike("face", "body"), alike("body", "animal")])
    between = np.mean([alike("face", "food"), alike("body", "chair")])
    assert within > between + 0.2


def test_places_mean_nothing_and_meanings_follow_the_seed():
    meaning = word_meanings(seed=0)

    assert (meaning[CONTENT_WORDS.index("left")] == 0).all()
    np.testing.assert_array_equal(meaning, word_meanings(seed=0))
    assert not np.array_equal(meaning, word_meanings(seed=1))


def test_position_is_the_mean_over_the_objects(scenes):
    confound = position_and_luminance(scenes)

    mean_x = [
        x[there].mean() for x, there in zip(scenes.x, scenes.present, strict=True)
    ]
    np.testing.assert_allclose(np.corrcoef(confound[:, 0], mean_x)[0, 1], 1)
    np.testing.assert_allclose(np.corrcoef(confound[:, 2], scenes.luminance)[0, 1], 1)
    np.testing.assert_allclose(confound.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(confound.std(0), 1)
