"""Time courses that somebody extracted: cleaned run by run, left as time series."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from boldwise.errors import BoldwiseError, DataError
from boldwise.responses.cleaning import nuisance_basis, remove_nuisance
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.repeats import stack_trials
from boldwise.responses.runs import Recipe, Run, estimate_responses, volume_ids


def clean_series(
    runs: Iterable[Run], voxels: Voxels, recipe: Recipe, *, unit: str | None = None
) -> Responses:
    """Remove drifts and confounds from each run of time courses.

    Parameters
    ----------
    runs : iterable of Run
        ``bold`` of shape (n_volumes, n_voxels) holds the time courses.
    voxels : Voxels
        Their columns: regions, voxels or vertices.
    recipe : Recipe
        Its ``high_pass_hz`` and ``detrend_order`` are used.
    unit : str, optional
        Unit of time courses that were scaled before, for example ``"z"``; they keep
        it. Absent: raw, which become percent signal change.

    Returns
    -------
    responses : Responses
        Of kind ``"continuous"``. Columns that are constant or not finite in any run
        are left out and counted in the notes.

    Raises
    ------
    DataError
        If no column is left, or a run cannot be cleaned (naming the run).
    """
    recipe = replace(recipe, estimate="timeseries")
    if unit is None:
        return estimate_responses(runs, voxels, recipe)
    parts, tables = [], []
    usable = np.ones(len(voxels), bool)
    tr_s = 0.0
    for run in runs:
        usable &= varies(run.bold)
        try:
            parts.append(_clean(run, recipe))
        except BoldwiseError as error:
            raise DataError(f"run {run.run}: {error}") from error
        tables.append(_table(run))
        tr_s = run.tr_s
    if not usable.any():
        raise DataError(
            f"none of {len(usable)} time courses varies in all {len(parts)} runs. "
            "Check the files, or leave the subject out."
        )
    return Responses(
        response=np.concatenate([part[:, usable] for part in parts]),
        trials=stack_trials(tables),
        voxels=voxels.take(usable),
        kind="continuous",
        unit=unit,
        tr_s=tr_s,
        notes={
            "estimate": "timeseries",
            "high_pass_hz": f"{recipe.high_pass_hz:g}",
            "detrend_order": str(recipe.detrend_order),
            "voxels_dropped": f"{(~usable).sum()} of {len(usable)}: constant or not "
            "finite in at least one run",
        },
    )


def varies(series: np.ndarray) -> np.ndarray:
    """Find the time courses in which something was measured.

    Parameters
    ----------
    series : array of shape (n_volumes, n_voxels)

    Returns
    -------
    varies : array of bool, shape (n_voxels,)
        False where a column is constant, or not finite in any volume.
    """
    finite = np.isfinite(series).all(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(finite & (series.max(axis=0) > series.min(axis=0)))


def _clean(run: Run, recipe: Recipe) -> np.ndarray:
    """Residuals (n_kept, n_voxels) of the volumes that count."""
    basis = nuisance_basis(
        len(run.bold),
        run.tr_s,
        high_pass_hz=recipe.high_pass_hz,
        detrend_order=recipe.detrend_order,
        confounds=run.confounds,
        kept=run.kept,
    )
    return remove_nuisance(run.bold[run.volume].astype(np.float32), basis)


def _table(run: Run) -> Trials:
    """One row for each volume that counts."""
    n_rows = len(run.volume)
    return Trials(
        stimulus_id=volume_ids(run.run, len(run.bold))[run.volume],
        session=np.full(n_rows, run.session),
        run=np.full(n_rows, run.run),
        onset_s=run.start_time_s + run.tr_s * run.volume,
        repeat=np.zeros(n_rows, np.int64),
    )
