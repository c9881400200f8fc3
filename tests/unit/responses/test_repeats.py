"""Repeats are counted and averaged by stimulus."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldwise.errors import ShapeMismatchError
from boldwise.responses.records import Trials
from boldwise.responses.repeats import average_repeats, count_repeats, stack_trials

IDS = np.array(["b", "a", "c", "a", "b", "a"])


def test_repeats_are_counted_in_the_order_of_the_experiment():
    np.testing.assert_array_equal(count_repeats(IDS), [0, 0, 0, 1, 1, 2])


def test_average_is_the_mean_of_the_trials_of_a_stimulus(rng):
    response = rng.normal(size=(6, 3)).astype(np.float32)

    ids, mean, n_repeats = average_repeats(response, IDS)

    assert ids.tolist() == ["a", "b", "c"]
    assert n_repeats.tolist() == [3, 2, 1]
    for row, name in enumerate(ids):
        np.testing.assert_allclose(mean[row], response[name == IDS].mean(0), rtol=1e-6)


@pytest.mark.parametrize("ids", [IDS, np.array(list("fbcdea"))])
def test_average_is_single_precision_and_leaves_its_input_alone(rng, ids):
    response = rng.normal(size=(6, 3))
    before = response.copy()

    _, mean, _ = average_repeats(response, ids)

    assert mean.dtype == np.float32
    np.testing.assert_array_equal(response, before)


def test_averages_of_large_numbers_do_not_lose_small_differences():
    response = np.full((3000, 1), 2.0**20, np.float32)
    response[::2] += 0.5

    _, mean, _ = average_repeats(response, np.full(3000, "a"))

    assert mean[0, 0] == 2.0**20 + 0.25


def test_stimuli_shown_once_come_sorted_and_unchanged(rng):
    response = rng.normal(size=(4, 2)).astype(np.float32)

    ids, mean, n_repeats = average_repeats(response, np.array(["d", "b", "c", "a"]))

    assert ids.tolist() == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(mean, response[[3, 1, 2, 0]])
    assert n_repeats.tolist() == [1, 1, 1, 1]


def test_nan_in_a_trial_is_nan_in_the_mean():
    response = np.array([[1.0, np.nan], [3.0, 1.0]])

    _, mean, _ = average_repeats(response, np.array(["a", "a"]))

    np.testing.assert_array_equal(mean, [[2.0, np.nan]])


def test_one_id_per_row_is_needed():
    with pytest.raises(ShapeMismatchError, match="6 responses, but 2 stimulus ids"):
        average_repeats(np.zeros((6, 1)), np.array(["a", "b"]))


def test_stacked_tables_count_repeats_over_runs():
    table = Trials(IDS[:2], *np.full((3, 2), "1"), repeat=np.zeros(2, int))

    trials = stack_trials([table, table])

    assert trials.stimulus_id.tolist() == ["b", "a", "b", "a"]
    assert trials.repeat.tolist() == [0, 0, 1, 1]


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=30), st.randoms())
def test_the_order_of_trials_does_not_matter_to_their_mean(names, random):
    order = list(range(len(names)))
    random.shuffle(order)
    ids = np.array(names)
    response = np.arange(len(ids), dtype=float)[:, None] ** 2

    sorted_ids, mean, n_repeats = average_repeats(response, ids)
    shuffled_ids, shuffled_mean, _ = average_repeats(response[order], ids[order])

    assert n_repeats.sum() == len(ids)
    assert sorted_ids.tolist() == shuffled_ids.tolist() == sorted(set(names))
    np.testing.assert_allclose(mean, shuffled_mean, rtol=1e-6)


@given(st.lists(st.sampled_from("abc"), max_size=20))
def test_each_repeat_of_a_stimulus_has_a_number_of_its_own(names):
    repeat = count_repeats(np.array(names, dtype=str))

    for name in set(names):
        own = repeat[[one == name for one in names]]
        assert own.tolist() == list(range(names.count(name)))
