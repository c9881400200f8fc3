"""Inner folds: which rows fit, which validate."""

import numpy as np
import pytest
from sklearn.model_selection import KFold

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.folds import (
    check_folds,
    contiguous_folds,
    folds_from_labels,
    make_folds,
)


@pytest.mark.parametrize(("n_rows", "n_folds"), [(10, 5), (11, 5), (13, 2), (29, 7)])
def test_contiguous_folds_are_those_of_scikit_learn(n_rows, n_folds):
    folds = contiguous_folds(n_rows, n_folds)

    expected = list(KFold(n_folds).split(np.zeros(n_rows)))
    for (fit, validate), (fit_sk, validate_sk) in zip(folds, expected, strict=True):
        np.testing.assert_array_equal(fit, fit_sk)
        np.testing.assert_array_equal(validate, validate_sk)


def test_labels_are_left_out_one_at_a_time():
    folds = folds_from_labels(np.array(["b", "a", "b", "a"]))

    assert [v.tolist() for _, v in folds] == [[1, 3], [0, 2]]
    assert [f.tolist() for f, _ in folds] == [[0, 2], [1, 3]]


def test_negative_labels_are_always_fitted():
    folds = folds_from_labels(np.array([0, 0, -1, 1, 1]))

    assert all(2 in fit for fit, _ in folds)
    assert not any(2 in validate for _, validate in folds)


def test_make_folds_takes_a_number_or_labels():
    by_number = make_folds(2, 4)
    by_label = make_folds(np.array([0, 0, 1, 1]), 4)

    assert str(by_number) == str(by_label)


def test_wrong_number_of_labels_says_both_numbers():
    with pytest.raises(ShapeMismatchError, match="folds of 3 rows, but there are 4"):
        make_folds(np.array([0, 0, 1]), 4)


def test_one_fold_is_refused():
    with pytest.raises(DataError, match="2 folds or more, got cv=1"):
        contiguous_folds(10, 1)


def test_folds_of_one_row_are_refused():
    with pytest.raises(DataError, match="5 folds over n_samples = 7"):
        contiguous_folds(7, 5)


def test_one_label_is_refused():
    with pytest.raises(DataError, match="the 4 rows are all in 1"):
        folds_from_labels(np.zeros(4, int))


def test_a_label_with_one_row_is_refused():
    with pytest.raises(DataError, match="inner fold 2 has 4 rows to fit and 1"):
        folds_from_labels(np.array([0, 0, 1, 1, 2]))


def test_a_row_on_both_sides_is_refused():
    folds = [(np.array([0, 1, 2]), np.array([2, 3]))]

    with pytest.raises(DataError, match="on the same 1 rows, the first is row 2"):
        check_folds(folds)
