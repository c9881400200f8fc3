"""Paired differences over subjects."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.paired_subjects import compare_subjects


def test_the_interval_is_that_of_scipy():
    a, b = np.random.default_rng(0).standard_normal((2, 8))

    found = compare_subjects(a, b)

    interval = ttest_rel(a, b).confidence_interval()
    np.testing.assert_allclose((found.low, found.high), (interval.low, interval.high))
    assert found.n_better == (a > b).sum()


def test_one_subject_has_no_interval():
    found = compare_subjects([0.5], [0.2])

    assert found.mean == pytest.approx(0.3)
    assert np.isnan(found.low)


def test_scores_of_other_subjects_are_no_pairs():
    with pytest.raises(ShapeMismatchError, match="2 subjects have the first score, 1"):
        compare_subjects([0.5, 0.1], [0.2])


def test_no_subject_at_all_is_refused():
    with pytest.raises(DataError, match="no subject to compare: give the scores of 1"):
        compare_subjects([], [])
