"""Delays against shifts written out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.encoders.delays import add_delays, measure_runs
from boldwise.errors import DataError, ShapeMismatchError


def test_delays_are_shifts_set_side_by_side():
    features = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])

    delayed = add_delays(features, [0, 2], run_lengths=[3])

    assert delayed.tolist() == [[1, 10, 0, 0], [2, 20, 0, 0], [3, 30, 1, 10]]


def test_no_run_sees_the_end_of_the_one_before():
    features = np.ones((7, 2))
    features[:4] = np.nan  # run 1 is unmistakable

    delayed = add_delays(features, [1, 2, 5], run_lengths=[4, 3])

    assert np.isfinite(delayed[4:]).all()


def test_a_delay_beyond_the_run_is_all_zero():
    assert not add_delays(np.ones((4, 1)), [2], run_lengths=[2, 2]).any()


@settings(max_examples=50, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    delays=st.lists(st.integers(0, 7), min_size=1, max_size=3),
)
def test_every_entry_is_found_where_it_belongs(lengths, delays):
    n_volumes = sum(lengths)
    features = np.arange(1.0, n_volumes + 1)[:, None]

    delayed = add_delays(features, delays, run_lengths=lengths)

    start = 0
    for length in lengths:
        for volume in range(length):
            for column, delay in enumerate(delays):
                source = features[start + volume - delay, 0] if volume >= delay else 0
                assert delayed[start + volume, column] == source
        start += length


def test_type_and_input_are_kept():
    features = np.ones((3, 1), np.float32)

    delayed = add_delays(features, [1], run_lengths=[3])

    assert delayed.dtype == np.float32
    assert features.tolist() == [[1], [1], [1]]


def test_wrong_run_lengths_say_both_numbers():
    with pytest.raises(ShapeMismatchError, match=r"5 volumes together.*features of 6"):
        add_delays(np.zeros((6, 2)), [1], run_lengths=[2, 3])


@pytest.mark.parametrize("delays", [[-1, 2], []])
def test_delays_into_the_future_or_none_are_refused(delays):
    with pytest.raises(DataError, match="whole numbers of volumes from 0 up, got"):
        add_delays(np.zeros((4, 2)), delays, run_lengths=[4])


def test_runs_are_measured_in_their_order():
    assert measure_runs(np.array(["b", "b", "a", "c", "c", "c"])) == [2, 1, 3]


def test_a_torn_run_is_refused():
    with pytest.raises(DataError, match=r"4 volumes change run 2 times, but .* 2 runs"):
        measure_runs(np.array(["1", "2", "2", "1"]))
