"""Ridge regression of many targets: penalties by cross-validation, then weights.

For each target y the weights b minimise ``|y - X b|² + alpha |b|²``. With the thin
singular value decomposition ``X = U S V'`` (Hastie, Tibshirani & Friedman 2009,
The Elements of Statistical Learning, eq. 3.47)

    b = V diag(s / (s² + alpha)) U' y,

so one decomposition per fold serves every penalty and every target. Targets are
projected on U once; predictions for the validation rows are compared with the
targets within the directions that they can reach, which are never more than the
features; and the weights of the chosen penalty alone are ever formed.

Targets are worked on in tiles of a fixed width, read as ``targets[:, tile]``:
they may lie on disk, and results are the same bytes however many there are.

Letters for shapes: n rows, p features, k directions, m of them seen in validation.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from boldwise.errors import ShapeMismatchError
from boldwise.linear.plan import FoldPlan, RidgePlan

TILE = 2048  # Targets at a time: other widths change the last bits of sums.


def cross_validate(plan: RidgePlan, targets: Any) -> np.ndarray:
    """Score every penalty for every target on the rows left out.

    Parameters
    ----------
    plan : RidgePlan
    targets : array or sliceable of float, shape (n, n_targets)
        A target with NaN gets NaN.

    Returns
    -------
    score : array of shape (n_alphas, n_targets)
        Mean over folds. R² is 1 - residual / spread about the mean of the
        validation rows; the score of a target that does not vary is 0.
    """
    score = np.zeros((len(plan.alphas), targets.shape[1]))
    for tile, y, _ in _tiles(plan, targets):
        spread = np.sqrt(np.square(y, dtype=np.float64).mean(axis=0))
        y /= np.where(spread > 0, spread, 1.0).astype(y.dtype)
        for fold in plan.folds:
            score[:, tile] += _score_fold(plan, fold, y)
    score /= len(plan.folds)
    return score


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
    plan: RidgePlan, targets: Any, alpha: np.ndarray, *, features: np.ndarray
) -> np.ndarray:
    """Fit all rows with the chosen penalties, and predict new ones.

    The weights are never formed: only their products with the new features.

    Parameters
    ----------
    plan : RidgePlan
    targets : array or sliceable of float, shape (n, n_targets)
    alpha : array of shape (n_targets,)
    features : array of shape (n_new, p)

    Returns
    -------
    prediction : array of shape (n_new, n_targets)
        In the precision of the targets.
    """
    reader = plan.whole.project(features)
    prediction = np.empty((len(features), targets.shape[1]), _precision(targets))
    for tile, y, mean in _tiles(plan, targets):
        coordinates = _coordinates(plan, y, alpha[tile])
        prediction[:, tile] = reader.astype(y.dtype) @ coordinates + mean
    return prediction


def fit_weights(
    plan: RidgePlan, targets: Any, alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit all rows with the chosen penalties.

    Parameters
    ----------
    plan : RidgePlan
    targets : array or sliceable of float, shape (n, n_targets)
    alpha : array of shape (n_targets,)

    Returns
    -------
    weight : array of shape (p, n_targets)
    intercept : array of shape (n_targets,)
        Zeros if none was fitted.
    """
    n_features, n_targets = len(plan.whole.mean), targets.shape[1]
    weight = np.empty((n_features, n_targets), _precision(targets))
    intercept = np.empty(n_targets, weight.dtype)
    for tile, y, mean in _tiles(plan, targets):
        weight[:, tile] = plan.whole.expand(_coordinates(plan, y, alpha[tile]))
        intercept[tile] = mean - plan.whole.mean @ weight[:, tile]
    return weight, intercept


def _score_fold(plan: RidgePlan, fold: FoldPlan, y: np.ndarray) -> np.ndarray:
    """Scores (n_alphas, n_targets) of one fold for centred targets (n, n_targets)."""
    fitted, truth = y[fold.fit], y[fold.validate]
    varies = truth.max(axis=0) != truth.min(axis=0)
    mean = truth.mean(axis=0)
    spread = np.where(varies, _squares(truth - mean), 1.0)
    correlate = plan.scoring == "correlation"
    truth -= mean if correlate else fitted.mean(axis=0) * plan.centre
    z = fold.left.T.astype(y.dtype) @ fitted  # (k, n_targets)
    target = fold.reached.T.astype(y.dtype) @ truth  # (m, n_targets)
    beyond = np.maximum(_squares(truth) - _squares(target), 0.0)
    score = np.empty((len(plan.alphas), y.shape[1]))
    for row, shrink in zip(score, fold.shrink, strict=True):
        predicted = (fold.rotated * shrink).astype(y.dtype) @ z
        if correlate:
            size = np.sqrt(_squares(predicted) * spread)
            along = np.einsum("ij,ij->j", predicted, target)
            row[:] = along / np.where(size > 0, size, 1.0)
        else:
            predicted -= target
            row[:] = 1.0 - (_squares(predicted) + beyond) / spread
    score[:, ~varies] = 0.0
    return score


def _tiles(
    plan: RidgePlan, targets: Any
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Tile of columns, centred targets (n, width) and their means (width,)."""
    n_rows = len(plan.whole.left)
    if targets.shape[0] != n_rows:
        raise ShapeMismatchError(
            f"targets have {targets.shape[0]} rows, but features have {n_rows}."
        )
    for start in range(0, targets.shape[1], TILE):
        tile = slice(start, min(start + TILE, targets.shape[1]))
        y = np.array(targets[:, tile], _precision(targets))
        mean = y.mean(axis=0, dtype=np.float64) * plan.centre
        flat = y.max(axis=0) == y.min(axis=0)
        y -= np.where(flat & plan.centre, y[0], mean).astype(y.dtype)
        yield tile, y, mean


def _coordinates(plan: RidgePlan, y: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Weights (k, n_targets) along the right singular vectors."""
    z: np.ndarray = plan.whole.left.T.astype(y.dtype) @ y
    z *= plan.whole.shrink(alpha).astype(y.dtype)
    return z


def _precision(targets: Any) -> Any:
    return np.float32 if targets.dtype == np.float32 else np.float64


def _squares(values: np.ndarray) -> np.ndarray:
    """Sum of squares of each column."""
    return np.asarray(np.einsum("ij,ij->j", values, values), np.float64)
