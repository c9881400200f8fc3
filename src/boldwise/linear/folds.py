"""Inner folds: which rows choose the penalty, which rows judge it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError

Folds = list[tuple[np.ndarray, np.ndarray]]
"""Rows to fit and rows to validate, per fold; both arrays of int."""


def make_folds(cv: Any, n_rows: int) -> Folds:
    """Make folds from their number, or from a label per row.

    Parameters
    ----------
    cv : int, or array of shape (n_rows,)
        Number of folds of neighbouring rows, or the fold of each row.
    n_rows : int

    Returns
    -------
    folds : list of (array of int, array of int)
        Rows to fit, shape (n_fit,), and rows to validate, shape (n_validate,).

    Raises
    ------
    ShapeMismatchError
        If there is not one label per row.
    """
    if np.ndim(cv) == 0:
        return contiguous_folds(n_rows, int(cv))
    if len(cv) != n_rows:
        raise ShapeMismatchError(
            f"cv names the folds of {len(cv)} rows, but there are {n_rows} rows."
        )
    return folds_from_labels(cv)


def contiguous_folds(n_rows: int, n_folds: int) -> Folds:
    """Cut the rows into folds of neighbours, equal in size up to one.

    Parameters
    ----------
    n_rows : int
    n_folds : int
        At least 2; every fold must get two rows or more.

    Returns
    -------
    folds : list of (array of int, array of int)
        Rows to fit, shape (n_fit,), and rows to validate, shape (n_validate,).

    Raises
    ------
    DataError
        If there are too few rows or folds.

    Examples
    --------
    >>> [validate.tolist() for _, validate in contiguous_folds(5, 2)]
    [[0, 1, 2], [3, 4]]
    """
    if n_folds < 2:
        raise DataError(f"penalties need 2 folds or more, got cv={n_folds}.")
    sizes = np.full(n_folds, n_rows // n_folds)
    sizes[: n_rows % n_folds] += 1
    if sizes.min() < 2:
        raise DataError(
            f"{n_folds} folds over n_samples = {n_rows} leave fewer than 2 rows in a "
            "fold, too few to score. Give more rows or fewer folds."
        )
    return folds_from_labels(np.repeat(np.arange(n_folds), sizes))


def folds_from_labels(labels: np.ndarray) -> Folds:
    """Leave out the rows of one label at a time.

    Parameters
    ----------
    labels : array of int or str, shape (n_rows,)
        Fold of each row. Negative numbers: never left out.

    Returns
    -------
    folds : list of (array of int, array of int)
        Rows to fit, shape (n_fit,), and rows to validate, shape (n_validate,), in
        the order of the sorted labels.

    Raises
    ------
    DataError
        If there is one label only, or a label with a single row.
    """
    labels = np.asarray(labels)
    kept = np.ones(len(labels), bool) if labels.dtype.kind in "US" else labels >= 0
    names = np.unique(labels[kept])
    if len(names) < 2:
        raise DataError(
            f"penalties need 2 folds or more, but the {len(labels)} rows are all in "
            f"{len(names)}. Ask for more inner folds in the split."
        )
    folds = [
        (np.flatnonzero(labels != name), np.flatnonzero(labels == name))
        for name in names
    ]
    return check_folds(folds)


def check_folds(folds: Sequence[tuple[np.ndarray, np.ndarray]]) -> Folds:
    """Refuse folds that cannot be fitted or scored.

    Parameters
    ----------
    folds : sequence of (array of int, array of int)
        Rows to fit, shape (n_fit,), and rows to validate, shape (n_validate,).

    Returns
    -------
    folds : list of (array of int, array of int)

    Raises
    ------
    DataError
        If a fold has fewer than two rows on either side, or a row on both.
    """
    for number, (fit, validate) in enumerate(folds):
        if min(len(fit), len(validate)) < 2:
            raise DataError(
                f"inner fold {number} has {len(fit)} rows to fit and {len(validate)} "
                "to validate; it needs 2 of each. Use fewer folds."
            )
        both = np.intersect1d(fit, validate)
        if len(both):
            raise DataError(
                f"inner fold {number} fits and validates on the same {len(both)} "
                f"rows, the first is row {both[0]}."
            )
    return list(folds)


def is_partition(folds: Folds, n_rows: int) -> bool:
    """Tell whether each row is left out of one fold, and validated there."""
    left_out = np.sort(np.concatenate([validate for _, validate in folds]))
    complete = all(len(fit) + len(seen) == n_rows for fit, seen in folds)
    return complete and np.array_equal(left_out, np.arange(n_rows))
