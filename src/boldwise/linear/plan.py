"""What a ridge fit can work out before it sees a target.

Letters for shapes: n rows, p features, k directions, m of them seen in validation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError
from boldwise.linear.decomposition import ThinSVD, decompose
from boldwise.linear.folds import Folds

PENALTY_CONVENTION = "+alpha*|b|^2"
SCORINGS = ("r2", "correlation")
PENALTIES: tuple[float, ...] = tuple(np.logspace(-1, 6, 22).tolist())
"""Grid of penalties where none is given."""


@dataclass(frozen=True)
class FoldPlan:
    """One inner fold.

    Attributes
    ----------
    fit, validate : array of int, shape (n_fit,) and (n_validate,)
        Rows.
    left : array of shape (n_fit, k)
        Left singular vectors of the rows to fit.
    shrink : array of shape (n_alphas, k)
        Ridge's filter for each penalty.
    reached : array of shape (n_validate, m)
        Orthonormal basis of what predictions for the validation rows can reach.
    rotated : array of shape (m, k)
        The validation rows' coordinates, in that basis.
    """

    fit: np.ndarray
    validate: np.ndarray
    left: np.ndarray
    shrink: np.ndarray
    reached: np.ndarray
    rotated: np.ndarray


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
    whole : ThinSVD
        Of all rows.
    folds : list of FoldPlan
    """

    alphas: np.ndarray
    scoring: str
    centre: bool
    whole: ThinSVD
    folds: list[FoldPlan]


def penalty_grid(*, low: float, high: float, n: int) -> np.ndarray:
    """Penalties evenly spaced in the logarithm: shape (n,), from low to high.

    Examples
    --------
    >>> penalty_grid(low=0.1, high=1000.0, n=5).round(6).tolist()
    [0.1, 1.0, 10.0, 100.0, 1000.0]
    """
    return np.geomspace(low, high, n)


def plan_ridge(
    features: np.ndarray,
    folds: Folds,
    *,
    alphas: Sequence[float] | np.ndarray,
    scoring: str = "r2",
    fit_intercept: bool = True,
) -> RidgePlan:
    """Decompose the features of every fold, and of all rows.

    Parameters
    ----------
    features : array of shape (n, p)
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
    grid = np.asarray(alphas, np.float64).ravel()
    if not len(grid) or not np.all(np.isfinite(grid) & (grid > 0)):
        raise DataError(f"penalties must be positive numbers, got {list(alphas)}.")
    if scoring not in SCORINGS:
        raise DataError(f"no score '{scoring}'; known: {', '.join(SCORINGS)}.")
    least = float(grid.min())
    whole = decompose(features, centre=fit_intercept, smallest_alpha=least)
    plans = []
    for fit, validate in folds:
        svd = decompose(features[fit], centre=fit_intercept, smallest_alpha=least)
        seen = svd.project(features[validate])
        if scoring == "correlation":
            seen -= seen.mean(axis=0)
        shrink = svd.shrink(grid).T
        plans.append(FoldPlan(fit, validate, svd.left, shrink, *_reachable(seen)))
    return RidgePlan(grid, scoring, fit_intercept, whole, plans)


def _reachable(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shorten validation rows (n_validate, k) to at most k by a QR decomposition."""
    if len(seen) <= seen.shape[1]:
        return np.eye(len(seen)), seen
    reached, rotated = np.linalg.qr(seen)
    return reached, rotated
