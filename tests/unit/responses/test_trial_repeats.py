"""Repeats count in other runs only; neighbours within a run only."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.evaluation.leakage import neighbour_correlation
from boldwise.responses.records import Trials
from boldwise.responses.trial_repeats import tabulate_repeats


def trials_of(stimuli, runs, sessions=None):
    n_trials = len(stimuli)
    return Trials(
        stimulus_id=np.array(list(stimuli)),
        session=np.array(sessions or ["1"] * n_trials),
        run=np.array(list(runs)),
        onset_s=np.arange(n_trials, dtype=float),
        repeat=np.zeros(n_trials, np.int64),
    )


@pytest.fixture
def table():
    return tabulate_repeats(trials_of("abcabdab", "11122233"))


def test_a_trial_is_predicted_by_the_mean_of_its_repeats_in_other_runs(table):
    response = np.array([1.0, 2, 3, 4, 5, 6, 7, 8], "f4")[:, None]

    predicted = table.predict(response)

    assert table.scored.tolist() == [0, 1, 3, 4, 6, 7]
    expected = [(4 + 7) / 2, (5 + 8) / 2, (1 + 7) / 2, (2 + 8) / 2, 2.5, 3.5]
    np.testing.assert_allclose(predicted[:, 0], expected)


def test_repeats_within_a_run_do_not_count():
    table = tabulate_repeats(trials_of("aab", "111"))

    assert not len(table.scored)
    assert not table.enough


def test_runs_of_the_same_name_in_two_sessions_are_two_runs():
    table = tabulate_repeats(trials_of("ab" * 2, "1111", ["1", "1", "2", "2"]))

    assert table.scored.tolist() == [0, 1, 2, 3]


def test_ten_trials_with_repeats_are_enough():
    ids = [str(k) for k in range(5)]

    assert tabulate_repeats(trials_of(ids * 2, ["1"] * 5 + ["2"] * 5)).enough
    assert not tabulate_repeats(trials_of(ids[:4] * 2, ["1"] * 4 + ["2"] * 4)).enough


def test_neighbours_are_those_of_the_leakage_check(rng):
    trials = trials_of(
        [str(k) for k in range(60)], ["1"] * 20 + ["2"] * 25 + ["3"] * 15
    )
    response = rng.normal(size=(60, 9)).cumsum(axis=0)

    found = tabulate_repeats(trials).neighbour_correlation(response)

    np.testing.assert_allclose(found, neighbour_correlation(response, trials))


def test_a_constant_voxel_has_no_neighbour_correlation(table):
    assert table.neighbour_correlation(np.ones((8, 2))).tolist() == [0, 0]


def shown_again(n_stimuli=12, n_runs=3, seed=0):
    """Show every stimulus once in each run, in an order of its own."""
    rng = np.random.default_rng(seed)
    stimuli = [f"s{k}" for _ in range(n_runs) for k in rng.permutation(n_stimuli)]
    return trials_of(stimuli, np.repeat(np.arange(n_runs), n_stimuli).astype(str))


def test_the_names_of_stimuli_and_runs_do_not_matter(rng):
    trials, response = shown_again(), rng.normal(size=(36, 5))
    renamed = replace(
        trials,
        stimulus_id=np.char.add("z", trials.stimulus_id),
        run=np.array(["c", "a", "b"])[trials.run.astype(int)],
    )

    one, other = tabulate_repeats(trials), tabulate_repeats(renamed)

    np.testing.assert_array_equal(one.scored, other.scored)
    np.testing.assert_allclose(one.predict(response), other.predict(response))
    np.testing.assert_allclose(
        one.neighbour_correlation(response), other.neighbour_correlation(response)
    )


def test_the_order_of_the_runs_does_not_matter(rng):
    trials, response = shown_again(), rng.normal(size=(36, 5))
    order = np.concatenate([np.arange(24, 36), np.arange(24)])

    here, there = tabulate_repeats(trials), tabulate_repeats(trials.take(order))

    np.testing.assert_allclose(
        there.predict(response[order]), here.predict(response)[order], rtol=1e-5
    )
    np.testing.assert_allclose(
        there.neighbour_correlation(response[order]),
        here.neighbour_correlation(response),
    )


def test_predictions_are_means_and_so_carry_offsets_of_voxels_through(rng):
    table, response = tabulate_repeats(shown_again()), rng.normal(size=(36, 5))
    offset = np.arange(5) * 10.0

    shifted = table.predict(response + offset)

    np.testing.assert_allclose(shifted, table.predict(response) + offset, atol=1e-4)


def test_means_of_runs_and_units_of_voxels_make_no_neighbours_alike(rng):
    table, response = tabulate_repeats(shown_again()), rng.normal(size=(36, 5))
    of_run = np.repeat(rng.normal(size=(3, 5)) * 50, 12, axis=0)

    found = table.neighbour_correlation(response * [1e-3, 1, 10, 1e3, -5] + of_run)

    np.testing.assert_allclose(found, table.neighbour_correlation(response), atol=1e-9)


def test_runs_of_a_single_trial_have_no_neighbours():
    table = tabulate_repeats(trials_of("aaa", "123"))

    assert table.neighbour_correlation(np.arange(6.0).reshape(3, 2)).tolist() == [0, 0]


def test_a_design_without_repeats_predicts_nothing():
    table = tabulate_repeats(trials_of("abcd", "1122"))

    assert table.predict(np.ones((4, 3), "f4")).shape == (0, 3)
