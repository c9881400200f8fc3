"""Mirrors src/boldwise/reporting/story.py."""

import numpy as np
from matplotlib.colors import to_hex

from boldwise.features.records import Stimuli
from boldwise.features.timeline import Intervals, Sound, Timeline
from boldwise.reporting.stimuli import draw_stimuli
from boldwise.reporting.story import MAX_RUNS, draw_story


def make_timeline(n_runs=1, **parts):
    """Make runs of ten volumes at 2 s."""
    run = np.repeat([str(k) for k in range(n_runs)], 10)
    return Timeline(run, np.tile(2.0 * np.arange(10), n_runs), 2.0, **parts)


def test_words_are_counted_volume_by_volume():
    one = np.array(["0"] * 3)
    onset_s = np.array([4.0, 4.5, 18.0])
    words = Intervals(one, np.array(["word"] * 3), one, onset_s, onset_s)

    figure = draw_story(make_timeline(intervals=words))

    counted = figure.axes[0].lines[0].get_ydata()
    assert np.flatnonzero(counted).tolist() == [2, 9]
    assert counted[2] == 2


def test_sound_has_an_axis_of_its_own():
    time_s = np.arange(0, 20, 0.01)
    sound = Sound(np.full(2000, "0"), time_s, np.full(2000, 0.25))

    figure = draw_story(make_timeline(sound=sound))

    assert len(figure.axes) == 2
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), 0.5)


def test_many_runs_are_cut_to_the_first():
    assert len(draw_story(make_timeline(MAX_RUNS + 2)).axes) == MAX_RUNS


def test_volumes_are_drawn_as_a_story_and_not_as_pictures():
    ids = np.array([f"run-0_volume-{k:04d}" for k in range(10)])

    figure = draw_stimuli(Stimuli(ids, timeline=make_timeline()))

    assert figure.axes[0].get_title("left") == "run 0: 10 volumes"


def say(*said):
    """Make intervals out of (run, tier, onset in s)."""
    run, tier, onset_s = (np.array(column) for column in zip(*said, strict=True))
    return Intervals(run, tier, run, onset_s, onset_s)


def colours(axis):
    """Read the colour of each tier."""
    return {line.get_label(): to_hex(line.get_color()) for line in axis.lines}


def test_a_tier_has_one_colour_in_every_run():
    said = say(("0", "phone", 2.0), ("0", "word", 2.0), ("1", "word", 4.0))

    first, second = draw_story(make_timeline(2, intervals=said)).axes

    assert colours(second)["word"] == colours(first)["word"] != colours(first)["phone"]


def test_a_run_in_which_nothing_is_said_is_drawn_flat():
    silent = draw_story(make_timeline(2, intervals=say(("0", "word", 2.0)))).axes[1]

    (line,) = silent.lines
    np.testing.assert_array_equal(line.get_ydata(), np.zeros(10))
    assert [text.get_text() for text in silent.get_legend().get_texts()] == ["word"]


def test_no_tier_is_dropped_however_many_there_are():
    said = say(*[("0", f"tier {k:02d}", 2.0) for k in range(11)])

    axis = draw_story(make_timeline(intervals=said)).axes[0]

    assert len(axis.lines) == 11
    assert all(line.get_ydata().sum() == 1 for line in axis.lines)


def test_every_volume_has_its_mark_at_its_time():
    axis = draw_story(make_timeline()).axes[0]

    (marks,) = axis.collections
    times = [segment[0, 0] for segment in marks.get_segments()]
    np.testing.assert_allclose(times, 2.0 * np.arange(10))
    assert axis.get_xlim() == (-2, 20)


def test_a_silent_run_among_others_has_a_level_of_zero():
    time_s = np.arange(0, 20, 0.01)
    sound = Sound(np.full(2000, "0"), time_s, np.full(2000, 0.25))

    axes = draw_story(make_timeline(2, sound=sound)).axes

    levels = [axis.lines[0].get_ydata() for axis in axes[2:]]
    np.testing.assert_allclose(levels[0], 0.5)
    np.testing.assert_array_equal(levels[1], np.zeros(10))


def test_the_description_counts_runs_volumes_and_intervals():
    said = say(("0", "word", 2.0), ("1", "word", 4.0), ("1", "word", 6.0))

    label = draw_story(make_timeline(MAX_RUNS + 1, intervals=said)).get_label()

    assert label.startswith(f"{MAX_RUNS} of {MAX_RUNS + 1} runs with 70 volumes and 3")
