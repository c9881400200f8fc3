"""Runs of BOLD before they are read: files, times, events, confounds and masks.

Everything small is read and checked for all runs before the first volume is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.io.confounds import read_confounds
from boldwise.io.events import Events, read_events
from boldwise.io.images import Grid, grid_problems, read_grid, read_mask
from boldwise.io.paths import expand
from boldwise.io.problems import Problems
from boldwise.io.stimulus_ids import IdRule
from boldwise.io.timing import Timing, read_timing
from boldwise.responses.design import event_problems
from boldwise.responses.runs import volume_ids

NO_EVENTS = Events(np.array([], str), np.empty(0), np.empty(0), None, 0)


@dataclass(frozen=True)
class BoldSource:
    """Where the runs of a dataset lie; as ``settings.sources`` hands it out.

    Attributes
    ----------
    root : str
        Folder; all files are below it, with ``{subject}``, ``{session}``, ``{run}``.
    runs : sequence of str
        Labels.
    bold, events : str
        Files of a run.
    confounds, mask : str or None
        Masks of several runs are intersected; without one, voxels that vary are used.
    rois : mapping of str
        NIfTI masks by name.
    stimulus_id : str
        Id of a trial, from the columns of the events.
    tr_s, start_time_s : float or None
        Win over sidecars and headers.
    sessions : mapping of sequence of str
        Runs of each session; empty: one session.
    space : str
    id_rule : mapping
        Fields of ``IdRule``.
    """

    root: str
    runs: Sequence[str]
    bold: str
    events: str
    confounds: str | None = None
    mask: str | None = None
    rois: Mapping[str, str] = field(default_factory=dict)
    stimulus_id: str = "{stimulus_id}"
    tr_s: float | None = None
    start_time_s: float | None = None
    sessions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    space: str = "unknown"
    id_rule: Mapping[str, Any] = field(default_factory=dict)

    def labels(self, subject: str, run: str) -> dict[str, str]:
        """Name a run, for templates of files and stimulus ids."""
        session = next((s for s, runs in self.sessions.items() if run in runs), "1")
        return {"subject": subject, "session": session, "run": run}

    def file(self, template: str, subject: str, run: str) -> Path:
        """Fill in the template of a file of a run."""
        return expand(self.root) / template.format(**self.labels(subject, run))


@dataclass(frozen=True)
class PlannedRun:
    """A run whose header, events and confounds were read and agree.

    Attributes
    ----------
    run, session : str
        Labels.
    grid : Grid
        Of its BOLD file.
    timing : Timing
    events : Events
    confounds : array of shape (n_volumes, n_confounds), or None
    """

    run: str
    session: str
    grid: Grid
    timing: Timing
    events: Events
    confounds: np.ndarray | None


def plan_runs(
    source: BoldSource,
    subject: str,
    *,
    confounds: Sequence[str],
    continuous: bool = False,
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
    for run in source.runs:
        with problems.collect():
            planned = _plan_run(
                source,
                source.labels(subject, run),
                confounds=confounds,
                continuous=continuous,
            )
            plan.append(planned)
            problems.add(grid_problems(planned.grid, plan[0].grid))
    times = sorted({one.timing.tr_s for one in plan})
    if times and times[-1] - times[0] > 1e-3:
        problems.add([f"subject {subject}: runs have repetition times of {times} s."])
    if plan:
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
    source: BoldSource, subject: str, grid: Grid
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Read the mask that all runs of a subject share, and its regions.

    Parameters
    ----------
    source : BoldSource
    subject : str
    grid : Grid
        Of the BOLD.

    Returns
    -------
    mask : array of bool, shape (i, j, k)
    roi : dict of array of bool, shape (n_voxels,)
        By name, over the voxels of the mask.

    Raises
    ------
    DataError
        If a mask lies on another grid, or a region has no voxel inside the mask.
    """
    mask = np.ones(grid.shape, bool)
    if source.mask:
        paths = {source.file(source.mask, subject, run) for run in source.runs}
        for path in sorted(paths):
            mask &= read_mask(path, grid)
        if not mask.any():
            raise DataError(
                f"{min(paths)}: the masks of {len(paths)} runs share no voxel. Align "
                "the runs with one another first."
            )
    roi = {}
    for name, template in source.rois.items():
        path = source.file(template, subject, source.runs[0])
        roi[name] = read_mask(path, grid)[mask]
    empty = [name for name, inside in roi.items() if not inside.any()]
    if empty:
        raise DataError(
            f"subject {subject}: no voxel of {name_some(empty)} lies inside the mask "
            f"({mask.sum()} voxels). Leave it out of `dataset.rois`, or mend the mask."
        )
    return mask, roi


def _plan_run(
    source: BoldSource,
    labels: Mapping[str, str],
    *,
    confounds: Sequence[str],
    continuous: bool,
) -> PlannedRun:
    problems = Problems()
    place = (labels["subject"], labels["run"])
    grid = read_grid(source.file(source.bold, *place))
    timing = read_timing(grid, tr_s=source.tr_s, start_time_s=source.start_time_s)
    if grid.n_volumes < 2:
        problems.add(["not a 4-D run. Name the BOLD, not a mask."], where=grid.path)
    events, nuisance = NO_EVENTS, None
    if not continuous:
        with problems.collect():
            events = _read_events(source, labels, grid, timing)
    if source.confounds and confounds:
        with problems.collect():
            path = source.file(source.confounds, *place)
            nuisance = _read_confounds(path, confounds, grid)
    problems.refuse()
    return PlannedRun(labels["run"], labels["session"], grid, timing, events, nuisance)


def _read_events(
    source: BoldSource, labels: Mapping[str, str], grid: Grid, timing: Timing
) -> Events:
    path = source.file(source.events, labels["subject"], labels["run"])
    rule = IdRule(**source.id_rule)
    events = read_events(path, template=source.stimulus_id, labels=labels, id_rule=rule)
    problems = Problems()
    problems.add(
        event_problems(
            events.onset_s,
            events.duration_s,
            run_length_s=grid.n_volumes * timing.tr_s,
            tr_s=timing.tr_s,
        ),
        where=path,
    )
    problems.refuse()
    return events


def _read_confounds(path: Path, wanted: Sequence[str], grid: Grid) -> np.ndarray:
    confounds = read_confounds(path, wanted)
    if len(confounds) != grid.n_volumes:
        raise DataError(
            f"{path}: {len(confounds)} rows of confounds, but {grid.path} has "
            f"{grid.n_volumes} volumes. Cut both alike, or name the right file."
        )
    return confounds
