"""The gallery shows what was chosen, in full or by name only."""

import numpy as np
import pytest

from boldwise.evaluation.pointed import Pointed
from boldwise.features.records import Stimuli
from boldwise.reporting.gallery import LINES, cut, draw_gallery

N = 9
IDS = np.array([f"s{k}" for k in range(N)])
LONG = "an-extraordinarily-long-name of a caption that tells much of $5 & <b> " * 9
POINTED = Pointed(
    IDS, IDS[::-1], np.full(N, LONG), np.arange(1.0, N + 1), np.full(N, N), np.ones(N)
)


def stimuli(shape=(12, 12), caption=LONG):
    image = np.random.default_rng(0).integers(0, 256, (N, *shape, 3), np.uint8)
    captions = None if caption is None else np.full(N, caption)
    return Stimuli(IDS, image=image, caption=captions)


def axes_of(figure):
    return [axis for part in figure.subfigs for axis in part.axes]


def test_what_was_seen_stands_above_what_is_nearest():
    given = stimuli()

    figure = draw_gallery({"a": {"01": POINTED}}, given, n_shown=1, pictures=True)

    top, bottom = (axes_of(figure)[place] for place in (0, 3))
    np.testing.assert_array_equal(top.images[0].get_array(), given.image[0])
    np.testing.assert_array_equal(bottom.images[0].get_array(), given.image[N - 1])
    assert top.get_title() == "best\nrank 1 of 9\nsub-01"
    assert "a (best 1 of 9, middle 5 of 9, worst 9 of 9)" in figure.get_label()


@pytest.mark.parametrize("given", [(stimuli(), False), (Stimuli(IDS), True)])
def test_pictures_that_may_not_be_shown_are_named(given):
    figure = draw_gallery(
        {"a": {"01": POINTED}}, given[0], n_shown=2, pictures=given[1]
    )

    axes = axes_of(figure)
    assert not any(axis.images for axis in axes)
    assert axes[0].texts[0].get_text() == "s0"


@pytest.mark.parametrize("shape", [(12, 40), (40, 12)])
@pytest.mark.parametrize("n_shown", [1, 4])
def test_long_captions_and_odd_pictures_fit(shape, n_shown):
    figure = draw_gallery(
        {"a": {"01": POINTED}, "b": {"01": POINTED}},
        stimuli(shape),
        n_shown=n_shown,
        pictures=True,
    )

    figure.draw_without_rendering()
    for axis in axes_of(figure):
        label = axis.get_xlabel()
        assert label.count("\n") < LINES
        assert axis.xaxis.label.get_window_extent().y0 >= 0


def test_few_stimuli_leave_places_empty():
    one = Pointed(IDS[:1], IDS[1:2], None, np.ones(1), np.full(1, 2), np.ones(1))

    figure = draw_gallery({"a": {"01": one}}, stimuli(), n_shown=1, pictures=True)

    assert sum(bool(axis.images) for axis in axes_of(figure)) == 2


def test_a_text_ends_where_there_is_no_more_room():
    assert cut("one two three", 40) == "one two three"
    assert cut("one two three four", 8, 2) == "one two\nthree …"
    assert cut("", 8) == ""
