"""What a single-trial model can work out before it sees a voxel.

The regressors of every run, for every curve of the library, are built and cleaned once
and serve all blocks of voxels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import BoldwiseError, DataError
from boldwise.responses.cleaning import nuisance_basis, percent_signal_change
from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.hrf import Hrf
from boldwise.responses.runs import Run
from boldwise.responses.single_trial import least_squares_all

BYTES_PER_VALUE = 4
COPIES_OF_VOLUMES, COPIES_OF_TRIALS = 6, 14  # Alive at once, per voxel, at most.


@dataclass(frozen=True)
class RunPlan:
    """One run: its data, and what its trials look like.

    Attributes
    ----------
    run : Run
        Its ``bold`` may be anything that slices like an array.
    nuisance : array of shape (n_volumes, n_nuisance)
        Orthonormal; over the volumes that count.
    regressors : array of float32, shape (n_curves, n_volumes, n_trials)
        One column per trial, nuisance removed.
    """

    run: Run
    nuisance: np.ndarray
    regressors: np.ndarray

    @property
    def on_off(self) -> np.ndarray:
        """Sum over trials: (n_curves, n_volumes)."""
        total: np.ndarray = self.regressors.sum(axis=2)
        return total

    def read(self, columns: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read a block of voxels, in percent of its mean, nuisance removed.

        Parameters
        ----------
        columns : slice

        Returns
        -------
        signal : array of float32, shape (n_volumes, n_voxels)
        usable : array of bool, shape (n_voxels,)
        mean : array of shape (n_voxels,)
            In the unit of the scanner; 0 where a voxel is not usable.
        """
        block = np.asarray(self.run.bold[:, columns])
        if self.run.kept is not None:
            block = block[self.run.kept]
        signal, usable = percent_signal_change(block)
        mean = np.where(usable, block.mean(axis=0, dtype=np.float64), 0.0)
        basis = self.nuisance.astype(np.float32)
        signal -= basis @ (basis.T @ signal)
        return signal, usable, mean


def plan_glm(
    runs: Sequence[Run],
    curves: Sequence[Hrf | str],
    *,
    high_pass_hz: float,
    detrend_order: int,
) -> list[RunPlan]:
    """Build the regressors of every run for every curve.

    Parameters
    ----------
    runs : sequence of Run
        Of any lengths and repetition times, with the same voxels.
    curves : sequence of Hrf or str
        Candidates for the haemodynamic response.
    high_pass_hz, detrend_order
        As for ``nuisance_basis``.

    Returns
    -------
    plans : list of RunPlan
        Regressors of shape (n_curves, n_volumes, n_trials).

    Raises
    ------
    DataError
        If trials of a run cannot be told apart, naming the run; or the runs differ in
        voxels.
    """
    widths = {run.bold.shape[1] for run in runs}
    if len(widths) > 1:
        raise DataError(
            f"runs of one subject have {sorted(widths)} voxels. Use one mask for all."
        )
    plans = []
    for run in runs:
        try:
            plans.append(_plan_run(run, curves, high_pass_hz, detrend_order))
        except BoldwiseError as error:
            raise DataError(f"run {run.run}: {error}") from error
    return plans


def voxel_blocks(plans: Sequence[RunPlan], *, budget_gib: float) -> Iterator[slice]:
    """Cut the voxels into blocks that fit a budget of memory.

    Parameters
    ----------
    plans : sequence of RunPlan
        Regressors of shape (n_curves, n_volumes, n_trials).
    budget_gib : float
        For the values of one block, beside the plans themselves.

    Yields
    ------
    columns : slice
        Neighbouring columns of the BOLD, together all of them.
    """
    n_voxels = plans[0].run.bold.shape[1]
    longest = max(len(plan.run.bold) for plan in plans)
    n_trials = sum(plan.regressors.shape[2] for plan in plans)
    per_voxel = COPIES_OF_VOLUMES * longest + COPIES_OF_TRIALS * n_trials
    width = max(1, int(budget_gib * 2**30 / (BYTES_PER_VALUE * per_voxel)))
    for start in range(0, n_voxels, width):
        yield slice(start, min(start + width, n_voxels))


def _plan_run(
    run: Run, curves: Sequence[Hrf | str], high_pass_hz: float, detrend_order: int
) -> RunPlan:
    n_volumes = len(run.bold)
    nuisance = nuisance_basis(
        n_volumes,
        run.tr_s,
        high_pass_hz=high_pass_hz,
        detrend_order=detrend_order,
        confounds=run.confounds,
        kept=run.kept,
    )
    time_s = volume_times(n_volumes, run.tr_s, start_time_s=run.start_time_s)
    time_s = time_s[run.volume]
    regressors = []
    for curve in curves:
        one = trial_regressors(run.onset_s, run.duration_s, time_s, hrf=curve)
        regressors.append(one - nuisance @ (nuisance.T @ one))
    least_squares_all(regressors[len(curves) // 2], nuisance)  # Refuses what is lost.
    return RunPlan(run, nuisance, np.stack(regressors).astype(np.float32))
