"""Ridge of one tile of targets: scores of all penalties, then the chosen one.

Letters for shapes: n rows, w targets of the tile, k directions, q what moments are
along.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.linear.arrays import Array, namespace, put, to_numpy
from boldwise.linear.fold_plan import FoldPlan
from boldwise.linear.fold_score import FoldTile, Workspace, compare_penalties
from boldwise.linear.plan import RidgePlan


@dataclass(frozen=True)
class Tile:
    """Targets of a tile, ready for a plan.

    Attributes
    ----------
    y : array of shape (n, w)
        Centred, and divided by ``scale``.
    mean, scale : array of shape (w,)
    total : array of shape (w, q)
        Moments of all rows.
    parts : list of array of shape (w, q)
        Moments of the rows that each fold validates; empty in the dual form.
    """

    y: Array
    mean: Array
    scale: Array
    total: Array
    parts: list[Array]


def prepare_tile(plan: RidgePlan, targets: Array, *, folds: bool = True) -> Tile:
    """Centre targets, bring them to a common size, and sum their moments.

    Parameters
    ----------
    plan : RidgePlan
    targets : array or tensor of shape (n, w)
    folds : bool
        Sum the moments of each fold, too.

    Returns
    -------
    tile : Tile
    """
    y = put(targets, like=plan.into)
    xp = namespace(y)
    # Relative to the first row, sums of single precision are exact enough.
    first = put(y[0], like=y) * plan.centre
    y = y - first
    scale = xp.amax(abs(y), 0)
    scale = xp.where(scale > 0, scale, xp.ones_like(scale))
    weight = xp.ones_like(y[:, 0]) / len(y) * plan.centre
    mean = weight @ y
    y -= mean
    mean = first + (mean + weight @ y)  # What rounding left in the sum of many rows.
    y /= scale
    if plan.rows is None:
        return Tile(y, mean, scale, y.T, [])
    parts = [_moment(plan, y, fold.validate) for fold in plan.folds] if folds else []
    if plan.partition and parts:
        total = parts[0] + parts[1]
        for part in parts[2:]:
            total += part
    else:
        total = y.T @ plan.rows
    return Tile(y, mean, scale, total, parts)


def score_tile(plan: RidgePlan, tile: Tile, workspace: Workspace) -> np.ndarray:
    """Score all penalties for the targets of a tile: shape (n_alphas, w), float64."""
    total = np.zeros((len(plan.alphas), tile.y.shape[1]))
    for number, fold in enumerate(plan.folds):
        total += _score_fold(plan, fold, _see(plan, fold, tile, number), workspace)
    total /= len(plan.folds)
    return total


def solve_tile(plan: RidgePlan, tile: Tile, alpha: np.ndarray) -> Array:
    """Fit all rows with chosen penalties, in the units of the targets.

    Parameters
    ----------
    plan : RidgePlan
    tile : Tile
    alpha : array of shape (w,)

    Returns
    -------
    coordinates : array of shape (k, w)
        Along ``plan.whole``.
    """
    z = tile.total @ plan.into  # (w, k)
    squared = to_numpy(plan.whole.squared)
    z /= put(squared + alpha[:, None], like=z)
    return (z * tile.scale[:, None]).T


def _see(plan: RidgePlan, fold: FoldPlan, tile: Tile, number: int) -> FoldTile:
    """Moments and truth of one fold."""
    truth = tile.y[fold.validate]
    moment: Array
    if plan.rows is None:
        fitted, part = tile.y[fold.fit], None
        moment, offset = fitted.T, fitted.mean(0)
    else:
        part = tile.parts[number]
        same = fold.n_fit + fold.n_validate == len(tile.y)
        moment = tile.total - (part if same else _moment(plan, tile.y, fold.rest))
        offset = moment[:, -1] / fold.n_fit
    offset = offset * plan.centre
    if plan.scoring == "correlation":
        offset = truth.mean(0)
    return FoldTile(moment, part, truth, offset)


def _moment(plan: RidgePlan, y: Array, rows: slice | np.ndarray) -> Array:
    """Products of targets with features and a constant (w, q), summed over rows."""
    features: Array = plan.rows
    return y[rows].T @ features[rows]


def _score_fold(
    plan: RidgePlan, fold: FoldPlan, tile: FoldTile, workspace: Workspace
) -> np.ndarray:
    """Scores (n_alphas, w) of one fold; 0 for a target that does not vary there."""
    square, along = (
        np.asarray(to_numpy(part), np.float64)
        for part in compare_penalties(fold, tile, workspace)
    )
    sum_, squares = (
        np.asarray(to_numpy(part), np.float64) for part in _sum(tile.truth)
    )
    spread = squares - sum_**2 / fold.n_validate
    # What is left of a target that does not vary is rounding; NaN stays NaN.
    flat = spread <= fold.n_validate * np.finfo(plan.dtype).eps * squares
    spread[flat] = 1.0
    if plan.scoring == "correlation":
        size = np.sqrt(square * spread)
        score = along / np.where(size > 0, size, 1.0)
    else:
        offset = np.asarray(to_numpy(tile.offset), np.float64)
        about = squares - 2 * offset * sum_ + fold.n_validate * offset**2
        score = 1.0 - (about - 2 * along + square) / spread
    score[:, flat] = 0.0
    return score


def _sum(values: Array) -> tuple[Array, Array]:
    """Add up each column, and its squares."""
    xp = namespace(values)
    return xp.ones_like(values[:, 0]) @ values, xp.einsum("ij,ij->j", values, values)
