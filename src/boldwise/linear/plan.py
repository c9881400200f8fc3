"""What a ridge fit can work out before it sees a target.

With few features, targets y enter as moments ``X'y``, summed once and shared by the
folds; the ridge of a fold is diagonal along the right singular vectors V of its X:

    prediction for the rows left out = (X_left_out V) (V'X'y / (s² + alpha)).

With more features than rows, ``V'X'y = S U'y`` comes from the rows' own Gram matrix
``XX' = U S² U'`` instead: the dual form (Saunders, Gammerman & Vovk 1998, ICML).

Letters for shapes: n rows, p features, k directions,
q what moments are along: features and a constant (primal), or rows (dual).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.linear.arrays import Array, cast, namespace, precision_of
from boldwise.linear.decomposition import (
    Directions,
    centre_features,
    find_directions,
)
from boldwise.linear.fold_plan import FoldOptions, FoldPlan, plan_fold
from boldwise.linear.folds import Folds, is_partition
from boldwise.linear.parallel import side_by_side

PENALTY_CONVENTION = "+alpha*|b|^2"
SCORINGS = ("r2", "correlation")
PENALTIES: tuple[float, ...] = tuple(np.logspace(-1, 6, 22).tolist())
"""Grid of penalties where none is given."""

FLOAT32_RESOLVES = 1e-9
"""Smallest penalty, as a share of the features' sum of squares, for which moments
in single precision are exact enough."""


@dataclass(frozen=True)
class RidgePlan:
    """Everything about a ridge fit that does not depend on the targets.

    Attributes
    ----------
    alphas : array of shape (n_alphas,)
        Penalties to choose from, in the convention ``+alpha |b|²``.
    scoring : str
        ``"r2"`` or ``"correlation"``.
    centre : bool
        Whether an intercept is fitted.
    whole : Directions
        Of all rows.
    into : array of shape (q, k)
        From moments to the directions of all rows.
    rows : array of shape (n, p + 1), or None
        Centred features and a constant, for moments; None for the dual form.
    folds : list of FoldPlan
    partition : bool
        Whether each row is left out of one fold, and validated there.
    """

    alphas: np.ndarray
    scoring: str
    centre: bool
    whole: Directions
    into: Array
    rows: Array | None
    folds: list[FoldPlan]
    partition: bool

    @property
    def n_rows(self) -> int:
        """Number of rows that targets must have."""
        return len(self.into if self.rows is None else self.rows)

    @property
    def dtype(self) -> type:
        """Precision of everything that meets targets: numpy's float32 or float64."""
        found: type = precision_of(self.into)
        return found


def penalty_grid(*, low: float, high: float, n: int) -> np.ndarray:
    """Penalties evenly spaced in the logarithm: shape (n,), from low to high.

    Examples
    --------
    >>> penalty_grid(low=0.1, high=1000.0, n=5).round(6).tolist()
    [0.1, 1.0, 10.0, 100.0, 1000.0]
    """
    return np.geomspace(low, high, n)


def plan_ridge(
    features: Array,
    folds: Folds,
    *,
    alphas: Sequence[float] | np.ndarray,
    scoring: str = "r2",
    fit_intercept: bool = True,
) -> RidgePlan:
    """Decompose the features of every fold, and of all rows.

    Decompositions are in double precision, and so is what meets targets later if the
    smallest penalty asks for it; otherwise it has the precision of the features.

    Parameters
    ----------
    features : array or tensor of shape (n, p)
        A tensor makes a plan on its device.
    folds : list of (array of int, array of int)
        Rows to fit and rows to validate.
    alphas : sequence of float, shape (n_alphas,)
        Positive penalties.
    scoring : {"r2", "correlation"}
        What the validation rows are scored by.
    fit_intercept : bool
        Centre features and targets on the rows that are fitted.

    Returns
    -------
    plan : RidgePlan
        Serves any number of calls with other targets.

    Raises
    ------
    DataError
        If a penalty is not a positive number, or the score is unknown.
    """
    grid = check_penalties(alphas)
    if scoring not in SCORINGS:
        raise DataError(f"no score '{scoring}'; known: {', '.join(SCORINGS)}.")
    base, mean = centre_features(features, centre=fit_intercept)
    wide = base.shape[0] < base.shape[1]
    resolved = grid.min() >= FLOAT32_RESOLVES * float((base**2).sum())
    dtype = precision_of(features) if resolved else np.float64
    gram = base @ base.T if wide else base.T @ base
    options = FoldOptions(grid, fit_intercept, scoring == "correlation", dtype)

    def work(rows: tuple[np.ndarray, np.ndarray] | None) -> Any:
        if rows is not None:
            return plan_fold(base, gram, rows, options)
        return find_directions(gram, base, by_rows=wide, smallest_alpha=grid.min())

    found, *parts = side_by_side(work, [None, *folds])
    return RidgePlan(
        alphas=grid,
        scoring=scoring,
        centre=fit_intercept,
        **_prepare_whole(base, Directions(mean, *found), wide, dtype),
        folds=parts,
        partition=is_partition(folds, len(base)),
    )


def check_penalties(alphas: Sequence[float] | np.ndarray) -> np.ndarray:
    """Take penalties as an array of shape (n_alphas,); refuse what is not positive."""
    grid = np.asarray(alphas, np.float64).ravel()
    if not len(grid) or not np.all(np.isfinite(grid) & (grid > 0)):
        raise DataError(f"penalties must be positive numbers, got {list(alphas)}.")
    return grid


def _prepare_whole(
    base: Array, found: Directions, wide: bool, dtype: type
) -> dict[str, Any]:
    """Fields whole, into and rows of a plan, in the precision that targets meet."""
    xp = namespace(base)
    singular = found.squared**0.5
    if wide:
        mix, base = cast(found.mix / singular, dtype), cast(base, dtype)
        into = cast(found.mix * singular, dtype)
        return {
            "whole": Directions(found.mean, found.squared, mix, base),
            "into": into,
            "rows": None,
        }
    mix = cast(found.mix, dtype)
    constant = xp.ones_like(base[:, :1])
    return {
        "whole": Directions(found.mean, found.squared, mix),
        "into": xp.concatenate([mix, xp.zeros_like(mix[:1])]),
        "rows": cast(xp.concatenate([base, constant], 1), dtype),
    }
