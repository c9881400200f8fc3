"""Ridge from voxels to voxels, or to the columns of a template."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.decoders.alignment.linear_map import Alignment, Piece, centre_pair
from boldwise.linear.arrays import to_numpy
from boldwise.linear.folds import Folds, check_folds, make_folds
from boldwise.linear.plan import PENALTIES, plan_ridge
from boldwise.linear.solve import choose_alphas, cross_validate, fit_tiles


@dataclass(frozen=True)
class RidgeMap:
    """An alignment by ridge, with the penalty that was chosen for it.

    Attributes
    ----------
    alignment : Alignment
    alpha : float
        Of responses whose mean square is 1, in the convention ``+alpha |b|²``.
    cv_score : float
        R² in the inner folds, of all columns by their variance.
    """

    alignment: Alignment
    alpha: float
    cv_score: float


def fit_ridge(
    source: np.ndarray,
    target: np.ndarray,
    *,
    alphas: Sequence[float] | np.ndarray = PENALTIES,
    cv: int | np.ndarray | Folds = 5,
) -> RidgeMap:
    """Predict each column of the target from all voxels of the source.

    Both are centred and divided by one number each, the root of their mean square, so
    that penalties do not depend on units. Voxels keep their own spread: the result
    turns with the voxel space. One penalty serves all columns: that with the best R² in
    the inner folds, each column weighing by its variance, as strong columns do where
    patterns are compared.

    Parameters
    ----------
    source : array of shape (n_align, n_source)
    target : array of shape (n_align, n_target)
        Rows show the same stimuli.
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from.
    cv : int, array of int, shape (n_align,), or list of (array of int, array of int)
        Number of inner folds of neighbouring rows, the fold of each row, or the rows
        to fit and to validate of each fold.

    Returns
    -------
    found : RidgeMap

    Raises
    ------
    ShapeMismatchError, DataError
        As ``centre_pair``, and if a penalty is not positive or a fold is too small.
    """
    source_mean, target_mean, x, y = centre_pair(source, target)
    spread = [float(np.sqrt((one**2).mean())) or 1.0 for one in (x, y)]
    x, y = x / spread[0], y / spread[1]
    folds = check_folds(cv) if isinstance(cv, list) else make_folds(cv, len(x))
    plan = plan_ridge(x, folds, alphas=alphas)
    weight = (y**2).sum(axis=0) / (y**2).sum() if y.any() else np.ones(y.shape[1])
    score = cross_validate(plan, y) @ weight
    alpha, best = choose_alphas(score[:, None], plan.alphas)
    tiles = fit_tiles(plan, y, alpha=np.full(y.shape[1], alpha[0]))
    right = np.hstack([to_numpy(tile.coordinates) for tile in tiles])
    left = to_numpy(plan.whole.expand(np.eye(len(right)))) * (spread[1] / spread[0])
    piece = Piece(slice(None), slice(None), left, right)
    alignment = Alignment(source_mean, target_mean, [piece])
    return RidgeMap(alignment, float(alpha[0]), float(best[0]))
