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


def test_a_shift_rearranges_and_loses_nothing():
    segment = np.array([0, 1, 0, 2, 1, 0, 1])

    drawn = shift_segments(segment, n_draws=20, seed=3)

    np.testing.assert_array_equal(
        np.sort(drawn, axis=1), np.tile(np.arange(7), (20, 1))
    )
    np.testing.assert_array_equal(segment[drawn], np.tile(segment, (20, 1)))


def test_a_segment_of_one_volume_stays_where_it_is():
    drawn = shift_segments(np.array([0, 1, 1]), n_draws=10, seed=0)

    assert (drawn[:, 0] == 0).all()
    assert (drawn[:, 1:] == [2, 1]).all()


def test_the_lags_of_a_segment_do_not_depend_on_the_others():
    alone = shift_segments(np.zeros(12, int), n_draws=15, seed=7)

    joined = shift_segments(np.repeat([0, 1], [12, 9]), n_draws=15, seed=7)

    np.testing.assert_array_equal(joined[:, :12], alone)
    other = shift_segments(np.zeros(12, int), n_draws=15, seed=8)
    assert (other != alone).any()


def test_every_lag_but_none_is_as_likely():
    drawn = shift_segments(np.zeros(5, int), n_draws=4000, seed=1)

    count = np.bincount(drawn[:, 0], minlength=5)
    assert count[0] == 0
    # Four lags, 1000 each on average, with a standard deviation of 27.
    assert np.abs(count[1:] - 1000).max() < 4.5 * 27


def test_segments_do_not_depend_on_the_order_of_volumes():
    order = np.random.default_rng(0).permutation(12)
    fold = np.repeat([0, 1], 6)

    found = segments_of(IDS[order], fold[order])

    np.testing.assert_array_equal(found, segments_of(IDS, fold)[order])
