"""Runs of BOLD to responses: one run in memory at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from boldwise.errors import BoldwiseError, DataError
from boldwise.responses.block_means import block_means
from boldwise.responses.cleaning import (
    nuisance_basis,
    percent_signal_change,
    remove_nuisance,
)
from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.repeats import stack_trials
from boldwise.responses.ridge_recipe import RidgeRecipe
from boldwise.responses.single_trial import least_squares_all, least_squares_separate


@dataclass(frozen=True)
class Run:
    """One run of BOLD, with its events.

    Attributes
    ----------
    run, session : str
        Labels.
    bold : array of float32, shape (n_volumes, n_voxels)
        In the unit of the scanner.
    stimulus_id : array of str, shape (n_trials,)
    onset_s, duration_s : array of shape (n_trials,)
        Seconds from the start of the run.
    tr_s : float
        Repetition time, in seconds.
    start_time_s : float
        Time that volume 0 stands for, in seconds.
    confounds : array of shape (n_volumes, n_confounds), or None
    kept : array of bool, shape (n_volumes,), or None
        False for volumes that do not count: before the steady state, or moved.
    """

    run: str
    session: str
    bold: np.ndarray
    stimulus_id: np.ndarray
    onset_s: np.ndarray
    duration_s: np.ndarray
    tr_s: float
    start_time_s: float
    confounds: np.ndarray | None = None
    kept: np.ndarray | None = None

    @property
    def volume(self) -> np.ndarray:
        """Numbers of the volumes that count, from 0; shape (n_kept,)."""
        every = np.arange(len(self.bold))
        return every if self.kept is None else every[self.kept]


@dataclass(frozen=True)
class Recipe:
    """How responses are estimated.

    Attributes
    ----------
    estimate : str
        ``"least_squares_all"``, ``"least_squares_separate"``,
        ``"single_trial_ridge"`` (by ``ridge_responses``), ``"block_mean"`` or
        ``"timeseries"``.
    hrf : str
        ``"glover"``, ``"spm"`` or ``"none"``; for single-trial ridge also
        ``"library"``.
    high_pass_hz : float
        0: none.
    detrend_order : int
        Degree of the polynomial removed from each run.
    block_delay_s : float
        For block means.
    ridge : RidgeRecipe
        For single-trial ridge.
    """

    estimate: Literal[
        "least_squares_all",
        "least_squares_separate",
        "single_trial_ridge",
        "block_mean",
        "timeseries",
    ]
    hrf: str = "glover"
    high_pass_hz: float = 0.01
    detrend_order: int = 1
    block_delay_s: float = 5.0
    ridge: RidgeRecipe = field(default_factory=RidgeRecipe)


def estimate_responses(
    runs: Iterable[Run], voxels: Voxels, recipe: Recipe
) -> Responses:
    """Estimate the responses of one subject, run by run.

    Parameters
    ----------
    runs : iterable of Run
        In the order of the experiment; each is dropped before the next is asked for.
    voxels : Voxels
        The columns of every run.
    recipe : Recipe

    Returns
    -------
    responses : Responses
        In percent of each voxel's mean over its run. For least squares the response
        is the height of the trial's peak. Voxels that are constant, not finite or of
        no positive mean in any run are left out and counted in the notes.

    Raises
    ------
    DataError
        If no voxel is left, or a run's trials cannot be estimated (naming the run).
    """
    parts, tables = [], []
    usable = np.ones(len(voxels), bool)
    times_s: set[float] = set()
    for run in runs:
        bold = run.bold if run.kept is None else run.bold[run.kept]
        signal, good = percent_signal_change(bold)
        usable &= good
        try:
            response, trials = _respond(run, signal, recipe)
        except BoldwiseError as error:
            raise DataError(f"run {run.run}: {error}") from error
        parts.append(response)
        tables.append(trials)
        times_s.add(run.tr_s)
    refuse_empty(usable, len(parts))
    return Responses(
        response=np.concatenate([part[:, usable] for part in parts]),
        trials=stack_trials(tables),
        voxels=voxels.take(usable),
        kind="continuous" if recipe.estimate == "timeseries" else "trials",
        unit="percent signal change",
        tr_s=times_s.pop() if len(times_s) == 1 else None,
        notes={**_notes(recipe), "voxels_dropped": count_dropped(~usable)},
    )


def volume_ids(run: str, n_volumes: int) -> np.ndarray:
    """Name the volumes of a run, as stimuli of continuous data.

    Parameters
    ----------
    run : str
        Label of the run.
    n_volumes : int

    Returns
    -------
    stimulus_id : array of str, shape (n_volumes,)

    Examples
    --------
    >>> volume_ids("01", 2).tolist()
    ['run-01_volume-0000', 'run-01_volume-0001']
    """
    return np.array([f"run-{run}_volume-{k:04d}" for k in range(n_volumes)])


def refuse_empty(usable: np.ndarray, n_runs: int) -> None:
    """Refuse data without a single voxel that can be used in all runs.

    Parameters
    ----------
    usable : array of bool, shape (n_voxels,)
    n_runs : int

    Raises
    ------
    DataError
        If no voxel is left.
    """
    if not usable.any():
        raise DataError(
            f"none of {len(usable)} voxels has a positive mean and varies in all "
            f"{n_runs} runs. Constant runs were not measured; runs without a mean were "
            "standardized before: give the BOLD as it left preprocessing."
        )


def _respond(run: Run, signal: np.ndarray, recipe: Recipe) -> tuple[np.ndarray, Trials]:
    """Responses (n_rows, n_voxels) of one run, and its rows of the trial table."""
    n_volumes = len(run.bold)
    nuisance = nuisance_basis(
        n_volumes,
        run.tr_s,
        high_pass_hz=recipe.high_pass_hz,
        detrend_order=recipe.detrend_order,
        confounds=run.confounds,
        kept=run.kept,
    )
    time_s = volume_times(n_volumes, run.tr_s, start_time_s=run.start_time_s)
    time_s = time_s[run.volume]
    if recipe.estimate == "timeseries":
        response = remove_nuisance(signal, nuisance)
        rows = volume_ids(run.run, n_volumes)[run.volume]
        return response, trial_table(run, rows, time_s)
    weights = _weights(run, time_s, nuisance, recipe)
    response = weights.astype(np.float32) @ signal
    return response, trial_table(run, run.stimulus_id, run.onset_s)


def _weights(
    run: Run, time_s: np.ndarray, nuisance: np.ndarray, recipe: Recipe
) -> np.ndarray:
    """Weights over the volumes of a run, (n_trials, n_volumes)."""
    if recipe.estimate == "block_mean":
        return block_means(
            run.onset_s,
            run.duration_s,
            time_s,
            nuisance,
            delay_s=recipe.block_delay_s,
        )
    regressors = trial_regressors(run.onset_s, run.duration_s, time_s, hrf=recipe.hrf)
    if recipe.estimate == "least_squares_all":
        return least_squares_all(regressors, nuisance)
    return least_squares_separate(regressors, nuisance)


def trial_table(run: Run, stimulus_id: np.ndarray, onset_s: np.ndarray) -> Trials:
    """Make the rows of a run in the trial table; repeats are counted later.

    Parameters
    ----------
    run : Run
    stimulus_id, onset_s : array of shape (n_rows,)
        Trials of the run, or its volumes.

    Returns
    -------
    trials : Trials
    """
    n_rows = len(stimulus_id)
    return Trials(
        stimulus_id=stimulus_id,
        session=np.full(n_rows, run.session),
        run=np.full(n_rows, run.run),
        onset_s=onset_s,
        repeat=np.zeros(n_rows, np.int64),
    )


def _notes(recipe: Recipe) -> dict[str, str]:
    notes = {
        "estimate": recipe.estimate,
        "high_pass_hz": f"{recipe.high_pass_hz:g}",
        "detrend_order": str(recipe.detrend_order),
    }
    if recipe.estimate == "block_mean":
        notes["block_delay_s"] = f"{recipe.block_delay_s:g}"
    elif recipe.estimate != "timeseries":
        notes["hrf"] = recipe.hrf
    return notes


def count_dropped(wrong: np.ndarray) -> str:
    """Tell how many voxels are left out, and why; array of bool, shape (n_voxels,)."""
    return (
        f"{wrong.sum()} of {len(wrong)}: constant, not finite, or without a positive "
        "mean in at least one run"
    )
