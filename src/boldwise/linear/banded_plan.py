"""Banded ridge: a penalty per feature space, from Gram matrices summed once.

For each target y, minimises ``|y - sum_s X_s b_s|² + sum_s lambda_s |b_s|²`` (Nunez-
Elizalde, Huth & Gallant 2019, NeuroImage 197). A candidate is a share gamma_s of
every space, with sum 1; together with a penalty alpha it means lambda_s = alpha /
gamma_s. With features scaled by sqrt(gamma_s) this is plain ridge, whose Gram matrix
is ``D G D``: nothing of the size of the data is formed again, targets keep their
moments ``X'y``, and a whole grid of alpha costs one decomposition per fold. Spaces
with a share of 0 are left out, which makes a candidate cheaper.

Letters for shapes: n rows, p features, k directions, s feature spaces,
q what moments are along: features and a constant (primal), or rows (dual).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.arrays import precision_of
from boldwise.linear.decomposition import Directions, centre_features
from boldwise.linear.fold_plan import FoldPlan, shorten
from boldwise.linear.folds import Folds, is_partition
from boldwise.linear.plan import (
    FLOAT32_RESOLVES,
    SCORINGS,
    RidgePlan,
    check_penalties,
)


@dataclass(frozen=True)
class BandedPlan:
    """Everything about a banded fit that depends on neither candidate nor target.

    Attributes
    ----------
    frame : RidgePlan
        Rows, folds and penalties that all candidates share, without directions.
    group : array of int, shape (p,)
        Feature space of each feature, from 0.
    n_groups : int
    base : array of float64, shape (n, p)
        Centred features.
    grams : list of array of float64, each of shape (p, p)
        Of the rows that each fold fits, and last of all rows; empty in the dual
        form.
    means : array of float64, shape (n_folds, p)
        Of the features, over the rows that each fold fits.
    kernels : array of float64, shape (s, n, n)
        Of each space, for the dual form (fewer rows than features); empty in the
        primal.
    """

    frame: RidgePlan
    group: np.ndarray
    n_groups: int
    base: np.ndarray
    grams: list[np.ndarray]
    means: np.ndarray
    kernels: np.ndarray

    @property
    def alphas(self) -> np.ndarray:
        """Penalties to choose from, shape (n_alphas,), before shares divide them."""
        return self.frame.alphas

    @property
    def dual(self) -> bool:
        """Whether rows are decomposed in place of features."""
        return not self.grams


def read_groups(groups: Any, n_features: int) -> list[np.ndarray]:
    """Turn labels of features, or lists of columns, into the columns of each space.

    Parameters
    ----------
    groups : array of shape (n_features,), or sequence of sequences of int
        A label per feature (spaces in the order of the sorted labels), or the columns
        of each space.
    n_features : int

    Returns
    -------
    columns : list of array of int

    Raises
    ------
    ShapeMismatchError
        If there is not one label per feature.
    DataError
        If lists of columns do not name every feature once.

    Examples
    --------
    >>> [columns.tolist() for columns in read_groups(["b", "a", "b"], 3)]
    [[1], [0, 2]]
    """
    if len(groups) and np.ndim(groups[0]) == 0:
        if len(groups) != n_features:
            raise ShapeMismatchError(
                f"groups label {len(groups)} features, but there are {n_features}."
            )
        labels = np.asarray(groups)
        return [np.flatnonzero(labels == label) for label in np.unique(labels)]
    columns = [np.asarray(list(part), int) for part in groups]
    named = np.sort(np.concatenate(columns)) if columns else np.empty(0, int)
    if not np.array_equal(named, np.arange(n_features)) or not all(map(len, columns)):
        raise DataError(
            f"{len(columns)} groups name {len(np.unique(named))} of {n_features} "
            f"features in {len(named)} entries; each feature belongs to one group, and "
            "no group is empty."
        )
    return columns


def plan_bands(
    features: np.ndarray,
    folds: Folds,
    *,
    columns: Sequence[np.ndarray],
    alphas: Sequence[float] | np.ndarray,
    scoring: str = "r2",
    fit_intercept: bool = True,
) -> BandedPlan:
    """Sum the Gram matrices of every fold, and of all rows.

    Parameters
    ----------
    features : array of shape (n, p)
    folds : list of (array of int, array of int)
        Rows to fit and rows to validate.
    columns : sequence of array of int
        Features of each space, as ``read_groups`` gives them.
    alphas : sequence of float, shape (n_alphas,)
        Positive penalties; that of a space is alpha divided by its share.
    scoring : {"r2", "correlation"}
    fit_intercept : bool

    Returns
    -------
    plan : BandedPlan

    Raises
    ------
    DataError
        If a penalty is not a positive number, or the score is unknown.
    """
    grid = check_penalties(alphas)
    if scoring not in SCORINGS:
        raise DataError(f"no score '{scoring}'; known: {', '.join(SCORINGS)}.")
    base, mean = centre_features(features, centre=fit_intercept)
    group = np.empty(base.shape[1], int)
    for number, own in enumerate(columns):
        group[own] = number
    dual = base.shape[0] < base.shape[1]
    resolved = grid.min() >= FLOAT32_RESOLVES * float((base**2).sum())
    dtype = precision_of(features) if resolved else np.float64
    nothing = np.empty((len(base) if dual else base.shape[1] + 1, 0), dtype)
    frame = RidgePlan(
        alphas=grid,
        scoring=scoring,
        centre=fit_intercept,
        whole=Directions(mean, np.empty(0), nothing),
        into=nothing,
        rows=None
        if dual
        else np.column_stack([base, np.ones(len(base))]).astype(dtype),
        folds=[_empty_fold(rows, len(base), nothing) for rows in folds],
        partition=is_partition(folds, len(base)),
    )
    return BandedPlan(
        frame, group, len(columns), base, **_sum(base, folds, frame, columns)
    )


def _sum(
    base: np.ndarray, folds: Folds, frame: RidgePlan, columns: Sequence[np.ndarray]
) -> dict[str, Any]:
    """Fields grams, means and kernels of a plan."""
    means = np.array([base[fit].mean(0) for fit, _ in folds]) * frame.centre
    if frame.rows is None:
        kernels = [base[:, own] @ base[:, own].T for own in columns]
        return {"grams": [], "means": means, "kernels": np.array(kernels)}
    grams = _sum_grams(base, folds, means)
    return {"grams": grams, "means": means, "kernels": np.empty(0)}


def _sum_grams(base: np.ndarray, folds: Folds, means: np.ndarray) -> list[np.ndarray]:
    """Centred Gram matrices of the rows of every fold, then of all rows."""
    whole = base.T @ base
    grams = []
    for (fit, _), mean in zip(folds, means, strict=True):
        rest = np.setdiff1d(np.arange(len(base)), fit)
        few = len(rest) < len(fit)
        gram = whole - base[rest].T @ base[rest] if few else base[fit].T @ base[fit]
        grams.append(gram - len(fit) * np.outer(mean, mean))
    return [*grams, whole]


def _empty_fold(
    rows: tuple[np.ndarray, np.ndarray], n_rows: int, nothing: np.ndarray
) -> FoldPlan:
    """Rows of a fold whose directions a candidate will give."""
    fit, validate = rows
    rest = np.setdiff1d(np.arange(n_rows), fit)
    sides = [shorten(side) for side in (fit, validate, rest)]
    return FoldPlan(
        fit=sides[0],
        validate=sides[1],
        rest=sides[2],
        n_fit=len(fit),
        n_validate=len(validate),
        into=nothing,
        seen=nothing,
        across=None,
        lean=None,
        bands=[],
    )
