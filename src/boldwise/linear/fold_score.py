"""Score all penalties of one inner fold, for a tile of targets.

Letters for shapes: w targets of the tile, k directions, m of them seen in validation,
q what moments are along, r terms of the shrinkage of all bands.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from boldwise.linear.arrays import Array, namespace
from boldwise.linear.fold_plan import FoldPlan


@dataclass
class Workspace:
    """Memory that one thread uses again for every tile and fold."""

    held: dict[str, Array] = field(default_factory=dict)

    def take(self, name: str, shape: tuple[int, ...], like: Array) -> Array:
        """Give an uninitialised array of some shape, in the kind of another array."""
        size = math.prod(shape)
        held = self.held.get(name)
        if held is None or len(held) < size or held.dtype != like.dtype:
            xp = namespace(like)
            kind = {} if xp is np else {"device": like.device}
            self.held[name] = held = xp.empty(size, dtype=like.dtype, **kind)
        return held[:size].reshape(shape)


@dataclass(frozen=True)
class FoldTile:
    """Targets of a tile as one fold meets them.

    Attributes
    ----------
    moment : array of shape (w, q)
        Of the rows to fit.
    left_out : array of shape (w, q), or None
        Moments of the rows to validate, where they are needed.
    truth : array of shape (n_validate, w)
        Targets of the rows to validate.
    offset : array of shape (w,)
        What predictions are relative to: the mean of the rows to fit, or for
        correlation that of the rows to validate.
    """

    moment: Array
    left_out: Array | None
    truth: Array
    offset: Array


def compare_penalties(
    fold: FoldPlan, tile: FoldTile, workspace: Workspace
) -> tuple[Array, Array]:
    """Sum products of predictions, with themselves and with the truth.

    Parameters
    ----------
    fold : FoldPlan
    tile : FoldTile
    workspace : Workspace
        Written to.

    Returns
    -------
    square : array of shape (n_alphas, w)
        Sum of squares of the predictions, less the offset, over validation rows.
    along : array of shape (n_alphas, w)
        Sum of their products with the targets, less the offset.
    """
    xp = namespace(tile.moment)
    z = tile.moment @ fold.into  # (w, k)
    # Truth along the directions, as the rows to validate see them: (w, k).
    if fold.lean is None:
        met = (tile.truth - tile.offset).T @ fold.across
    else:
        met = tile.left_out @ fold.into - tile.offset[:, None] * fold.lean
    met *= z
    if fold.pairs is not None:
        return fold.pairs.lengths(z), fold.pairs.shrinkage @ met.T
    predicted = _predict(fold, z, workspace)  # (n_alphas, w, m)
    square = xp.einsum("atm,atm->at", predicted, predicted)
    along = 0.0 * square
    for band in fold.bands:
        terms = band.basis @ met[:, band.directions].T
        along += terms if band.mix is None else band.mix @ terms
    return square, along


def _predict(fold: FoldPlan, z: Array, workspace: Workspace) -> Array:
    """Predictions (n_alphas, w, m) in the rows of ``fold.seen``, less the offset."""
    xp = namespace(z)
    width, (_, n_seen) = len(z), fold.seen.shape
    n_terms = sum(len(band.basis) for band in fold.bands)
    terms = workspace.take("terms", (n_terms, width, n_seen), z)
    start = 0
    for band in fold.bands:
        basis, columns = band.basis, band.directions
        part = terms[start : start + len(basis)]
        start += len(basis)
        scaled = workspace.take("scaled", (len(basis), *z[:, columns].shape), z)
        xp.multiply(basis[:, None, :], z[:, columns], out=scaled)
        reach = min(columns.stop, n_seen)  # The triangle ends at its diagonal.
        part[:, :, reach:] = 0.0
        xp.matmul(scaled, fold.seen[columns, :reach], out=part[:, :, :reach])
    if fold.bands[0].mix is None:
        return terms
    mix = xp.concatenate([band.mix for band in fold.bands], 1)
    predicted = workspace.take("predicted", (len(mix), width * n_seen), z)
    xp.matmul(mix, terms.reshape(n_terms, width * n_seen), out=predicted)
    return predicted.reshape(len(mix), width, n_seen)
