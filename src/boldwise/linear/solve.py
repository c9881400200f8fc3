"""Ridge regression of many targets: penalties by cross-validation, then weights.

For each target y the weights b minimise ``|y - X b|² + alpha |b|²``. With the thin
singular value decomposition ``X = U S V'`` (Hastie, Tibshirani & Friedman 2009,
The Elements of Statistical Learning, eq. 3.47)

    b = V (V'X'y / (s² + alpha)),

so one decomposition per fold serves every penalty and every target. Moments ``X'y``
are summed once for all folds; predictions of neighbouring penalties come from a few
common terms (``shrinkage``) and are compared with the targets within the directions
that they can reach; and the weights of the chosen penalty alone are ever formed.

Targets are worked on in tiles of a fixed width, read as ``targets[:, tile]``:
they may lie on disk, and results are the same bytes however many there are, and
however many threads share the tiles.

Letters for shapes: n rows, p features, k directions, w targets of a tile.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import ShapeMismatchError
from boldwise.linear.arrays import Array, is_tensor, precision_of, to_numpy
from boldwise.linear.fold_score import Workspace
from boldwise.linear.parallel import side_by_side
from boldwise.linear.plan import RidgePlan
from boldwise.linear.tiles import Tile, prepare_tile, score_tile, solve_tile

TILE = 256  # Targets at a time: other widths change the last bits of sums.
DEVICE_TILE = 16 * TILE  # A GPU takes more at a time.


@dataclass(frozen=True)
class RidgeTile:
    """What a fit finds for the targets of one tile.

    Attributes
    ----------
    columns : slice
        Of the targets.
    alpha : array of shape (w,)
    best : array of shape (w,)
        Score of that penalty in the inner folds.
    score : array of shape (n_alphas, w)
    coordinates : array of shape (k, w)
        Weights along ``plan.whole``: its ``expand`` makes them weights of features,
        its ``project`` new features that predict by them.
    mean : array of shape (w,)
        Of the targets; zeros without an intercept.
    """

    columns: slice
    alpha: np.ndarray
    best: np.ndarray
    score: np.ndarray
    coordinates: Array
    mean: Array


def fit_tiles(
    plan: RidgePlan, targets: Any, *, alpha: np.ndarray | None = None
) -> Iterator[RidgeTile]:
    """Fit tile by tile: choose a penalty for each target, then fit all rows.

    Tiles are read one after the other and worked on side by side.

    Parameters
    ----------
    plan : RidgePlan
    targets : array, tensor or sliceable of float, shape (n, n_targets)
        Read once, as ``targets[:, tile]``.
    alpha : array of shape (n_targets,), optional
        Penalties that are chosen already; then nothing is scored.

    Yields
    ------
    tile : RidgeTile
        In the order of the targets.

    Raises
    ------
    ShapeMismatchError
        If the targets have another number of rows than the features.
    """

    def work(tile: Tile, columns: slice, workspace: Workspace) -> RidgeTile:
        if alpha is not None:
            chosen = alpha[columns]
            best, score = np.full(len(chosen), np.nan), np.empty((0, len(chosen)))
        else:
            score = score_tile(plan, tile, workspace)
            chosen, best = choose_alphas(score, plan.alphas)
        coordinates = solve_tile(plan, tile, chosen)
        return RidgeTile(columns, chosen, best, score, coordinates, tile.mean)

    yield from _map_tiles(plan, targets, work, folds=alpha is None)


def cross_validate(plan: RidgePlan, targets: Any) -> np.ndarray:
    """Score every penalty for every target on the rows left out.

    Parameters
    ----------
    plan : RidgePlan
    targets : array, tensor or sliceable of float, shape (n, n_targets)
        A target with NaN gets NaN.

    Returns
    -------
    score : array of shape (n_alphas, n_targets)
        Mean over folds. R² is 1 - residual / spread about the mean of the
        validation rows; the score of a target that does not vary is 0.
    """

    def work(tile: Tile, columns: slice, workspace: Workspace) -> np.ndarray:
        return score_tile(plan, tile, workspace)

    tiles = list(_map_tiles(plan, targets, work, folds=True))
    return np.concatenate([np.empty((len(plan.alphas), 0)), *tiles], axis=1)


def choose_alphas(
    score: np.ndarray, alphas: np.ndarray, *, per_target: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Take the penalty with the best score; of equals, the largest.

    Parameters
    ----------
    score : array of shape (n_alphas, n_targets)
        NaN for a target that cannot be scored; it gets the largest penalty.
    alphas : array of shape (n_alphas,)
    per_target : bool
        Choose for each target by itself; otherwise one for all, by mean score.

    Returns
    -------
    alpha : array of shape (n_targets,)
    best : array of shape (n_targets,)
        Score of that penalty.
    """
    order = np.argsort(-alphas)
    if per_target:
        choice = order[np.argmax(score[order], axis=0)]
    else:
        known = np.isfinite(score).all(axis=0)
        total = score[:, known].sum(axis=1)
        choice = np.full(score.shape[1], order[np.argmax(total[order])])
    return alphas[choice], score[choice, np.arange(score.shape[1])]


def share_at_edges(alpha: np.ndarray, alphas: np.ndarray) -> tuple[float, float]:
    """Share of targets (n_targets,) at the smallest and the largest of the penalties.

    Many at the smallest mean that the grid should start lower. Many at the largest
    are voxels that the features do not predict, unless the scores are good.
    """
    low, high = alpha == np.min(alphas), alpha == np.max(alphas)
    return float(low.mean()), float(high.mean())


def predict_targets(
    plan: RidgePlan, targets: Any, alpha: np.ndarray, *, features: Array
) -> np.ndarray:
    """Fit all rows with the chosen penalties, and predict new ones.

    The weights are never formed: only their products with the new features.

    Parameters
    ----------
    plan : RidgePlan
    targets : array, tensor or sliceable of float, shape (n, n_targets)
    alpha : array of shape (n_targets,)
    features : array of shape (n_new, p)

    Returns
    -------
    prediction : array of shape (n_new, n_targets)
        In the precision of the targets.
    """
    reader = plan.whole.project(features)
    prediction = np.empty((len(features), targets.shape[1]), precision_of(targets))
    for tile in fit_tiles(plan, targets, alpha=alpha):
        prediction[:, tile.columns] = to_numpy(reader @ tile.coordinates + tile.mean)
    return prediction


def fit_weights(
    plan: RidgePlan, targets: Any, alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit all rows with the chosen penalties.

    Parameters
    ----------
    plan : RidgePlan
    targets : array, tensor or sliceable of float, shape (n, n_targets)
    alpha : array of shape (n_targets,)

    Returns
    -------
    weight : array of shape (p, n_targets)
    intercept : array of shape (n_targets,)
        Zeros if none was fitted.
    """
    feature_mean = to_numpy(plan.whole.mean)
    shape = (len(feature_mean), targets.shape[1])
    weight = np.empty(shape, precision_of(targets))
    intercept = np.empty(shape[1], weight.dtype)
    for tile in fit_tiles(plan, targets, alpha=alpha):
        weight[:, tile.columns] = to_numpy(plan.whole.expand(tile.coordinates))
        moved = feature_mean @ weight[:, tile.columns]
        intercept[tile.columns] = to_numpy(tile.mean) - moved
    return weight, intercept


_THREAD = threading.local()  # Kept between fits: fresh memory costs more than work.


def _map_tiles(
    plan: RidgePlan,
    targets: Any,
    work: Callable[[Tile, slice, Workspace], Any],
    *,
    folds: bool,
) -> Iterator[Any]:
    """Map a function of tiles over the targets; the caller's thread reads them."""
    if targets.shape[0] != plan.n_rows:
        raise ShapeMismatchError(
            f"targets have {targets.shape[0]} rows, but features have {plan.n_rows}."
        )

    def read() -> Iterator[tuple[slice, Array]]:
        n_targets = targets.shape[1]
        width = DEVICE_TILE if is_tensor(plan.into) else TILE
        for start in range(0, n_targets, width):
            columns = slice(start, min(start + width, n_targets))
            yield columns, targets[:, columns]

    def run(item: tuple[slice, Array]) -> Any:
        if not hasattr(_THREAD, "workspace"):
            _THREAD.workspace = Workspace()
        tile = prepare_tile(plan, item[1], folds=folds)
        return work(tile, item[0], _THREAD.workspace)

    # A device is kept busy by one thread, and its memory filled by many.
    yield from (map if is_tensor(plan.into) else side_by_side)(run, read())
