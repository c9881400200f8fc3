"""Mirrors src/boldwise/evaluation/segments.py."""

import numpy as np

from boldwise.evaluation.segments import rows_by_segment, segments_of, shift_segments

IDS = np.array(
    [f"run-{run}_volume-{k:04d}" for run in ("1", "10", "2") for k in range(4)]
)


def test_runs_and_folds_are_segments_of_their_own():
    fold = np.repeat([0, 1, 1], 4)

    assert segments_of(IDS, fold).tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert segments_of(IDS[:4], np.array([0, 0, 1, 1])).tolist() == [0, 0, 1, 1]


def test_other_ids_count_as_one_run():
    assert segments_of(np.array(["a", "b"]), np.zeros(2, int)).tolist() == [0, 0]


def test_rows_of_a_segment_need_not_lie_together():
    rows = dict(rows_by_segment(np.array([0, 1, 0])))

    assert rows[0].tolist() == [0, 2]


def test_a_shift_turns_every_segment_round_by_a_lag_of_its_own():
    segment = np.repeat([0, 1], [5, 40])

    drawn = shift_segments(segment, n_draws=30, seed=0)

    for _, rows in rows_by_segment(segment):
        moved = drawn[:, rows] - rows[0]
        lag = moved[:, :1]
        np.testing.assert_array_equal(moved, (np.arange(len(rows)) + lag) % len(rows))
        assert (lag > 0).all()
    assert len(np.unique(drawn[:, 5])) > 10
