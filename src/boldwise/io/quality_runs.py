"""Runs as they were measured, with the head motion and the volume around the mask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.io.bold_plan import BoldSource, PlannedRun, plan_runs, read_masks
from boldwise.io.confounds import read_columns
from boldwise.io.grids import read_columns_of, voxels_of
from boldwise.io.images import Grid
from boldwise.io.series import load_runs, series_fields
from boldwise.io.subjects import scrub_of
from boldwise.io.voxel_tables import number_voxels
from boldwise.responses.motion_measures import framewise_displacement
from boldwise.responses.quality import find_translations
from boldwise.responses.records import Voxels
from boldwise.responses.runs import Run

MOTION = ("trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z")
DISPLACEMENT = "framewise_displacement"
N_BACKGROUND = 10  # volumes that are averaged


@dataclass(frozen=True)
class OpenRun:
    """One run in memory.

    Attributes
    ----------
    run : Run
    displacement_mm : array of shape (n_volumes,) or None
    motion : mapping of name to array of shape (n_volumes,)
    background : array of shape (i, j, k) or None
        Mean of its first volumes, inside the mask and outside.
    """

    run: Run
    displacement_mm: np.ndarray | None = None
    motion: Mapping[str, np.ndarray] = field(default_factory=dict)
    background: np.ndarray | None = None


@dataclass(frozen=True)
class OpenRuns:
    """Runs of a subject, one in memory at a time, and their columns."""

    voxels: Voxels
    runs: Iterator[OpenRun]


def open_runs(
    source: Mapping[str, Any], subject: str, options: Mapping[str, Any]
) -> OpenRuns:
    """Open the time series of a subject.

    Parameters
    ----------
    source : mapping
        From ``settings.sources.response_source``, of kind ``bold`` or ``series``.
    subject : str
    options : mapping
        The ``responses`` section of the config.

    Returns
    -------
    opened : OpenRuns
    """
    fields = {name: value for name, value in source.items() if name != "kind"}
    if source["kind"] == "series":
        return _open_series(fields, subject, options)
    bold = BoldSource(**fields)
    continuous = options["estimate"] == "timeseries"
    plan = plan_runs(
        bold,
        subject,
        confounds=options["confounds"],
        continuous=continuous,
        scrub=scrub_of(options),
    )
    mask, roi = read_masks(bold, subject, plan[0].grid)
    voxels = replace(voxels_of(plan[0].grid, mask), roi=roi)
    tables = [one.confounds for one in bold.run_files(subject, events=not continuous)]
    return OpenRuns(voxels, _open_bold(plan, tables, mask))


def _open_bold(
    plan: list[PlannedRun], tables: list[Path | None], mask: np.ndarray
) -> Iterator[OpenRun]:
    for place, (one, table) in enumerate(zip(plan, tables, strict=True)):
        run = Run(
            run=one.run,
            session=one.session,
            bold=read_columns_of(one.grid, mask),
            stimulus_id=one.events.stimulus_id,
            onset_s=one.events.onset_s,
            duration_s=one.events.duration_s,
            tr_s=one.timing.tr_s,
            start_time_s=one.timing.start_time_s,
            confounds=one.confounds,
            kept=one.kept,
        )
        background = None
        if place == 0 and isinstance(one.grid, Grid):
            background = _mean_volume(one.grid)
        displacement, motion = _read_motion(table)
        yield OpenRun(run, displacement, motion, background)


def _open_series(
    fields: Mapping[str, Any], subject: str, options: Mapping[str, Any]
) -> OpenRuns:
    source = series_fields(fields)
    runs = list(load_runs(source, subject, confounds=options["confounds"]))
    n_columns = runs[0].bold.shape[1]
    roi = {name: np.arange(n_columns) == k for k, name in enumerate(source.columns)}
    return OpenRuns(
        replace(number_voxels(n_columns), roi=roi),
        (OpenRun(run, *_motion_of(run.confounds)) for run in runs),
    )


def _read_motion(
    path: Path | None,
) -> tuple[np.ndarray | None, dict[str, np.ndarray]]:
    """Framewise displacement as told, else from the motion parameters."""
    if path is None:
        return None, {}
    table = read_columns(path)
    motion = {name: table[name] for name in MOTION if name in table}
    if DISPLACEMENT in table:
        return table[DISPLACEMENT], motion
    return _motion_of(np.column_stack(list(motion.values())) if motion else None)


def _motion_of(
    parameters: np.ndarray | None,
) -> tuple[np.ndarray | None, dict[str, np.ndarray]]:
    if parameters is None or parameters.shape[1] != len(MOTION):
        return None, {}
    ordered = find_translations(parameters)
    named = dict(zip(MOTION, ordered.T, strict=True))
    return framewise_displacement(ordered), named


def _mean_volume(grid: Grid) -> np.ndarray:
    """Mean of the first volumes; the rest of the file is not read."""
    import nibabel as nib

    image: Any = nib.load(grid.path)
    first = np.asarray(image.dataobj[..., :N_BACKGROUND], np.float32)
    return np.asarray(first.reshape(*grid.shape, -1).mean(axis=-1))
