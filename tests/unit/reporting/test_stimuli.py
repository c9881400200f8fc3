"""The stimuli shown: which, with which words."""

import numpy as np
import pytest

from boldwise.features.records import Stimuli
from boldwise.reporting.stimuli import MAX_SIDE_PX, N_SHOWN, draw_stimuli


def many(n, **columns):
    return Stimuli(np.array([f"s{i:03d}" for i in range(n)]), **columns)


def titles(figure):
    return [axis.get_title("center") for axis in figure.axes if axis.axison]


def test_a_dozen_is_picked_from_first_to_last():
    figure = draw_stimuli(many(100))

    assert len(titles(figure)) == N_SHOWN
    assert titles(figure)[0] == "s000"
    assert titles(figure)[-1] == "s099"


def test_few_stimuli_are_all_shown_once():
    assert titles(draw_stimuli(many(3))) == ["s000", "s001", "s002"]


def test_picture_and_words_belong_to_the_id_above_them():
    """Rows come in another order than the sorted ids."""
    ids = np.array(["b", "a"])
    image = np.stack([np.full((4, 4, 3), 200), np.full((4, 4, 3), 10)]).astype(np.uint8)
    stimuli = Stimuli(ids, image=image, caption=np.array(["bright", "dark"]))

    figure = draw_stimuli(stimuli)

    first = figure.axes[0]
    assert first.get_title("center") == "a"
    assert first.get_xlabel() == "dark"
    assert int(first.images[0].get_array().max()) == 10


def test_only_the_first_of_several_captions_is_shown():
    stimuli = many(1, caption=np.array(["first words\nsecond words"]))

    figure = draw_stimuli(stimuli)

    assert [text.get_text() for text in figure.axes[0].texts] == ["first words"]


def test_a_category_stands_in_for_a_caption():
    stimuli = many(1, category=np.array(["face;hand"]))

    figure = draw_stimuli(stimuli)

    assert [text.get_text() for text in figure.axes[0].texts] == ["face;hand"]
    assert "and categories" in figure.get_label()


def test_a_long_caption_is_cut_to_a_few_lines():
    stimuli = many(1, caption=np.array(["word " * 200]))

    shown = draw_stimuli(stimuli).axes[0].texts[0].get_text()

    assert shown.endswith("…")
    assert len(shown.splitlines()) <= 3


@pytest.mark.parametrize("hostile", [r"$\frac{1}{0}$", "<script>", "%s {x} \\n"])
def test_words_are_drawn_as_they_are_written(hostile):
    stimuli = many(1, caption=np.array([hostile]))

    figure = draw_stimuli(stimuli)

    figure.canvas.draw()
    assert figure.axes[0].texts[0].get_text() == hostile


def test_a_long_id_keeps_its_beginning():
    stimuli = Stimuli(np.array(["childcare_" + "x" * 40]))

    assert titles(draw_stimuli(stimuli)) == ["childcare_xxxxxxxxxxxxx…"]


def test_large_images_are_thinned_to_thumbnails():
    stimuli = many(1, image=np.zeros((1, 700, 500, 3), np.uint8))

    shown = draw_stimuli(stimuli).axes[0].images[0].get_array()

    assert max(shown.shape[:2]) <= MAX_SIDE_PX


def test_only_the_images_that_are_shown_are_read():
    class Counting:
        rows: list[int]

        def __init__(self):
            self.rows = []

        def __len__(self):
            return 1000

        def __getitem__(self, row):
            self.rows.append(row)
            return np.zeros((8, 8, 3), np.uint8)

    image = Counting()

    draw_stimuli(many(1000, image=image))

    assert len(image.rows) == N_SHOWN


def test_the_description_says_how_many_there_are():
    assert draw_stimuli(many(30)).get_label() == "12 of 30 stimuli, with their ids."
