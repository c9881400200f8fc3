"""Shrink the single-trial responses of each voxel by as much as its repeats favour.

Fast designs make least-squares responses noisy, as neighbouring trials overlap. Ridge
buys accuracy with bias: it lets neighbours share what cannot be told apart. How much
is chosen for each voxel by how well runs predict one another, but never so much that
neighbouring responses correlate beyond a bound.

References
----------
Prince et al. (2022), eLife 11:e77599 (GLMsingle), whose last stage this follows. It
differs in that responses shrink towards the voxel's mean response instead of 0, and
that the choice is guarded by the correlation of neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.linear.fractional import fractional_penalties
from boldwise.responses.ridge_recipe import FRACTIONS
from boldwise.responses.trial_model import TrialModel
from boldwise.responses.trial_repeats import RepeatTable


@dataclass(frozen=True)
class Shrunken:
    """Single-trial responses of some voxels, and how they were chosen.

    Attributes
    ----------
    response : array of float32, shape (n_trials, n_voxels)
    fraction : array of float32, shape (n_voxels,)
        Chosen within the bound on the correlation of neighbours.
    fraction_unguarded : array of float32, shape (n_voxels,)
        The best by repeats alone.
    neighbour : array of float32, shape (n_voxels,)
        Correlation of neighbouring responses at the chosen fraction.
    neighbour_unguarded : array of float32, shape (n_voxels,)
        At the best by repeats alone.
    repeat_score : array of float32, shape (n_voxels,)
        Share of the variance of least-squares responses that the mean of the chosen
        ones over repeats in other runs predicts; negative where it adds noise.
    """

    response: np.ndarray
    fraction: np.ndarray
    fraction_unguarded: np.ndarray
    neighbour: np.ndarray
    neighbour_unguarded: np.ndarray
    repeat_score: np.ndarray


def empty_shrunken(n_trials: int, n_voxels: int) -> Shrunken:
    """Nothing known yet: NaN everywhere, responses of shape (n_trials, n_voxels)."""
    names = [name for name in Shrunken.__dataclass_fields__ if name != "response"]
    maps = {name: np.full(n_voxels, np.nan, np.float32) for name in names}
    return Shrunken(np.full((n_trials, n_voxels), np.nan, np.float32), **maps)


def shrink_trials(
    model: TrialModel,
    projected: np.ndarray,
    repeats: RepeatTable,
    *,
    fractions: Sequence[float] = FRACTIONS,
    neighbour_bound: float = 0.1,
) -> Shrunken:
    """Choose a fraction for each voxel, and give its responses.

    Parameters
    ----------
    model : TrialModel
        Of the curve that these voxels share.
    projected : array of float32, shape (n_trials, n_voxels)
        Data along the model's left vectors.
    repeats : RepeatTable
    fractions : sequence of float
        Above 0 and up to 1.
    neighbour_bound : float
        Fractions are admitted while the absolute correlation of neighbouring trials
        does not exceed this; where none is, the one with the weakest is taken.

    Returns
    -------
    shrunken : Shrunken
        Of responses of shape (n_trials, n_voxels), in the unit of the data; scale and
        offset are those of least squares.
    """
    path = _Path(model, projected)
    alphas = fractional_penalties(path.away, model.singular, fractions)
    shape = (len(alphas), projected.shape[1])
    score, neighbour = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for row, alpha in enumerate(alphas):
        response = path.respond(alpha)
        score[row] = repeat_score(path.plain, response, repeats)
        neighbour[row] = repeats.neighbour_correlation(response)
    chosen = _best_within(score, neighbour, neighbour_bound)
    free = score.argmax(axis=0)
    voxel = np.arange(shape[1])
    grid = np.asarray(fractions, np.float32)
    return Shrunken(
        response=_rescale(path.respond(alphas[chosen, voxel]), path.plain),
        fraction=grid[chosen],
        fraction_unguarded=grid[free],
        neighbour=neighbour[chosen, voxel],
        neighbour_unguarded=neighbour[free, voxel],
        repeat_score=score[chosen, voxel],
    )


def score_at(
    model: TrialModel, projected: np.ndarray, repeats: RepeatTable, *, fraction: float
) -> np.ndarray:
    """Score responses of one fraction by how well runs predict one another.

    Parameters
    ----------
    model : TrialModel
    projected : array of float32, shape (n_trials, n_voxels)
        Data along the model's left vectors.
    repeats : RepeatTable
    fraction : float

    Returns
    -------
    score : array of shape (n_voxels,)
        As ``repeat_score``.
    """
    path = _Path(model, projected)
    alpha = fractional_penalties(path.away, model.singular, [fraction])[0]
    return repeat_score(path.plain, path.respond(alpha), repeats)


def repeat_score(
    plain: np.ndarray, response: np.ndarray, repeats: RepeatTable
) -> np.ndarray:
    """Score responses by what other runs predict of them.

    Parameters
    ----------
    plain : array of shape (n_trials, n_voxels)
        Least-squares responses, to be predicted.
    response : array of shape (n_trials, n_voxels)
        Averaged over the repeats of a stimulus in other runs to predict.
    repeats : RepeatTable

    Returns
    -------
    score : array of shape (n_voxels,)
        ``1 - |plain - predicted|² / |plain - mean|²``; 0 with too few repeats.
    """
    if not repeats.enough:
        return np.zeros(plain.shape[1], plain.dtype)
    mean = plain.mean(axis=0)
    target = plain[repeats.scored] - mean
    missed = repeats.predict(response)
    missed -= mean
    missed -= target
    energy = np.einsum("tv,tv->v", target, target)
    energy = np.maximum(energy, np.finfo(energy.dtype).tiny)
    score: np.ndarray = 1 - np.einsum("tv,tv->v", missed, missed) / energy
    return score


class _Path:
    """Responses from least squares (a penalty of 0) to the mean of all trials."""

    def __init__(self, model: TrialModel, projected: np.ndarray) -> None:
        self.model = model
        self.singular = model.singular.astype(np.float32)[:, None]
        along = model.mean_direction()[:, None].astype(np.float32)
        seen = along * self.singular
        self.mean = along * ((seen.T @ projected) / (seen**2).sum())
        self.away = projected / self.singular - self.mean
        self.plain = self.respond(0.0)

    def respond(self, alpha: np.ndarray | float) -> np.ndarray:
        """Responses (n_trials, n_voxels) for a penalty per voxel."""
        coordinates = self.singular**2 / (self.singular**2 + np.float32(alpha))
        coordinates = coordinates * self.away
        coordinates += self.mean
        return self.model.expand(coordinates)


def _best_within(score: np.ndarray, neighbour: np.ndarray, bound: float) -> np.ndarray:
    """Row of the best score within the bound; of the weakest neighbour elsewhere."""
    admitted = np.abs(neighbour) <= bound
    best = np.where(admitted, score, -np.inf).argmax(axis=0)
    weakest = np.abs(neighbour).argmin(axis=0)
    row: np.ndarray = np.where(admitted.any(axis=0), best, weakest)
    return row


def _rescale(response: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Give shrunken responses scale and offset of least squares."""
    centred = response - response.mean(axis=0)
    target = plain.mean(axis=0)
    spread = np.einsum("tv,tv->v", centred, centred)
    slope = np.einsum("tv,tv->v", centred, plain)
    slope /= np.maximum(spread, np.finfo(spread.dtype).tiny)
    slope = np.where(slope > 0, slope, 1)
    rescaled: np.ndarray = target + slope * centred
    return rescaled.astype(np.float32)
