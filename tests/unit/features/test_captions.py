"""Captions as lists of words."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.captions import (
    caption_lines,
    caption_words,
    mean_by_owner,
    unit_length,
)
from boldwise.features.records import Stimuli


def captions(*texts):
    """Make stimuli with captions."""
    ids = np.array([f"s{k}" for k in range(len(texts))])
    return Stimuli(ids, caption=np.array(texts))


def test_lines_know_their_stimulus_and_empty_ones_are_left_out():
    lines, owner = caption_lines(captions("one\n\ntwo", "", "three"))

    assert lines == ["one", "two", "", "three"]
    assert owner.tolist() == [0, 0, 1, 2]


def test_words_keep_apostrophes_and_hyphens_inside():
    words, owner = caption_words(
        captions("Don't look: a well-known café!", "", "2 men")
    )

    assert words == ["Don't", "look", "a", "well-known", "café", "2", "men"]
    assert owner.tolist() == [0] * 5 + [2, 2]


def test_captions_without_anything_are_refused():
    with pytest.raises(DataError, match=r"captions of all 2 stimuli are empty\. Name"):
        caption_lines(captions("", " "))
    with pytest.raises(DataError, match=r"all 2 stimuli are empty of words"):
        caption_words(captions("!", "?"))
    with pytest.raises(DataError, match=r"1 stimuli have no caption"):
        caption_lines(Stimuli(np.array(["a"])))


def test_rows_of_one_owner_are_averaged():
    mean = mean_by_owner(np.array([[1.0], [3], [8]]), np.array([0, 0, 2]), 3)

    assert mean.tolist() == [[2], [0], [8]]


def test_rows_have_length_one_unless_they_are_zero():
    assert unit_length(np.array([[3.0, 4], [0, 0]])).tolist() == [[0.6, 0.8], [0, 0]]
