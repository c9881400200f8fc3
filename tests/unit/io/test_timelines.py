"""Mirrors src/boldwise/io/timelines.py."""

import numpy as np
import pytest
from scipy.io import wavfile

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.io.records import read_stimuli, write_stimuli
from boldwise.io.timelines import (
    Clock,
    read_timeline,
    story_files,
    timeline_datasets,
)
from boldwise.responses.runs import volume_ids

IDS = np.concatenate([volume_ids("a", 5), volume_ids("b", 4)])
CLOCK = Clock(2.0, {"a": 1.0, "b": 1.0})
STORY = {"transcript": "{run}.csv", "sound": "{run}.wav", "first_volume_s": 20.0}
SAID = "label,onset_s,offset_s\nw,21,22\nx,24,25\n"


@pytest.fixture
def root(tmp_path):
    """Write a transcript and a sound for each run."""
    for run in "ab":
        (tmp_path / f"{run}.csv").write_text(SAID)
        wavfile.write(tmp_path / f"{run}.wav", 1000, np.full(30_000, 0.5, np.float32))
    return str(tmp_path)


def test_volumes_stand_on_the_clock_of_their_recording(root):
    timeline = read_timeline(IDS, CLOCK, root=root, story=STORY)

    assert timeline.time_s.tolist() == [20, 22, 24, 26, 28, 20, 22, 24, 26]
    assert timeline.run.tolist() == ["a"] * 5 + ["b"] * 4
    assert timeline.need_intervals().run.tolist() == ["a", "a", "b", "b"]
    np.testing.assert_allclose(timeline.need_sound().power, 0.25)


def test_without_a_first_time_the_recording_starts_with_the_run(root):
    timeline = read_timeline(IDS, CLOCK, root=root, story={})

    assert timeline.time_s[:3].tolist() == [1, 3, 5]
    assert (timeline.intervals, timeline.sound) == (None, None)


def test_a_store_of_stimuli_keeps_the_timeline(root, tmp_path):
    stimuli = Stimuli(IDS, timeline=read_timeline(IDS, CLOCK, root=root, story=STORY))

    write_stimuli(tmp_path / "s.h5", stimuli, provenance={})
    back = read_stimuli(tmp_path / "s.h5").timeline

    for name in ("run", "time_s", "tr_s"):
        np.testing.assert_array_equal(
            getattr(back, name), getattr(stimuli.timeline, name)
        )
    for part in ("intervals", "sound"):
        for name, column in vars(getattr(stimuli.timeline, part)).items():
            np.testing.assert_array_equal(getattr(getattr(back, part), name), column)


def test_a_transcript_on_another_clock_is_refused(root):
    with pytest.raises(DataError, match=r"run a: 100% of 2 intervals .* 1 to 9 s"):
        read_timeline(IDS, CLOCK, root=root, story={"transcript": "{run}.csv"})


def test_all_missing_files_are_told_at_once(tmp_path):
    with pytest.raises(DataError) as caught:
        read_timeline(IDS, CLOCK, root=str(tmp_path), story=STORY)

    assert len(str(caught.value).splitlines()) == 2


def test_files_of_a_story_are_listed_once():
    assert story_files(STORY, ["a", "b"]) == ["a.csv", "b.csv", "a.wav", "b.wav"]
    assert story_files({"sound": "all.wav"}, ["a", "b"]) == ["all.wav"]
    assert story_files(None, ["a"]) == []


def test_words_of_a_tenth_of_the_volumes_may_lie_outside(root, tmp_path):
    """The recording may go on when the scanner stopped; most of it must not."""
    words = [f"w,{start},{start + 1}" for start in (*range(20, 29), 60)]
    (tmp_path / "a.csv").write_text("\n".join(["label,onset_s,offset_s", *words, ""]))

    timeline = read_timeline(IDS, CLOCK, root=root, story=STORY)

    assert (timeline.need_intervals().run == "a").sum() == 10
    late = [f"w,{start},{start + 1}" for start in (20, 60, 61)]
    (tmp_path / "a.csv").write_text("\n".join(["label,onset_s,offset_s", *late, ""]))
    with pytest.raises(DataError, match="run a: 67% of 3 intervals lie outside"):
        read_timeline(IDS, CLOCK, root=root, story=STORY)


def test_volumes_in_another_order_keep_their_times(root):
    order = np.random.default_rng(0).permutation(len(IDS))

    whole = read_timeline(IDS, CLOCK, root=root, story=STORY)
    mixed = read_timeline(IDS[order], CLOCK, root=root, story=STORY)

    np.testing.assert_array_equal(mixed.time_s, whole.time_s[order])
    np.testing.assert_array_equal(mixed.run, whole.run[order])


@pytest.mark.parametrize("lost", ["transcript", "sound", None])
def test_a_store_keeps_what_a_timeline_has_and_nothing_else(root, tmp_path, lost):
    story = {name: value for name, value in STORY.items() if name != lost}
    timeline = read_timeline(IDS, CLOCK, root=root, story=story)

    found = timeline_datasets(timeline)
    write_stimuli(tmp_path / "s.h5", Stimuli(IDS, timeline=timeline), provenance={})
    back = read_stimuli(tmp_path / "s.h5").timeline

    assert ("interval/label" in found) == (lost != "transcript")
    assert ("sound/power" in found) == (lost != "sound")
    assert (back.intervals is None) == (lost == "transcript")
    assert (back.sound is None) == (lost == "sound")
    assert timeline_datasets(None) == {}


def test_runs_may_start_at_times_of_their_own(root):
    clock = Clock(2.0, {"a": 0.0, "b": 0.75})

    timeline = read_timeline(IDS, clock, root=root, story=None)

    assert timeline.time_s.tolist() == [0, 2, 4, 6, 8, 0.75, 2.75, 4.75, 6.75]
