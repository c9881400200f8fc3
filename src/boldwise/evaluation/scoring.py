"""Score one encoder on one subject: every number of a score store, from one call."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from boldwise.evaluation.held_out import (
    HeldOut,
    draw_weights,
    refuse_small_folds,
)
from boldwise.evaluation.intervals import Draws, draw_medians, widen_draws
from boldwise.evaluation.scores import (
    correlate_in_folds,
    normalise_by_ceiling,
    r2_in_folds,
)
from boldwise.evaluation.significance import adjust_fdr, permute_correlations
from boldwise.evaluation.time_series_nulls import AUTO, Phases, draw_null


@dataclass(frozen=True)
class VoxelScores:
    """Scores of one encoder on one subject; formulas in ``scores.FORMULAS``.

    Attributes
    ----------
    r, r2, noise_ceiling, normalised_r, p, q, p_fwer : array of shape (n_voxels,)
    masks : dict of array of bool, shape (n_voxels,)
        Regions of interest by name; ``all`` is every voxel.
    r_draws, normalised_draws : dict of array of shape (n_draws,)
        Median of each region for each draw of the stimuli.
    """

    r: np.ndarray
    r2: np.ndarray
    noise_ceiling: np.ndarray
    normalised_r: np.ndarray
    p: np.ndarray
    q: np.ndarray
    p_fwer: np.ndarray
    masks: dict[str, np.ndarray]
    r_draws: Draws
    normalised_draws: Draws


PER_VOXEL = tuple(field.name for field in fields(VoxelScores))[:7]


def score_predictions(
    prediction: np.ndarray,
    response: np.ndarray,
    held_out: HeldOut,
    *,
    noise_ceiling: np.ndarray,
    masks: Mapping[str, np.ndarray],
    options: Mapping[str, Any],
) -> VoxelScores:
    """Score predictions against repeat-averaged responses to held-out stimuli.

    Parameters
    ----------
    prediction, response : array of shape (n_items, n_voxels)
        Rows in the order of ``held_out``; same unit.
    held_out : HeldOut
    noise_ceiling : array of shape (n_voxels,)
        Share of signal in ``response``; NaN where not estimated.
    masks : mapping of name to array of bool, shape (n_voxels,)
        Regions of interest.
    options : mapping
        ``n_permutations``, ``n_bootstraps``, ``min_ceiling``, ``seed``, and
        ``null_method``, which is ``auto`` if absent.

    Returns
    -------
    scores : VoxelScores
        ``q`` is over all voxels given here, as one family.

    Raises
    ------
    DataError
        If a fold tests fewer than 3 stimuli.
    """
    refuse_small_folds(held_out, at_least=3, why="a correlation needs at least 3")
    fold, min_ceiling = held_out.fold, options["min_ceiling"]
    r = correlate_in_folds(prediction, response, fold)
    permutation, widening = _permute(held_out, options), held_out.widening
    found = permute_correlations(
        prediction, response, fold, permutation=permutation, widening=widening
    )
    normalised_r = normalise_by_ceiling(r, noise_ceiling, min_ceiling=min_ceiling)
    r_draws, normalised_draws = draw_medians(
        prediction,
        response,
        fold,
        weights=_draw(held_out, options),
        masks=masks,
        ceiling=(noise_ceiling, min_ceiling),
    )
    return VoxelScores(
        r=r,
        r2=r2_in_folds(prediction, response, fold),
        noise_ceiling=noise_ceiling,
        normalised_r=normalised_r,
        p=found.p,
        q=adjust_fdr(found.p),
        p_fwer=found.p_fwer,
        masks=dict(masks),
        r_draws=_widen(r_draws, r, masks, widening),
        normalised_draws=_widen(normalised_draws, normalised_r, masks, widening),
    )


def _permute(held_out: HeldOut, options: Mapping[str, Any]) -> np.ndarray | Phases:
    return draw_null(
        held_out,
        null=options.get("null_method", AUTO),
        n_permutations=options["n_permutations"],
        seed=options["seed"],
    )


def _draw(held_out: HeldOut, options: Mapping[str, Any]) -> np.ndarray:
    return draw_weights(held_out, n_draws=options["n_bootstraps"], seed=options["seed"])


def _widen(
    draws: Draws, values: np.ndarray, masks: Mapping[str, np.ndarray], widening: float
) -> Draws:
    widened = {}
    for name, drawn in draws.items():
        known = values[masks[name] & np.isfinite(values)]
        median = float(np.median(known)) if len(known) else float("nan")
        widened[name] = widen_draws(drawn, median, widening=widening)
    return widened
