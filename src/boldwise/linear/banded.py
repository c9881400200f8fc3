"""One candidate of banded ridge, decomposed.

With the features of each space scaled by the root of its share, banded ridge is plain
ridge, whose Gram matrix is ``D G D``. A candidate becomes a ``RidgePlan`` that takes
the moments of the features as they are, and gives the weights of the features as
they are.

Letters for shapes: n rows, p features, k directions, s feature spaces,
q what moments are along: features and a constant (primal), or rows (dual).
"""

from dataclasses import replace

import numpy as np

from boldwise.linear.banded_plan import BandedPlan
from boldwise.linear.decomposition import Directions, find_directions
from boldwise.linear.fold_plan import FoldOptions, FoldPlan, judge_rows
from boldwise.linear.plan import RidgePlan

TOLERANCE = {"float32": 3e-4, "float64": 1e-10}
"""Relative error of a shrinkage factor while candidates are scored."""

SINGLE_RESOLVES = 2e-5
"""Smallest penalty, as a share of the largest squared singular value, for which a
decomposition in single precision is exact enough to score a candidate."""


def plan_candidate(plan: BandedPlan, gamma: np.ndarray) -> RidgePlan:
    """Decompose the folds for one candidate.

    Parameters
    ----------
    plan : BandedPlan
    gamma : array of shape (s,)
        Share of each space, 0 or more.

    Returns
    -------
    candidate : RidgePlan
        To score penalties with; takes the moments of ``plan.frame``. It has no
        directions of all rows: see ``plan_refit``.
    """
    form = _dual_fold if plan.dual else _primal_fold
    kernel = np.tensordot(gamma, plan.kernels, 1) if plan.dual else np.empty(0)
    folds = [form(plan, gamma, number, kernel) for number in range(len(plan.means))]
    return replace(plan.frame, folds=folds)


def plan_refit(plan: BandedPlan, gamma: np.ndarray) -> RidgePlan:
    """Decompose all rows for one candidate, in double precision.

    Parameters
    ----------
    plan : BandedPlan
    gamma : array of shape (s,)

    Returns
    -------
    candidate : RidgePlan
        To fit chosen penalties with; its directions are of the features as given.
    """
    dtype, frame = plan.frame.into.dtype, plan.frame
    share, least = gamma[plan.group], frame.alphas.min()
    if plan.dual:
        kernel = np.tensordot(gamma, plan.kernels, 1)
        scaled = plan.base * np.sqrt(share)
        squared, left = find_directions(
            kernel, scaled, by_rows=True, smallest_alpha=least
        )
        left, base = left.astype(dtype), (plan.base * share).astype(dtype)
        whole = Directions(frame.whole.mean, squared, left, base)
        return replace(frame, whole=whole, into=left)
    used = np.flatnonzero(share > 0)
    root = np.sqrt(share[used])
    gram = plan.grams[-1][np.ix_(used, used)] * root * root[:, None]
    squared, right = find_directions(
        gram, plan.base[:, used] * root, by_rows=False, smallest_alpha=least
    )
    into = np.zeros((len(share) + 1, len(squared)), dtype)
    into[used] = root[:, None] * right
    whole = Directions(frame.whole.mean, squared, into[:-1])
    return replace(frame, whole=whole, into=into)


def _primal_fold(
    plan: BandedPlan, gamma: np.ndarray, number: int, _: np.ndarray
) -> FoldPlan:
    fold, mean = plan.frame.folds[number], plan.means[number]
    share = gamma[plan.group]
    used = np.flatnonzero(share > 0)
    root = np.sqrt(share[used])
    gram = plan.grams[number][np.ix_(used, used)] * root * root[:, None]
    squared, right = _decompose(gram, plan.frame)
    right = (root[:, None] * right).astype(plan.frame.into.dtype)
    into = np.zeros((len(share) + 1, len(squared)), right.dtype)
    into[used] = right
    into[-1] = -(mean[used] @ right)
    return _finish_fold(plan, fold, squared, into, _rows(plan)[fold.validate] @ into)


def _rows(plan: BandedPlan) -> np.ndarray:
    return np.asarray(plan.frame.rows)


def _dual_fold(
    plan: BandedPlan, gamma: np.ndarray, number: int, kernel: np.ndarray
) -> FoldPlan:
    fold = plan.frame.folds[number]
    inner = kernel[fold.fit][:, fold.fit]
    mean = inner.mean(0) * plan.frame.centre
    inner = inner - mean - mean[:, None] + mean.mean()
    squared, left = _decompose(inner, plan.frame)
    # Rounding may keep the constant, which is no direction: it holds the targets' mean.
    left -= left.mean(0) * plan.frame.centre
    left = left.astype(plan.frame.into.dtype)
    across = (kernel[fold.validate][:, fold.fit] - mean).astype(left.dtype)
    return _finish_fold(plan, fold, squared, left, across @ left)


def _finish_fold(
    plan: BandedPlan,
    fold: FoldPlan,
    squared: np.ndarray,
    into: np.ndarray,
    seen: np.ndarray,
) -> FoldPlan:
    """Prepare scores from what validation rows see, (n_validate, k)."""
    frame, dtype = plan.frame, into.dtype.type
    options = FoldOptions(
        frame.alphas, frame.centre, frame.scoring == "correlation", dtype
    )
    tolerance, moments = TOLERANCE[into.dtype.name], not plan.dual
    judged = judge_rows(squared, seen, options, moments=moments, tolerance=tolerance)
    return replace(fold, into=into, **judged)


def _decompose(gram: np.ndarray, frame: RidgePlan) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues (k,), falling, and vectors (p, k); in single precision if it does."""
    from scipy.linalg import eigh

    single = frame.alphas.min() >= SINGLE_RESOLVES * np.trace(gram)
    dtype = np.float32 if single and frame.into.dtype == np.float32 else np.float64
    squared, vectors = eigh(
        gram.astype(dtype), driver="evd", overwrite_a=True, check_finite=False
    )
    squared, vectors = squared[::-1].astype(np.float64), vectors[:, ::-1]
    rounding = abs(squared[0]) * np.finfo(dtype).eps
    n_kept = max(1, int((squared > rounding).sum()))  # One, if nothing varies.
    tiny = np.finfo(np.float64).tiny
    return np.maximum(squared[:n_kept], tiny), vectors[:, :n_kept]
