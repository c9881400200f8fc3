"""Responses of one subject by the full recipe: whole, or each half of runs alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError
from boldwise.responses.full_recipe import SessionModel, choose_model, estimate_block
from boldwise.responses.glm_plan import RunPlan, plan_glm, voxel_blocks
from boldwise.responses.hrf import Hrf
from boldwise.responses.hrf_library import hrf_library
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.repeats import stack_trials
from boldwise.responses.ridge_recipe import RidgeRecipe
from boldwise.responses.runs import Recipe, Run, count_dropped, trial_table
from boldwise.responses.trial_repeats import RepeatTable, tabulate_repeats

Allocate = Callable[[tuple[int, int]], np.ndarray]
MAPS = (
    *("fraction", "fraction_unguarded", "neighbour", "neighbour_unguarded"),
    "repeat_score",
)


def ridge_responses(
    runs: Sequence[Run], voxels: Voxels, recipe: Recipe, *, allocate: Allocate
) -> Responses:
    """Estimate single-trial responses by the full recipe, block by block.

    Parameters
    ----------
    runs : sequence of Run
        In the order of the experiment. Their ``bold`` may lie on disk: blocks of
        columns are sliced, four times each.
    voxels : Voxels
        The columns of every run.
    recipe : Recipe
        ``hrf: library``, or one curve for all voxels.
    allocate : callable
        Makes the array of shape (n_trials, n_voxels) that the responses go to, in
        memory or on disk.

    Returns
    -------
    responses : Responses
        Of shape (n_trials, n_voxels), in percent signal change: the height of the
        trial's peak. ``fit`` holds a map of every choice; for halves, one of each.

    Raises
    ------
    DataError
        If no voxel is left, or a run's trials cannot be estimated (naming the run).
    """
    curves: list[Hrf | str] = [recipe.hrf]
    if recipe.hrf == "library":
        curves = [*hrf_library()]
    plans = plan_glm(
        runs,
        curves,
        high_pass_hz=recipe.high_pass_hz,
        detrend_order=recipe.detrend_order,
    )
    trials = stack_trials([trial_table(r, r.stimulus_id, r.onset_s) for r in runs])
    parts = _plan_parts(plans, trials, recipe.ridge)
    usable = np.all([part.model.on_off.usable for part in parts], axis=0)
    response = allocate((len(trials), int(usable.sum())))
    fit = _estimate(plans, parts, usable, response, recipe.ridge)
    times_s = {run.tr_s for run in runs}
    return Responses(
        response=response,
        trials=trials,
        voxels=voxels.take(usable),
        unit="percent signal change",
        tr_s=times_s.pop() if len(times_s) == 1 else None,
        notes={**_notes(recipe, parts), "voxels_dropped": count_dropped(~usable)},
        fit=fit,
    )


@dataclass(frozen=True)
class _Part:
    """Runs that are estimated together, and their rows among all trials."""

    name: str
    plans: list[RunPlan]
    rows: np.ndarray
    repeats: RepeatTable
    model: SessionModel


def _plan_parts(
    plans: list[RunPlan], trials: Trials, recipe: RidgeRecipe
) -> list[_Part]:
    chosen = {"": slice(None)}
    if recipe.split_halves:
        if len(plans) < 2:
            raise DataError("`split_halves` needs at least 2 runs, but there is 1.")
        chosen = {"_odd": slice(0, None, 2), "_even": slice(1, None, 2)}
    n_trials = [plan.regressors.shape[2] for plan in plans]
    number = np.repeat(np.arange(len(plans)), n_trials)
    parts = []
    for name, which in chosen.items():
        rows = np.flatnonzero(np.isin(number, np.arange(len(plans))[which]))
        repeats = tabulate_repeats(trials.take(rows))
        model = choose_model(plans[which], repeats, recipe)
        parts.append(_Part(name, plans[which], rows, repeats, model))
    return parts


def _estimate(
    plans: list[RunPlan],
    parts: list[_Part],
    usable: np.ndarray,
    response: np.ndarray,
    recipe: RidgeRecipe,
) -> dict[str, np.ndarray]:
    """Fill the responses block by block; maps (n_voxels,) of what was chosen."""
    fit = {
        f"{name}{part.name}": np.empty(response.shape[1], np.float32)
        for part in parts
        for name in MAPS
    }
    start = 0
    for columns in voxel_blocks(plans, budget_gib=recipe.budget_gib):
        kept = usable[columns]
        target = slice(start, start + int(kept.sum()))
        for part in parts:
            found = estimate_block(
                part.plans,
                part.model,
                part.repeats,
                columns,
                neighbour_bound=recipe.neighbour_bound,
            )
            response[part.rows, target] = found.response[:, kept]
            for name in MAPS:
                fit[f"{name}{part.name}"][target] = getattr(found, name)[kept]
        start = target.stop
    for part in parts:
        fit |= _choices(part, usable)
    return fit


def _choices(part: _Part, usable: np.ndarray) -> dict[str, np.ndarray]:
    on_off = part.model.on_off
    found = {
        "hrf_index": on_off.hrf_index,
        "on_off_r2": on_off.r2,
        "noise_pool": part.model.pool,
        "mean_bold": on_off.mean.astype(np.float32),
    }
    return {f"{name}{part.name}": values[usable] for name, values in found.items()}


def _notes(recipe: Recipe, parts: list[_Part]) -> dict[str, str]:
    notes = {
        "estimate": recipe.estimate,
        "hrf": recipe.hrf,
        "high_pass_hz": f"{recipe.high_pass_hz:g}",
        "detrend_order": str(recipe.detrend_order),
        "neighbour_bound": f"{recipe.ridge.neighbour_bound:g}",
        "split_halves": "odd and even runs apart" if len(parts) > 1 else "no",
    }
    for part in parts:
        model = part.model
        scores = ", ".join(f"{score:.3f}" for score in model.component_scores)
        notes[f"n_noise_components{part.name}"] = str(model.n_components)
        notes[f"noise_component_scores{part.name}"] = scores
        notes[f"noise_pool_voxels{part.name}"] = str(int(model.pool.sum()))
        if recipe.ridge.needs_repeats and not part.repeats.enough:
            notes[f"warning{part.name}"] = (
                f"only {len(part.repeats.scored)} of {len(part.rows)} trials have a "
                "repeat in another run, so that neither noise components nor a ridge "
                "fraction can be chosen: the responses are those of least squares all"
            )
    return notes
