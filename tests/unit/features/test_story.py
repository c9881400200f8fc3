"""Mirrors src/boldwise/features/story.py."""

from dataclasses import replace

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


def shifted(stimuli, shift_s):
    """Start the clock of the story earlier or later, for all that is on it."""
    timeline = stimuli.timeline
    words, sound = timeline.intervals, timeline.sound
    words = replace(
        words, onset_s=words.onset_s + shift_s, offset_s=words.offset_s + shift_s
    )
    sound = replace(sound, time_s=sound.time_s + shift_s)
    moved = replace(
        timeline, time_s=timeline.time_s + shift_s, intervals=words, sound=sound
    )
    return replace(stimuli, timeline=moved)


@pytest.mark.parametrize(
    "space", [word_rate, interval_onsets, sound_power, position_in_run]
)
def test_the_zero_of_the_clock_does_not_matter(space):
    found = space(shifted(make_stimuli(), 256.0)).feature

    np.testing.assert_allclose(found, space(make_stimuli()).feature, atol=1e-8)


@pytest.mark.parametrize("resample", ["lanczos", "box"])
@pytest.mark.parametrize("space", [word_rate, interval_onsets])
def test_the_order_of_the_transcript_does_not_matter(space, resample):
    stimuli = make_stimuli()
    words = stimuli.timeline.intervals.take(np.array([2, 0, 3, 1]))
    timeline = replace(stimuli.timeline, intervals=words)

    found = space(replace(stimuli, timeline=timeline), resample=resample)

    expected = space(stimuli, resample=resample)
    np.testing.assert_allclose(found.feature, expected.feature, atol=1e-12)
    assert found.column.tolist() == expected.column.tolist()


def test_a_box_loses_no_word_and_counts_none_twice():
    """The rate, times the repetition time, sums to the number of words."""
    rng = np.random.default_rng(0)
    onset_s = rng.uniform(0, 38, 57)
    stimuli = make_stimuli(["w"] * 57, onset_s)

    rate = word_rate(stimuli, at="onset", resample="box")

    assert rate.feature.sum() * 2.0 == pytest.approx(57)
    assert rate.notes["n_intervals"] == "57"


def test_labels_to_ignore_replace_the_usual_ones():
    stimuli = make_stimuli()

    space = interval_onsets(stimuli, ignore=["Alice"], resample="box")

    assert space.column.tolist() == ["sp", "was"]


def test_legendre_polynomials_of_even_volumes_are_nearly_orthogonal():
    time_s = np.arange(0, 2000, 2.0)
    timeline = Timeline(np.full(1000, "1"), time_s, 2.0)
    ids = np.array([f"run-1_volume-{k:04d}" for k in range(1000)])

    position = position_in_run(Stimuli(ids, timeline=timeline), degree=4).feature

    size = (position**2).mean(axis=0)
    np.testing.assert_allclose(size, 1 / (2 * np.arange(1, 5) + 1), rtol=0.02)
    gram = position.T @ position / 1000 / np.sqrt(np.outer(size, size))
    np.testing.assert_allclose(gram, np.eye(4), atol=0.01)


def test_a_run_of_a_single_volume_has_a_position():
    timeline = Timeline(np.array(["1"]), np.array([7.0]), 2.0)

    position = position_in_run(Stimuli(np.array(["a"]), timeline=timeline), degree=2)

    assert position.feature.tolist() == [[-1.0, 1.0]]


def test_louder_sound_is_more_decibels_and_silence_is_the_floor():
    stimuli = make_stimuli()

    def decibels(power):
        sound = replace(stimuli.timeline.sound, power=np.full(4000, power))
        timeline = replace(stimuli.timeline, sound=sound)
        space = sound_power(
            replace(stimuli, timeline=timeline), compression="log", resample="box"
        )
        return space.feature[5, 0]

    assert decibels(0.0) == decibels(1e-9) == 0
    assert decibels(0.02) - decibels(0.01) == pytest.approx(10 * np.log10(2))
    assert decibels(1.0) == pytest.approx(60)
