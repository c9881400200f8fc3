"""4-D BOLD runs with events, confounds and masks, to the responses of a subject."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from boldwise.errors import DataError
from boldwise.io.bold_plan import BoldSource, PlannedRun, plan_runs, read_masks
from boldwise.io.grids import read_columns_of, voxels_of
from boldwise.io.scratch import estimate_on_disk
from boldwise.io.scrubbing import Scrub
from boldwise.responses.records import Responses
from boldwise.responses.runs import Recipe, Run, estimate_responses


def read_bold(
    source: BoldSource,
    subject: str,
    *,
    recipe: Recipe,
    confounds: Sequence[str],
    scrub: Scrub | None = None,
) -> Responses:
    """Estimate the responses of one subject from its runs.

    Parameters
    ----------
    source : BoldSource
    subject : str
    recipe : Recipe
        How responses are estimated.
    confounds : sequence of str
        Columns or groups of the confounds tables.
    scrub : Scrub, optional
        Which volumes moved too much; absent: none.

    Returns
    -------
    responses : Responses

    Raises
    ------
    DataError
        With every problem of the subject's files, one per line.
    """
    continuous = recipe.estimate == "timeseries"
    plan = plan_runs(
        source, subject, confounds=confounds, continuous=continuous, scrub=scrub
    )
    grid = plan[0].grid
    mask, roi = read_masks(source, subject, grid)
    voxels = replace(voxels_of(grid, mask), roi=roi)
    ridge = recipe.estimate == "single_trial_ridge"
    estimate = estimate_on_disk if ridge else estimate_responses
    try:
        responses = estimate(_load(plan, mask), voxels, recipe)
    except DataError as error:
        raise DataError(f"{grid.path.parent}: subject {subject}, {error}") from error
    skipped = sum(one.events.n_skipped for one in plan)
    notes = {
        **responses.notes,
        "confounds": ", ".join(confounds) if plan[0].confounds is not None else "none",
        "start_time_s": f"{plan[0].timing.start_time_s:g}",
        "mask": _name_mask(source, subject),
        "volumes_left_out": _count_left_out(plan, scrub),
        "events_without_stimulus": str(skipped),
    }
    return replace(responses, space=source.space, notes=notes)


def _load(plan: Sequence[PlannedRun], mask: np.ndarray) -> Iterator[Run]:
    for one in plan:
        bold = read_columns_of(one.grid, mask)
        _refuse_empty(bold, one)
        yield Run(
            run=one.run,
            session=one.session,
            bold=bold,
            stimulus_id=one.events.stimulus_id,
            onset_s=one.events.onset_s,
            duration_s=one.events.duration_s,
            tr_s=one.timing.tr_s,
            start_time_s=one.timing.start_time_s,
            confounds=one.confounds,
            kept=one.kept,
        )


def _refuse_empty(bold: np.ndarray, run: PlannedRun) -> None:
    """Refuse a run that would empty the mask, and name it."""
    n_voxels = bold.shape[1]
    if not np.nan_to_num(bold).any():
        raise DataError(
            f"run {run.run}: all {n_voxels} voxels of {run.grid.path.name} are 0 or "
            "not finite in all volumes. Fetch the run again, or leave it out."
        )
    if (bold[1:] == bold[0]).all():
        raise DataError(
            f"run {run.run}: none of {n_voxels} voxels of {run.grid.path.name} changes "
            f"over {len(bold)} volumes. Fetch the run again, or leave it out."
        )


def _name_mask(source: BoldSource, subject: str) -> str:
    found = source.masks(subject)
    if not found:
        return "none: voxels that vary"
    return source.mask or f"brain mask of {len(found)} runs, where they agree"


def _count_left_out(plan: Sequence[PlannedRun], scrub: Scrub | None) -> str:
    lost = sum(int((~one.kept).sum()) for one in plan if one.kept is not None)
    every = sum(one.grid.n_volumes for one in plan)
    why = "before the steady state"
    if scrub is not None:
        why += (
            f", displaced by more than {scrub.fd_mm:g} mm or with a standardized DVARS "
            f"over {scrub.std_dvars:g}, or fewer than {scrub.min_volumes} between such"
        )
    return f"{lost} of {every}: {why}"
