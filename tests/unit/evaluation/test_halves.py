"""Halves are the odd and even runs in their order, and only where they were apart."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.evaluation.halves import halves_of
from boldwise.evaluation.held_out import find_shown
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.responses.records import Responses, Trials, Voxels

APART = {"split_halves": "odd and even runs apart"}


@pytest.fixture
def responses():
    """Two sessions whose runs have the same labels."""
    session = np.repeat(["a", "b"], 4)
    run = np.tile(["2", "2", "1", "1"], 2)
    ids = np.array(["x", "y"] * 4)
    trials = Trials(ids, session, run, np.arange(8.0), np.repeat(np.arange(4), 2))
    voxels = Voxels(np.zeros((1, 3), int), (1, 1, 1))
    return Responses(np.zeros((8, 1), np.float32), trials, voxels, notes=APART)


def test_runs_alternate_in_the_order_of_the_experiment(responses):
    assert halves_of(responses).tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


@pytest.mark.parametrize("notes", [{}, {"split_halves": "no"}])
def test_runs_that_were_estimated_together_have_no_halves(responses, notes):
    assert halves_of(replace(responses, notes=notes)) is None


def test_trials_of_test_stimuli_keep_their_half(responses):
    split = Split(
        name="s",
        stimulus_id=np.array(["x", "y"]),
        part=np.array([[TEST, TRAIN]], np.int8),
        cv_fold=np.array([[-1, 0]], np.int16),
        fold_name=np.array(["all"]),
        reason="by hand",
    )

    assert find_shown(responses, split).half.tolist() == [0, 1, 0, 1]
    assert find_shown(replace(responses, notes={}), split).half is None


def test_a_run_that_comes_back_later_keeps_its_half(responses):
    trials = responses.trials
    order = [0, 2, 1, 3, 4, 6, 5, 7]  # trials of two runs in turn
    mixed = Trials(**{name: column[order] for name, column in vars(trials).items()})

    found = halves_of(replace(responses, trials=mixed))

    assert found.tolist() == [0, 1, 0, 1, 0, 1, 0, 1]


def test_an_odd_number_of_runs_leaves_one_more_to_the_first_half(responses):
    five = replace(
        responses.trials,
        session=np.full(8, "1"),
        run=np.array(["1", "2", "3", "4", "5", "5", "5", "5"]),
    )

    found = halves_of(replace(responses, trials=five))

    assert found.tolist() == [0, 1, 0, 1, 0, 0, 0, 0]
