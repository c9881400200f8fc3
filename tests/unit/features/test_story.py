"""Mirrors src/boldwise/features/story.py."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.features.story import (
    interval_onsets,
    position_in_run,
    sound_power,
    word_rate,
)
from boldwise.features.timeline import Intervals, Sound, Timeline

N = 20


def make_stimuli(label=("Alice", "sp", "was", "Alice"), onset_s=(4, 8, 10, 30)):
    """Make two runs of 20 volumes at a TR of 2 s, with words in the first."""
    onset_s = np.array(onset_s, float)
    words = Intervals(
        run=np.full(len(label), "1"),
        tier=np.full(len(label), "word"),
        label=np.array(label),
        onset_s=onset_s,
        offset_s=onset_s + 1,
    )
    time_s = np.arange(0, 40, 0.01)
    sound = Sound(np.full(len(time_s), "1"), time_s, np.full(len(time_s), 0.25))
    run = np.repeat(["1", "2"], N)
    ids = [f"run-{r}_volume-{k:04d}" for r in "12" for k in range(N)]
    timeline = Timeline(run, np.tile(2.0 * np.arange(N), 2), 2.0, words, sound)
    return Stimuli(np.array(ids), timeline=timeline)


def test_word_rate_counts_words_per_second_and_no_silence():
    space = word_rate(make_stimuli(), resample="box", at="onset")

    rate = space.feature[:N, 0]
    assert np.flatnonzero(rate).tolist() == [2, 5, 15]
    assert rate[2] == 0.5  # one word in 2 s
    assert not space.feature[N:].any()  # the other run was silent


def test_steady_speech_has_its_true_rate():
    onset_s = np.arange(0, 40, 0.25)
    stimuli = make_stimuli(label=["w"] * len(onset_s), onset_s=onset_s)

    rate = word_rate(stimuli).feature[5 : N - 5, 0]

    np.testing.assert_allclose(rate, 4, rtol=0.02)


def test_a_word_stands_at_its_middle_unless_told_otherwise():
    early, late = (
        word_rate(make_stimuli(["w"], [4.5]), at=at, resample="box").feature[:N, 0]
        for at in ("onset", "middle")
    )

    assert (early.argmax(), late.argmax()) == (2, 3)


def test_each_label_has_a_column_of_its_own():
    space = interval_onsets(make_stimuli(), resample="box")

    assert space.column.tolist() == ["Alice", "was"]
    assert np.flatnonzero(space.feature[:N, 0]).tolist() == [2, 15]
    assert np.flatnonzero(space.feature[:N, 1]).tolist() == [5]


def test_columns_of_all_labels_sum_to_the_rate():
    stimuli = make_stimuli()

    each = interval_onsets(stimuli).feature.sum(axis=1)

    np.testing.assert_allclose(each, word_rate(stimuli, at="onset").feature[:, 0])


@pytest.mark.parametrize(
    ("compression", "level"), [("none", 0.25), ("sqrt", 0.5), ("log", 53.98)]
)
def test_a_steady_sound_has_its_level_everywhere(compression, level):
    space = sound_power(make_stimuli(), compression=compression)

    np.testing.assert_allclose(space.feature[3 : N - 3, 0], level, rtol=1e-3)


def test_position_spans_each_run_anew():
    position = position_in_run(make_stimuli(), degree=2).feature

    np.testing.assert_allclose(position[:N], position[N:])
    np.testing.assert_allclose(position[:N, 0], np.linspace(-1, 1, N))
    np.testing.assert_allclose(position[[0, N - 1], 1], 1)


def test_a_run_of_silence_only_is_refused():
    with pytest.raises(
        DataError, match="none of 2 intervals of the transcript is a word"
    ):
        word_rate(make_stimuli(["sp", ""], [0, 1]))


def test_trials_have_no_time():
    with pytest.raises(DataError, match=r"2 stimuli are no volumes .* `estimate: time"):
        position_in_run(Stimuli(np.array(["a", "b"])))
