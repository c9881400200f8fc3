"""Mirrors src/boldwise/features/timeline.py."""

import numpy as np
import pytest

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.features.timeline import Intervals, Sound, Timeline

WORDS = Intervals(
    run=np.array(["1", "1", "2"]),
    tier=np.array(["word", "phone", "word"]),
    label=np.array(["a", "AH", "b"]),
    onset_s=np.array([0.0, 0.0, 1.0]),
    offset_s=np.array([1.0, 0.5, 2.0]),
)
BARE = Timeline(run=np.array(["1"]), time_s=np.zeros(1), tr_s=2.0)


def test_a_tier_is_picked_by_its_name():
    assert WORDS.of_tier("word").label.tolist() == ["a", "b"]


def test_the_only_tier_needs_no_name():
    words = WORDS.take(WORDS.tier == "word")

    assert words.of_tier(None) is words


@pytest.mark.parametrize(
    ("tier", "wrong"), [(None, "several tiers"), ("words", "no tier 'words'")]
)
def test_a_tier_that_is_not_clear_is_told_with_those_there_are(tier, wrong):
    with pytest.raises(DataError, match=rf"{wrong}: it has 'phone', 'word'. Name one"):
        WORDS.of_tier(tier)


def test_columns_of_other_lengths_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"frames of sound differ in length"):
        Sound(np.array(["1"]), np.zeros(2), np.zeros(2))


def test_one_time_per_volume_is_needed():
    with pytest.raises(ShapeMismatchError, match="1 run labels for 2 volume times"):
        Timeline(run=np.array(["1"]), time_s=np.zeros(2), tr_s=2.0)


@pytest.mark.parametrize(
    ("need", "what"),
    [("need_intervals", "no transcript"), ("need_sound", "no sound")],
)
def test_what_is_missing_is_told_with_where_to_name_it(need, what):
    with pytest.raises(DataError, match=rf"1 volumes have {what}. Name .* under"):
        getattr(BARE, need)()


def test_rows_are_taken_from_every_column():
    for rows in (np.array([2, 0]), np.array([True, False, True])):
        taken = WORDS.take(rows)

        for name, column in vars(WORDS).items():
            assert getattr(taken, name).tolist() == column[rows].tolist()
        assert len(taken) == 2


def test_a_tier_is_needed_even_where_its_name_is_the_only_one_misspelt():
    words = WORDS.take(WORDS.tier == "word")

    with pytest.raises(DataError, match="no tier 'Word': it has 'word'"):
        words.of_tier("Word")


def test_intervals_of_other_lengths_are_refused_with_all_of_them():
    columns = {**vars(WORDS), "label": np.array(["a"])}

    with pytest.raises(ShapeMismatchError, match=r"intervals differ .*'label': 1"):
        Intervals(**columns)


def test_what_is_there_is_given_as_it_is():
    sound = Sound(np.array(["1"]), np.zeros(1), np.ones(1))
    timeline = Timeline(np.array(["1"]), np.zeros(1), 2.0, WORDS, sound)

    assert timeline.need_intervals() is WORDS
    assert timeline.need_sound() is sound
    assert len(timeline) == 1
