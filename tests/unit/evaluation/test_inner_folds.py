"""Mirrors src/boldwise/evaluation/inner_folds.py."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.inner_folds import inner_folds
from boldwise.linear.folds import folds_from_labels
from boldwise.responses.records import Trials

TR_S = 2.0


def volumes(*lengths):
    """Make the trial table of runs of these lengths."""
    run = np.repeat([str(r) for r in range(len(lengths))], lengths)
    onset_s = np.concatenate([TR_S * np.arange(n) + 1 for n in lengths])
    ids = np.array([f"v{k:04d}" for k in range(len(run))])
    return Trials(ids, np.full(len(ids), "1"), run, onset_s, np.zeros(len(ids), int))


def test_no_fitted_row_lies_within_the_gap_and_all_others_are_fitted():
    labels, trials = np.repeat([0, 1, 2, 3], 15), volumes(60)

    folds = inner_folds(labels, trials, gap_s=8.0)

    for label, (fit, validate) in enumerate(folds):
        np.testing.assert_array_equal(validate, np.flatnonzero(labels == label))
        between_s = TR_S * (np.abs(np.arange(60)[:, None] - validate).min(axis=1) - 1)
        far = np.flatnonzero((labels != label) & (between_s >= 8.0))
        np.testing.assert_array_equal(fit, far)


def test_the_gap_stays_within_the_run():
    labels, trials = np.repeat([0, 1, 2], 20), volumes(20, 20, 20)

    folds = inner_folds(labels, trials, gap_s=1e6)

    expected = folds_from_labels(labels)
    for found, plain in zip(folds, expected, strict=True):
        np.testing.assert_array_equal(found[0], plain[0])


def test_runs_of_one_name_in_two_sessions_are_two_runs():
    trials = volumes(40)
    session = np.repeat(["1", "2"], 20)
    apart = Trials(**{**vars(trials), "session": session})

    fit, _ = inner_folds(np.repeat([0, 1], 20), apart, gap_s=20.0)[0]

    assert len(fit) == 20


def test_rows_in_any_order_and_never_left_out_are_treated_alike():
    rng = np.random.default_rng(0)
    labels, trials = np.repeat([0, 1, -1, 2], 15), volumes(60)
    order = rng.permutation(60)

    straight = inner_folds(labels, trials, gap_s=8.0)
    mixed = inner_folds(labels[order], trials.take(order), gap_s=8.0)

    assert set(range(30, 45)) & set(straight[0][0])
    for (fit, validate), (fit_m, validate_m) in zip(straight, mixed, strict=True):
        assert set(order[fit_m]) == set(fit)
        assert set(order[validate_m]) == set(validate)


def test_without_a_gap_times_do_not_matter():
    labels, trials = np.repeat([0, 1], 10), volumes(20)
    trials.onset_s[:] = np.nan

    folds = inner_folds(labels, trials, gap_s=0.0)

    assert [len(fit) for fit, _ in folds] == [10, 10]


def test_a_gap_that_leaves_nothing_to_fit_is_told():
    with pytest.raises(DataError, match="inner fold 0 has 0 rows to fit"):
        inner_folds(np.repeat([0, 1], 10), volumes(20), gap_s=100.0)
