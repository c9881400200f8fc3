"""Ridge on few rows is ridge on these rows, in folds that tear no group apart."""

import numpy as np
import pytest

from boldwise.encoders.ridge import RidgeEncoder
from boldwise.encoders.ridge_on_fewer import LEAST, fit_ridge_on, group_folds
from boldwise.errors import DataError


@pytest.fixture
def fold(rows):
    return rows.fold(0)


def test_it_is_ridge_on_the_rows_at_hand(study, fold):
    few, spaces = fold.fewer(24, seed=0), [one.fold(0) for one in study.spaces]
    alphas = np.logspace(-1, 3, 5)

    found = fit_ridge_on(few, spaces, alphas=alphas)

    ridge = RidgeEncoder(alphas=alphas, cv=group_folds(few.group))
    ridge.fit([one.rows(few.train_id) for one in spaces], few.response)
    wanted = ridge.predict([one.rows(few.test_id) for one in spaces])
    np.testing.assert_array_equal(found, wanted)


def test_signal_is_found_from_few_rows(study, fold):
    spaces = [one.fold(0) for one in study.spaces]
    truth = np.hstack([one.rows(fold.test_id) for one in spaces]) @ study.weight

    found = fit_ridge_on(fold.fewer(30, seed=0), spaces, alphas=[0.1, 1, 10])

    for voxel in range(3):
        assert np.corrcoef(found[:, voxel], truth[:, voxel])[0, 1] > 0.9


@pytest.mark.parametrize("seed", range(8))
def test_no_group_is_torn_apart_and_no_fold_is_too_small(seed):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, rng.integers(3, 12), rng.integers(8, 60)).astype(str)

    fold = group_folds(group)

    assert all(len(np.unique(fold[group == one])) == 1 for one in np.unique(group))
    assert np.bincount(fold).min() >= LEAST
    assert fold.max() <= 4


def test_stimuli_of_their_own_make_five_even_folds():
    fold = group_folds(np.arange(23).astype(str))

    assert np.bincount(fold).tolist() == [5, 5, 5, 4, 4]


@pytest.mark.parametrize("group", [["a"] * 9, ["a", "b", "c"], ["a"] * 8 + ["b"]])
def test_rows_that_cannot_be_parted_are_refused(group):
    with pytest.raises(DataError, match=r"make no two inner folds.*Ask for more image"):
        group_folds(np.array(group))
