"""Counts of words and letters, of captions and in time."""

import numpy as np
import pytest

from boldwise.features.records import Stimuli
from boldwise.features.story import word_rate
from boldwise.features.timeline import Intervals, Timeline
from boldwise.features.word_statistics import position_in_story, word_statistics


def tell(label, onset_s, run):
    """Tell words that last half a second, in two runs of 20 volumes."""
    onset_s = np.array(onset_s, float)
    tier = np.full(len(label), "word")
    words = Intervals(np.array(run), tier, np.array(label), onset_s, onset_s + 0.5)
    ids = np.array([f"run-{r}_volume-{k}" for r in "12" for k in range(20)])
    time_s = np.tile(2.0 * np.arange(20), 2)
    return Stimuli(
        ids, timeline=Timeline(np.repeat(["1", "2"], 20), time_s, 2.0, words)
    )


def test_captions_are_counted():
    texts = np.array(["The dog and the cat", "", "Don't!"])

    space = word_statistics(Stimuli(np.array(["a", "b", "c"]), caption=texts))

    assert space.column.tolist() == [
        *("words", "different words", "letters", "letters per word"),
    ]
    assert space.feature.tolist() == [[5, 4, 15, 3], [0, 0, 0, 0], [1, 1, 4, 4]]


def test_stories_are_counted_around_each_volume():
    stimuli = tell(["a", "house", "sp", "of"], [0, 4, 5, 4.6], ["1", "1", "1", "2"])

    space = word_statistics(stimuli, at="onset", resample="box")

    per_s = space.feature[:, :2]
    assert per_s[[0, 2, 22]].tolist() == [[0.5, 0.5], [0.5, 2.5], [0.5, 1]]
    assert np.count_nonzero(per_s.any(axis=1)) == 3
    assert space.feature[[0, 2, 22], 2:].tolist() == [[0, 0.5], [1, 0.5], [0, 0.5]]


def test_the_first_column_is_the_word_rate():
    onset_s = np.arange(0, 38, 0.7)
    stimuli = tell(["word"] * len(onset_s), onset_s, ["1"] * len(onset_s))

    space = word_statistics(stimuli)

    np.testing.assert_allclose(space.feature[:, :1], word_rate(stimuli).feature)
    np.testing.assert_allclose(space.feature[:, 1], 4 * space.feature[:, 0])


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_position_runs_from_0_to_1_within_a_run_in_any_order(order):
    run, onset_s = np.array(["1", "1", "1", "2"]), np.array([0.0, 5, 9, 3])
    label = np.array(["a", "b", "c", "d"])
    words = Intervals(run, label, label, onset_s, onset_s).take(np.array(order))

    position = position_in_story(words)

    expected = dict(zip("abcd", [0, 0.5, 1, 0], strict=True))
    assert position.tolist() == [expected[one] for one in words.label]
