"""From runs of BOLD to single-trial responses by the full recipe, block by block.

A, one response to all trials; B, the curve that fits it best; C, noise components from
voxels without a response; D, ridge with a fraction for each voxel. Prince et al.
(2022), eLife 11:e77599, call it GLMsingle; what differs is told where it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.responses.glm_plan import RunPlan, voxel_blocks
from boldwise.responses.hrf_choice import OnOff, fit_on_off
from boldwise.responses.noise_pool import choose_number, choose_pool, pool_components
from boldwise.responses.ridge_recipe import RidgeRecipe
from boldwise.responses.runs import refuse_empty
from boldwise.responses.single_trial_ridge import (
    Shrunken,
    empty_shrunken,
    score_at,
    shrink_trials,
)
from boldwise.responses.trial_model import TrialModel, decompose_trials
from boldwise.responses.trial_repeats import RepeatTable

SCORED_VOXELS = 10_000
CHANCE_PERCENTILE = 1
TRIMMED = 0.1  # Share of the scored voxels left out of their mean, at either end.
SCORED_FRACTION = 0.4  # Least squares of fast designs is too noisy to compare by.


@dataclass(frozen=True)
class SessionModel:
    """All that is decided before responses are computed.

    Attributes
    ----------
    on_off : OnOff
        With the curve of each voxel.
    pool : array of bool, shape (n_voxels,)
        Voxels that noise was learned from.
    component_scores : array of shape (n_components + 1,)
        Score on runs left out with 0, 1, … components; 0 for a design without
        repeats.
    n_components : int
        Chosen.
    models : dict of TrialModel
        By index of the curve.
    fractions : tuple of float
        To choose from.
    """

    on_off: OnOff
    pool: np.ndarray
    component_scores: np.ndarray
    n_components: int
    models: dict[int, TrialModel]
    fractions: tuple[float, ...]


def choose_model(
    plans: Sequence[RunPlan], repeats: RepeatTable, recipe: RidgeRecipe
) -> SessionModel:
    """Choose curves, noise pool and noise components, from three passes over the data.

    Parameters
    ----------
    plans : sequence of RunPlan
        Regressors of shape (n_curves, n_volumes, n_trials).
    repeats : RepeatTable
    recipe : RidgeRecipe

    Returns
    -------
    model : SessionModel
        Without repeats: no components, and least squares (a fraction of 1). Which
        trials repeat one another is all that it knows of the stimuli; a held-out run
        is only ever predicted from others.

    Raises
    ------
    DataError
        If no voxel is usable.
    """
    blocks = list(voxel_blocks(plans, budget_gib=recipe.budget_gib))
    on_off = fit_on_off(plans, blocks)
    refuse_empty(on_off.usable, len(plans))
    pool, scores = choose_pool(on_off), np.zeros(1)
    noise = [np.zeros((len(plan.nuisance), 0), np.float32) for plan in plans]
    if repeats.enough:
        n_most = recipe.max_components
        noise = pool_components(plans, blocks, pool, n_components=n_most)
        some = _some_responsive(plans, on_off, pool, recipe.budget_gib)
        scores = _score_components(
            plans, blocks, noise, repeats, (some, on_off.hrf_index)
        )
    n_chosen = choose_number(scores)
    noise = [courses[:, :n_chosen] for courses in noise]
    curves = np.unique(on_off.hrf_index[on_off.usable]).tolist()
    return SessionModel(
        on_off=on_off,
        pool=pool,
        component_scores=scores,
        n_components=n_chosen,
        models={curve: decompose_trials(plans, noise, curve) for curve in curves},
        fractions=recipe.fractions if repeats.enough else (1.0,),
    )


def estimate_block(
    plans: Sequence[RunPlan],
    model: SessionModel,
    repeats: RepeatTable,
    columns: slice,
    *,
    neighbour_bound: float,
) -> Shrunken:
    """Estimate the responses of a block of voxels.

    Parameters
    ----------
    plans : sequence of RunPlan
    model : SessionModel
    repeats : RepeatTable
    columns : slice
        From ``voxel_blocks``.
    neighbour_bound : float
        As for ``shrink_trials``.

    Returns
    -------
    shrunken : Shrunken
        Responses of shape (n_trials, n_voxels of the block), in percent signal change:
        the height of the trial's peak. NaN for voxels that are not usable.
    """
    usable = model.on_off.usable[columns]
    curve = np.where(usable, model.on_off.hrf_index[columns], -1)
    groups = [(int(c), np.flatnonzero(curve == c)) for c in np.unique(curve[usable])]
    projected = _project(plans, model.models, columns, groups)
    found = empty_shrunken(len(repeats.run), len(usable))
    for index, voxels in groups:
        part = shrink_trials(
            model.models[index],
            projected[:, voxels],
            repeats,
            fractions=model.fractions,
            neighbour_bound=neighbour_bound,
        )
        for name, values in vars(part).items():
            getattr(found, name)[..., voxels] = values
    return found


def _project(
    plans: Sequence[RunPlan],
    models: dict[int, TrialModel],
    columns: slice,
    groups: list[tuple[int, np.ndarray]],
) -> np.ndarray:
    """Project a block onto its voxels' left vectors: (n_trials, n_voxels)."""
    n_trials = sum(plan.regressors.shape[2] for plan in plans)
    projected = np.zeros((n_trials, columns.stop - columns.start), np.float32)
    start = 0
    for number, plan in enumerate(plans):
        signal = plan.read(columns)[0]
        rows = slice(start, start + plan.regressors.shape[2])
        for curve, voxels in groups:
            left = models[curve].left[number]
            projected[rows, voxels] = left.T @ signal[:, voxels]
        start = rows.stop
    return projected


def _some_responsive(
    plans: Sequence[RunPlan], on_off: OnOff, pool: np.ndarray, budget_gib: float
) -> np.ndarray:
    """Voxels (indices) that surely respond: all, or evenly drawn to fit.

    A whole brain holds many voxels whose response comes again by chance; they would
    outvote those that respond. By chance it fails as far below 0 as it succeeds above.
    """
    chance = 0.0
    if pool.any():
        chance = -float(np.percentile(on_off.left_out_r2[pool], CHANCE_PERCENTILE))
    found = np.flatnonzero(on_off.usable & (on_off.left_out_r2 > chance))
    n_volumes = sum(len(plan.nuisance) for plan in plans)
    at_most = min(SCORED_VOXELS, int(budget_gib * 2**30 / (4 * n_volumes)))
    return found[:: -(-len(found) // max(at_most, 1))] if len(found) else found


def _score_components(
    plans: Sequence[RunPlan],
    blocks: Sequence[slice],
    noise: Sequence[np.ndarray],
    repeats: RepeatTable,
    voxels: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Score (n_components + 1,) of some voxels, for each number of components.

    The mean without the extreme tenths: a median wavers where the signal is weak.

    The data of these voxels are held in memory, as every number needs them again.
    """
    some, hrf_index = voxels
    if not len(some):
        return np.zeros(1)
    data = _read_some(plans, blocks, some)
    scores = np.zeros((noise[0].shape[1] + 1, len(some)), np.float32)
    for curve in np.unique(hrf_index[some]):
        here = np.flatnonzero(hrf_index[some] == curve)
        for number in range(len(scores)):
            kept = [courses[:, :number] for courses in noise]
            model = decompose_trials(plans, kept, int(curve))
            along = [
                u.T @ run[:, here] for u, run in zip(model.left, data, strict=True)
            ]
            scores[number, here] = score_at(
                model, np.concatenate(along), repeats, fraction=SCORED_FRACTION
            )
    middle = np.sort(scores, axis=1)[:, _middle(len(some))]
    return np.asarray(middle.mean(axis=1, dtype=np.float64))


def _middle(n_voxels: int) -> slice:
    """Sorted voxels that count for a trimmed mean."""
    trimmed = int(TRIMMED * n_voxels)
    return slice(trimmed, n_voxels - trimmed)


def _read_some(
    plans: Sequence[RunPlan], blocks: Sequence[slice], some: np.ndarray
) -> list[np.ndarray]:
    """Read and clean some voxels: (n_volumes, n_some) for each run."""
    data = []
    for plan in plans:
        parts = []
        for columns in blocks:
            inside = some[(some >= columns.start) & (some < columns.stop)]
            if len(inside):
                parts.append(plan.read(columns)[0][:, inside - columns.start])
        data.append(np.concatenate(parts, axis=1))
    return data
