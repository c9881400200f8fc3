"""Captions: true to the graph, in a closed language."""

import pytest

from boldwise.simulate.captions import (
    COLOURS,
    CONTENT_WORDS,
    VOCABULARY,
    describe_background,
    describe_object,
    join_phrases,
    name_hue,
)


def test_an_object_is_named_by_size_colour_category_and_place():
    phrase = describe_object(0, x=0.2, y=0.5, size=0.45, hue=0.0)

    assert phrase == "a large red face on the left"


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        (0.1, 0.1, "at the top left"),
        (0.5, 0.1, "at the top"),
        (0.9, 0.5, "on the right"),
        (0.5, 0.5, "in the centre"),
        (0.9, 0.9, "at the bottom right"),
        (1.0, 1.0, "at the bottom right"),
    ],
)
def test_places_are_the_ninths_of_the_image(x, y, place):
    assert describe_object(2, x=x, y=y, size=0.3, hue=0.5).endswith(f"house {place}")


@pytest.mark.parametrize(
    ("size", "word"), [(0.25, "small"), (0.35, "medium"), (0.45, "large")]
)
def test_sizes_have_three_words(size, word):
    assert describe_object(1, x=0.5, y=0.5, size=size, hue=0.5).split()[1] == word


def test_the_colour_wheel_closes():
    assert name_hue(0.99) == name_hue(0.0) == "red"
    assert [name_hue(i / 8) for i in range(8)] == list(COLOURS)


@pytest.mark.parametrize(
    ("orientation", "slant"),
    [(0.0, "vertical"), (0.8, "rising"), (1.6, "horizontal"), (2.4, "falling")],
)
def test_bars_are_named_by_their_slant(orientation, slant):
    phrase = describe_background(0, hue=3 / 8, frequency=4, orientation=orientation)

    assert phrase == f"wide green {slant} stripes"


def test_textures_without_bars_have_no_slant():
    assert describe_background(2, hue=0.0, frequency=8, orientation=0.0) == (
        "fine red dots"
    )


def test_phrases_are_joined_into_one_caption():
    assert join_phrases(["a cat", "a dog"], "dots") == "a cat and a dog before dots"


def test_the_language_is_small_and_closed():
    assert len(VOCABULARY) < 120
    assert len(set(VOCABULARY)) == len(VOCABULARY)
    assert set(CONTENT_WORDS) < set(VOCABULARY)
    assert not {"a", "the", "and", "before"} & set(CONTENT_WORDS)


def test_every_word_of_drawn_captions_is_in_the_vocabulary(scenes):
    words = {word for caption in scenes.caption for word in caption.split()}

    assert words <= set(VOCABULARY)
