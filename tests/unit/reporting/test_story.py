"""Mirrors src/boldwise/reporting/story.py."""

import numpy as np

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
