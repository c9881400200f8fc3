"""The model of a run as a matrix to look at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from boldwise.responses.cleaning import nuisance_basis
from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.runs import Run, volume_ids

CURVES = ("glover", "spm")


@dataclass(frozen=True)
class DesignMatrix:
    """The model of one run.

    Attributes
    ----------
    run : str
    matrix : array of shape (n_volumes, n_columns)
        Any unit: columns are drawn on their own scales.
    groups : sequence of (name, number of columns)
        In the order of the columns.
    """

    run: str
    matrix: np.ndarray
    groups: Sequence[tuple[str, int]]


def design_matrix(
    run: Run, *, hrf: str | None, high_pass_hz: float, detrend_order: int
) -> DesignMatrix:
    """Put trials, drifts and confounds of a run side by side.

    Parameters
    ----------
    run : Run
        With ``bold`` of shape (n_volumes, n_voxels).
    hrf : str or None
        Response that trials are convolved with; for a library of them, Glover's. None:
        no trials, for time series.
    high_pass_hz : float
    detrend_order : int

    Returns
    -------
    design : DesignMatrix
        Volumes that do not count are kept: one sees where they lie.
    """
    n_volumes = len(run.bold)
    parts: dict[str, np.ndarray] = {}
    if hrf is not None:
        time_s = volume_times(n_volumes, run.tr_s, start_time_s=run.start_time_s)
        parts["trials"] = trial_regressors(
            run.onset_s,
            run.duration_s,
            time_s,
            hrf=hrf if hrf in (*CURVES, "none") else CURVES[0],
        )
    parts["drifts"] = nuisance_basis(
        n_volumes, run.tr_s, high_pass_hz=high_pass_hz, detrend_order=detrend_order
    )
    if run.confounds is not None and run.confounds.shape[1]:
        parts["confounds"] = run.confounds
    groups = [(name, part.shape[1]) for name, part in parts.items()]
    return DesignMatrix(run.run, np.hstack(list(parts.values())), groups)


def volumes_as_trials(run: Run) -> Run:
    """Take every volume for something shown: the stimuli of continuous designs.

    Parameters
    ----------
    run : Run
        With ``bold`` of shape (n_volumes, n_voxels).

    Returns
    -------
    run : Run
        The same one, with an event per volume.
    """
    n_volumes = len(run.bold)
    return replace(
        run,
        stimulus_id=volume_ids(run.run, n_volumes),
        onset_s=run.tr_s * np.arange(n_volumes),
        duration_s=np.full(n_volumes, run.tr_s),
    )
