"""4-D BOLD runs with events, confounds and masks, to the responses of a subject."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from boldwise.errors import DataError
from boldwise.io.bold_plan import BoldSource, PlannedRun, plan_runs, read_masks
from boldwise.io.images import read_volume
from boldwise.responses.records import Responses, Voxels
from boldwise.responses.runs import Recipe, Run, estimate_responses


def read_bold(
    source: BoldSource, subject: str, *, recipe: Recipe, confounds: Sequence[str]
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

    Returns
    -------
    responses : Responses

    Raises
    ------
    DataError
        With every problem of the subject's files, one per line.
    """
    continuous = recipe.estimate == "timeseries"
    plan = plan_runs(source, subject, confounds=confounds, continuous=continuous)
    grid = plan[0].grid
    mask, roi = read_masks(source, subject, grid)
    voxels = Voxels(np.argwhere(mask), grid.shape, grid.affine, roi)
    try:
        responses = estimate_responses(_load(plan, mask), voxels, recipe)
    except DataError as error:
        raise DataError(f"{grid.path.parent}: subject {subject}, {error}") from error
    skipped = sum(one.events.n_skipped for one in plan)
    notes = {
        **responses.notes,
        "confounds": ", ".join(confounds) if source.confounds else "none",
        "start_time_s": f"{plan[0].timing.start_time_s:g}",
        "mask": source.mask or "none: voxels that vary",
        "events_without_stimulus": str(skipped),
    }
    return replace(responses, space=source.space, notes=notes)


def _load(plan: Sequence[PlannedRun], mask: np.ndarray) -> Iterator[Run]:
    for one in plan:
        data, _ = read_volume(one.grid.path)
        yield Run(
            run=one.run,
            session=one.session,
            bold=data[mask].T,
            stimulus_id=one.events.stimulus_id,
            onset_s=one.events.onset_s,
            duration_s=one.events.duration_s,
            tr_s=one.timing.tr_s,
            start_time_s=one.timing.start_time_s,
            confounds=one.confounds,
        )
