"""Words of a transcript on their way to the volumes."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.features.spoken import (
    WordOptions,
    bring_to_volumes,
    spoken_words,
    timeline_of,
)
from boldwise.features.timeline import Intervals, Timeline


def make_stimuli(label=("one", "sp", "two")):
    """Make ten volumes at a TR of 2 s, with a word every 4 s."""
    onset_s = 4.0 * np.arange(len(label))
    words = Intervals(
        run=np.full(len(label), "1"),
        tier=np.full(len(label), "word"),
        label=np.array(label),
        onset_s=onset_s,
        offset_s=onset_s + 2,
    )
    timeline = Timeline(np.full(10, "1"), 2.0 * np.arange(10), 2.0, words)
    return Stimuli(np.array([f"v{k}" for k in range(10)]), timeline=timeline)


def test_silence_is_no_word():
    assert spoken_words(make_stimuli()).label.tolist() == ["one", "two"]
    assert spoken_words(make_stimuli(), ignore=["one"]).label.tolist() == ["sp", "two"]


@pytest.mark.parametrize(("at", "volumes"), [("onset", [0, 4]), ("middle", [1, 5])])
def test_words_stand_where_they_are_put(at, volumes):
    stimuli = make_stimuli()
    options = WordOptions(at=at, resample="box", combine="sum")

    found = bring_to_volumes(
        np.array([[1.0], [2.0]]), spoken_words(stimuli), stimuli, options
    )

    assert np.flatnonzero(found).tolist() == volumes
    assert found[volumes, 0].tolist() == [1, 2]


def test_what_is_missing_is_said():
    with pytest.raises(DataError, match=r"none of 2 intervals .* Mend `ignore`"):
        spoken_words(make_stimuli(["sp", "sil"]))
    with pytest.raises(DataError, match=r"1 stimuli are no volumes of time series"):
        timeline_of(Stimuli(np.array(["a"])))


def test_words_of_another_run_reach_no_volume_of_this_one():
    words = Intervals(
        run=np.array(["1", "2"]),
        tier=np.array(["word", "word"]),
        label=np.array(["a", "b"]),
        onset_s=np.array([2.0, 2.0]),
        offset_s=np.array([3.0, 3.0]),
    )
    time_s = np.tile(2.0 * np.arange(5), 2)
    timeline = Timeline(np.repeat(["1", "2"], 5), time_s, 2.0, words)
    stimuli = Stimuli(np.array([f"v{k}" for k in range(10)]), timeline=timeline)

    for method in ("lanczos", "box"):
        options = WordOptions(resample=method)
        found = bring_to_volumes(np.array([[1.0], [5.0]]), words, stimuli, options)

        np.testing.assert_allclose(found[5:], 5 * found[:5])
        assert np.abs(found[:5]).max() > 0.1


def test_means_do_not_grow_with_the_number_of_words():
    stimuli = make_stimuli(["a", "b", "c"])
    twice = Intervals(
        **{n: np.repeat(v, 2) for n, v in vars(stimuli.timeline.intervals).items()}
    )
    values, options = np.array([[1.0], [2.0], [3.0]]), {"resample": "box"}

    for combine, factor in (("sum", 2), ("mean", 1)):
        chosen = WordOptions(combine=combine, **options)
        one = bring_to_volumes(values, spoken_words(stimuli), stimuli, chosen)
        two = bring_to_volumes(np.repeat(values, 2, axis=0), twice, stimuli, chosen)

        np.testing.assert_allclose(two, factor * one)


def test_what_words_carry_is_brought_column_by_column():
    stimuli, options = make_stimuli(), WordOptions()
    words = spoken_words(stimuli)
    values = np.random.default_rng(0).standard_normal((2, 3))

    together = bring_to_volumes(values, words, stimuli, options)
    apart = [
        bring_to_volumes(values[:, [k]], words, stimuli, options) for k in range(3)
    ]

    np.testing.assert_allclose(together, np.hstack(apart))
    assert together.shape == (10, 3)


def test_a_transcript_that_is_not_there_is_asked_for():
    bare = Timeline(np.array(["1"]), np.zeros(1), 2.0)

    with pytest.raises(DataError, match=r"1 volumes have no transcript\. Name its"):
        spoken_words(Stimuli(np.array(["v"]), timeline=bare))
