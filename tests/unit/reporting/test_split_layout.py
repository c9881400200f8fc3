"""Which trials are marked as test, run by run."""

import numpy as np
import pytest

from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.reporting.split_layout import MAX_SUBJECTS, draw_split_layout, layout_of
from boldwise.responses.records import Trials


def split_of(ids, test, *, n_folds=1):
    part = np.where(np.isin(ids, test), TEST, TRAIN).astype(np.int8)
    parts = np.tile(part, (n_folds, 1))
    names = np.array([f"fold-{k}" for k in range(n_folds)])
    return Split("main", np.array(ids), parts, np.zeros_like(parts), names, "because")


def trials_of(ids, runs, onsets=None, sessions=None):
    n = len(ids)
    return Trials(
        stimulus_id=np.array(ids),
        session=np.array(sessions or ["1"] * n),
        run=np.array(runs),
        onset_s=np.array(onsets or range(n), dtype=float),
        repeat=np.zeros(n, int),
    )


def test_each_run_is_a_row_and_ends_where_its_trials_end():
    trials = trials_of(["a", "b", "c"], ["1", "1", "2"])

    layout = layout_of(split_of(["a", "b", "c"], ["b"]), trials)

    np.testing.assert_array_equal(layout, [[0, 1], [0, -1]])


def test_trials_stand_in_the_order_of_their_onsets():
    trials = trials_of(["a", "b", "c"], ["1"] * 3, onsets=[9, 1, 5])

    layout = layout_of(split_of(["a", "b", "c"], ["a"]), trials)

    np.testing.assert_array_equal(layout, [[0, 0, 1]])


def test_runs_of_one_name_in_two_sessions_are_two_rows():
    trials = trials_of(["a", "b"], ["1", "1"], sessions=["x", "y"])

    layout = layout_of(split_of(["a", "b"], ["b"]), trials)

    np.testing.assert_array_equal(layout, [[0], [1]])


def test_repeats_of_a_test_stimulus_are_all_marked():
    trials = trials_of(["a", "b", "a"], ["1"] * 3)

    layout = layout_of(split_of(["a", "b"], ["a"]), trials)

    np.testing.assert_array_equal(layout, [[1, 0, 1]])


def test_every_subject_gets_a_panel_up_to_a_number():
    ids = ["a", "b"]
    seen = {f"{k:02d}": trials_of(ids, ["1", "2"]) for k in range(MAX_SUBJECTS + 2)}

    figure = draw_split_layout(split_of(ids, ["b"]), seen)

    named = [axis.get_title("left") for axis in figure.axes if axis.axison]
    assert named == [f"sub-{k:02d}" for k in range(MAX_SUBJECTS)]


def test_what_is_drawn_is_the_layout():
    split, trials = split_of(["a", "b"], ["b"]), trials_of(["a", "b"], ["1", "2"])

    figure = draw_split_layout(split, {"01": trials})

    np.testing.assert_array_equal(
        figure.axes[0].images[0].get_array(), layout_of(split, trials)
    )


@pytest.mark.parametrize(
    ("n_folds", "said"), [(1, "split main:"), (3, "fold fold-0 of 3")]
)
def test_the_description_names_split_and_fold(n_folds, said):
    split = split_of(["a", "b", "c"], ["b"], n_folds=n_folds)

    label = draw_split_layout(
        split, {"01": trials_of(["a", "b"], ["1", "2"])}
    ).get_label()

    assert said in label
    assert "1 test and 2 training stimuli" in label
