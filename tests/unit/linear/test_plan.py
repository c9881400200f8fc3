"""What a ridge fit works out before it sees a target."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.plan import penalty_grid, plan_ridge

FEATURES = np.random.default_rng(0).standard_normal((20, 3))
FOLDS = contiguous_folds(20, 4)


def test_grid_is_even_in_the_logarithm_and_holds_both_ends():
    grid = penalty_grid(low=0.1, high=1e6, n=22)

    assert len(grid) == 22
    np.testing.assert_allclose(grid[[0, -1]], [0.1, 1e6])
    np.testing.assert_allclose(np.diff(np.log10(grid)), 1 / 3)


def test_grid_of_one_is_its_low_end():
    assert penalty_grid(low=2.0, high=5.0, n=1).tolist() == [2.0]


def test_validation_rows_are_never_longer_than_the_features_need():
    plan = plan_ridge(FEATURES, contiguous_folds(20, 2), alphas=[1.0])

    assert [fold.seen.shape for fold in plan.folds] == [(3, 3), (3, 3)]


@pytest.mark.parametrize("alphas", [[], [1.0, 0.0], [-1.0], [np.nan], [np.inf]])
def test_penalties_that_are_not_positive_numbers_are_refused(alphas):
    with pytest.raises(DataError, match="penalties must be positive numbers, got"):
        plan_ridge(FEATURES, FOLDS, alphas=alphas)


def test_an_unknown_score_names_the_known_ones():
    with pytest.raises(DataError, match="no score 'mse'; known: r2, correlation"):
        plan_ridge(FEATURES, FOLDS, alphas=[1.0], scoring="mse")
