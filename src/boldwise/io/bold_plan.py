"""Runs of BOLD before they are read: files, times, events, confounds and masks.

Everything small is read and checked for all runs before the first volume is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boldwise.errors import DataError
from boldwise.io.bold_source import BoldSource
from boldwise.io.confounds import read_columns, read_confounds
from boldwise.io.events import Events, read_events
from boldwise.io.grids import (
    AnyGrid,
    all_columns,
    any_grid_problems,
    read_any_grid,
    voxels_of,
)
from boldwise.io.images import Grid, read_mask
from boldwise.io.problems import Problems
from boldwise.io.regions import read_regions, values_at
from boldwise.io.run_files import RunFiles
from boldwise.io.scrubbing import Scrub, find_kept
from boldwise.io.stimulus_ids import IdRule
from boldwise.io.timing import Timing, read_timing
from boldwise.responses.design import event_problems
from boldwise.responses.runs import volume_ids

__all__ = ["BoldSource", "PlannedRun", "plan_runs", "read_masks", "stimuli_of_runs"]

NO_EVENTS = Events(np.array([], str), np.empty(0), np.empty(0), None, 0)


@dataclass(frozen=True)
class PlannedRun:
    """A run whose header, events and confounds were read and agree.

    Attributes
    ----------
    run, session : str
        Labels.
    grid : Grid, SurfaceGrid or CiftiGrid
        Of its BOLD.
    timing : Timing
    events : Events
    confounds : array of shape (n_volumes, n_confounds), or None
    kept : array of bool, shape (n_volumes,), or None
        Volumes that count; None: all.
    """

    run: str
    session: str
    grid: AnyGrid
    timing: Timing
    events: Events
    confounds: np.ndarray | None
    kept: np.ndarray | None = None


def plan_runs(
    source: BoldSource,
    subject: str,
    *,
    confounds: Sequence[str],
    continuous: bool = False,
    scrub: Scrub | None = None,
) -> list[PlannedRun]:
    """Read and check all that is small of a subject's runs.

    Parameters
    ----------
    source : BoldSource
    subject : str
    confounds : sequence of str
        Columns or groups of the confounds tables.
    continuous : bool
        Volumes are the stimuli, and events are not read.
    scrub : Scrub, optional
        Which volumes moved too much; absent: none.

    Returns
    -------
    plan : list of PlannedRun

    Raises
    ------
    DataError
        With every problem of the subject's files, one per line.
    """
    problems = Problems()
    plan: list[PlannedRun] = []
    wanted = _Wanted(confounds, continuous, scrub)
    for files in source.run_files(subject, events=not continuous):
        with problems.collect():
            planned = _plan_run(source, files, wanted)
            plan.append(planned)
            problems.add(any_grid_problems(planned.grid, plan[0].grid))
    times = sorted({round(one.timing.tr_s, 4) for one in plan})
    if continuous and times and times[-1] - times[0] > 1e-3:
        problems.add(
            [
                f"subject {subject}: runs have repetition times of {times} s. Delays "
                "count in volumes, which must last equally long: resample the runs, or "
                "take those of one repetition time."
            ]
        )
    if plan and not problems.found:
        with problems.collect():
            read_masks(source, subject, plan[0].grid)
    problems.refuse()
    return plan


def stimuli_of_runs(plan: Sequence[PlannedRun], *, continuous: bool) -> dict[str, str]:
    """List what a subject saw.

    Parameters
    ----------
    plan : sequence of PlannedRun
    continuous : bool
        Volumes are the stimuli, not events.

    Returns
    -------
    category : dict of str
        By stimulus id; empty text where the events name no ``trial_type``.
    """
    found: dict[str, str] = {}
    for one in plan:
        if continuous:
            found |= dict.fromkeys(volume_ids(one.run, one.grid.n_volumes).tolist(), "")
            continue
        ids = one.events.stimulus_id.tolist()
        category = one.events.category
        labels = [""] * len(ids) if category is None else category.tolist()
        found |= dict(zip(ids, labels, strict=True))
    return found


def read_masks(
    source: BoldSource, subject: str, grid: AnyGrid
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Read the mask that all runs of a subject share, and its regions.

    Parameters
    ----------
    source : BoldSource
    subject : str
    grid : Grid, SurfaceGrid or CiftiGrid
        Of the BOLD.

    Returns
    -------
    mask : array of bool
        Shape (i, j, k) of a volume, else (n_columns,).
    roi : dict of array of bool, shape (n_voxels,)
        By name, over the voxels of the mask.

    Raises
    ------
    DataError
        If a mask lies on another grid, or a region has no voxel inside the mask.
    """
    mask = all_columns(grid)
    masks = source.masks(subject)
    for paths in masks:
        mask &= _read_mask(paths, grid)
    if not mask.any():
        raise DataError(
            f"{masks[0][0]}: the masks of {len(masks)} runs share no voxel. Align "
            "the runs with one another first."
        )

    def locate(template: str) -> tuple[Path, ...]:
        return source.located(template, subject)

    try:
        roi = read_regions(
            source.rois,
            source.atlases,
            voxels_of(grid, mask),
            locate=locate,
            space=source.space,
        )
    except DataError as error:
        told = [f"subject {subject}: {one}" for one in str(error).splitlines()]
        raise DataError("\n".join(told)) from error
    return mask, roi


@dataclass(frozen=True)
class _Wanted:
    """What is asked for of every run."""

    confounds: Sequence[str]
    continuous: bool
    scrub: Scrub | None


def _read_mask(paths: tuple[Path, ...], grid: AnyGrid) -> np.ndarray:
    if isinstance(grid, Grid):
        return read_mask(paths[0], grid)
    values = values_at(paths, voxels_of(grid, all_columns(grid)))
    inside: np.ndarray = np.nan_to_num(values) > 0
    return inside


def _plan_run(source: BoldSource, files: RunFiles, wanted: _Wanted) -> PlannedRun:
    problems = Problems()
    grid = read_any_grid(files.bold)
    timing = read_timing(grid, tr_s=source.tr_s, start_time_s=source.start_time_s)
    if grid.n_volumes < 2:
        problems.add(["not a 4-D run. Name the BOLD, not a mask."], where=grid.path)
    events, nuisance, kept = NO_EVENTS, None, None
    length_s = grid.n_volumes * timing.tr_s
    if files.events and not wanted.continuous:
        with problems.collect():
            events = _read_events(source, files, length_s, tr_s=timing.tr_s)
    # Of fMRIPrep's runs the table also tells which volumes came too early.
    if files.confounds and (wanted.confounds or wanted.scrub or source.query):
        with problems.collect():
            nuisance, kept = _read_confounds(files.confounds, wanted, grid, length_s)
    elif wanted.scrub:
        problems.add(
            ["`responses.scrub` needs confounds. Name `dataset.confounds`."],
            where=grid.path,
        )
    problems.refuse()
    return PlannedRun(files.run, files.session, grid, timing, events, nuisance, kept)


def _read_confounds(
    path: Path, wanted: _Wanted, grid: AnyGrid, length_s: float
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Confounds (n_volumes, n_confounds), and which volumes count; None: all."""
    kept = find_kept(read_columns(path), wanted.scrub, where=str(path))
    if len(kept) != grid.n_volumes:
        raise DataError(
            f"{path}: {len(kept)} rows of confounds, but {grid.path} has "
            f"{grid.n_volumes} volumes. Cut both alike, or name the right file."
        )
    nuisance = None
    if wanted.confounds:
        nuisance = read_confounds(path, wanted.confounds, run_length_s=length_s)
    return nuisance, None if kept.all() else kept


def _read_events(
    source: BoldSource, files: RunFiles, run_length_s: float, *, tr_s: float
) -> Events:
    path, rule = Path(str(files.events)), IdRule(**source.id_rule)
    events = read_events(
        path, template=source.stimulus_id, labels=files.labels, id_rule=rule
    )
    problems = Problems()
    problems.add(
        event_problems(
            events.onset_s, events.duration_s, run_length_s=run_length_s, tr_s=tr_s
        ),
        where=path,
    )
    problems.refuse()
    return events
