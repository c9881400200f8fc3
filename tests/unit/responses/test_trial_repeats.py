"""Repeats count in other runs only; neighbours within a run only."""

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
