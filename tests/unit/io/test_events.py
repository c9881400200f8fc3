"""Events are read in the order of time, with a stimulus id each."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.events import read_events
from boldwise.io.stimulus_ids import IdRule


def read(path, template="{stimulus_id}", **rule):
    return read_events(
        path, template=template, labels={"run": "3"}, id_rule=IdRule(**rule)
    )


def test_events_come_in_the_order_of_time(files):
    path = files.events("e.tsv", (20, 2, "b"), (4.5, 1, "a"))

    events = read(path)

    assert events.stimulus_id.tolist() == ["a", "b"]
    np.testing.assert_array_equal(events.onset_s, [4.5, 20])
    np.testing.assert_array_equal(events.duration_s, [1, 2])
    assert events.category is None


def test_rows_without_a_stimulus_are_skipped_and_counted(files):
    path = files.events("e.tsv", (0, 2, "n/a"), (4, 1, "a"), (8, 1, ""))

    events = read(path)

    assert events.stimulus_id.tolist() == ["a"]
    assert events.n_skipped == 2


def test_the_trial_type_is_the_category(files):
    columns = ("onset", "duration", "trial_type")
    path = files.events("e.tsv", (9, 2, "House"), (1, 2, "Face"), columns=columns)

    events = read(path, "{trial_type}_run-{run}", lower=True)

    assert events.stimulus_id.tolist() == ["face_run-3", "house_run-3"]
    assert events.category.tolist() == ["Face", "House"]


def test_a_file_without_durations_is_refused(files):
    path = files.events("e.tsv", (1, "a"), columns=("onset", "stimulus_id"))

    with pytest.raises(DataError, match=r"e.tsv: no column 'duration'"):
        read(path)


def test_an_unknown_column_of_the_template_is_refused_with_its_file(files):
    with pytest.raises(DataError, match=r"e.tsv: no column 'image'"):
        read(files.events("e.tsv", (1, 2, "a")), "{image}")


def test_a_run_without_stimuli_is_refused(files):
    with pytest.raises(DataError, match="none of 1 events has a stimulus id"):
        read(files.events("e.tsv", (1, 2, "n/a")))
