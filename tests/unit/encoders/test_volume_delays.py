"""Mirrors src/boldwise/encoders/volume_delays.py."""

import numpy as np
import pytest

from boldwise.encoders.delays import add_delays
from boldwise.encoders.volume_delays import delay_volumes
from boldwise.errors import DataError
from boldwise.responses.runs import volume_ids

RUNS = {"1": 6, "2": 5}
IDS = np.concatenate([volume_ids(run, n) for run, n in RUNS.items()])
X = np.random.default_rng(0).standard_normal((len(IDS), 3))


def test_without_scrubbing_it_is_the_shift_within_runs():
    found = delay_volumes(X, IDS, IDS, delays=[0, 2, 4])

    np.testing.assert_array_equal(
        found, add_delays(X, [0, 2, 4], run_lengths=list(RUNS.values()))
    )


def test_scrubbed_volumes_leave_after_the_delays():
    kept = np.setdiff1d(np.arange(len(IDS)), [2, 3])

    found = delay_volumes(X, IDS, IDS[kept], delays=[1, 2])

    np.testing.assert_array_equal(
        found, add_delays(X, [1, 2], run_lengths=list(RUNS.values()))[kept]
    )


def test_dropping_them_first_would_have_been_another_design():
    kept = np.setdiff1d(np.arange(len(IDS)), [2, 3])

    right = delay_volumes(X, IDS, IDS[kept], delays=[1])
    wrong = add_delays(X[kept], [1], run_lengths=[4, 5])

    assert (np.abs(right - wrong).max(axis=1) > 0).tolist() == [
        *(False, False, True, False),
        *[False] * 5,
    ]


def test_rows_come_in_the_order_that_is_wanted():
    order = np.random.default_rng(1).permutation(len(IDS))

    found = delay_volumes(X[order], IDS[order], IDS, delays=[0, 1])

    np.testing.assert_array_equal(found, delay_volumes(X, IDS, IDS, delays=[0, 1]))


def test_volumes_without_features_within_a_delay_are_named():
    known = np.delete(np.arange(len(IDS)), 1)

    with pytest.raises(DataError, match=r"1 volumes .* 'run-1_volume-0001'. Describe"):
        delay_volumes(X[known], IDS[known], IDS[known], delays=[0, 1])


def test_negative_delays_are_refused():
    with pytest.raises(DataError, match=r"from 0 up, got \[-1\]"):
        delay_volumes(X, IDS, IDS, delays=[-1])
