"""When volumes were taken, and what each of them should see of a trial."""

import numpy as np

from boldwise.errors import ShapeMismatchError
from boldwise.responses.hrf import Hrf, event_response

MILLISECONDS_FROM = 20.0  # Onsets beyond this many run lengths cannot be seconds.


def volume_times(n_volumes: int, tr_s: float, *, start_time_s: float) -> np.ndarray:
    """Say which time each volume of a run stands for.

    Parameters
    ----------
    n_volumes : int
    tr_s : float
        Repetition time, in seconds.
    start_time_s : float
        Time that volume 0 stands for, in seconds from the start of its acquisition;
        half a TR after slice-timing correction to the middle, as fMRIPrep does.

    Returns
    -------
    volume_time_s : array of shape (n_volumes,)
        Seconds from the start of the run, the clock of the events.
    """
    times: np.ndarray = start_time_s + tr_s * np.arange(n_volumes)
    return times


def trial_regressors(
    onset_s: np.ndarray,
    duration_s: np.ndarray,
    volume_time_s: np.ndarray,
    *,
    hrf: str | Hrf,
) -> np.ndarray:
    """Compute what each volume should see of each trial, one column per trial.

    Exact at the times of the volumes, wherever onsets fall between them.

    Parameters
    ----------
    onset_s, duration_s : array of shape (n_trials,)
        Seconds from the start of the run.
    volume_time_s : array of shape (n_volumes,)
        From ``volume_times``.
    hrf : str or Hrf
        ``"glover"``, ``"spm"``, ``"none"``, or a curve of a library.

    Returns
    -------
    regressors : array of shape (n_volumes, n_trials)
        Each column would peak at 1 if volumes were taken all the time.

    Raises
    ------
    ShapeMismatchError
        If onsets and durations differ in number.
    """
    if len(onset_s) != len(duration_s):
        raise ShapeMismatchError(
            f"{len(onset_s)} onsets, but {len(duration_s)} durations."
        )
    regressors = np.zeros((len(volume_time_s), len(onset_s)))
    for duration in np.unique(duration_s):
        trials = np.flatnonzero(duration_s == duration)
        since_onset_s = volume_time_s[:, None] - onset_s[trials]
        regressors[:, trials] = event_response(since_onset_s, duration, hrf=hrf)
    return regressors


def event_problems(
    onset_s: np.ndarray, duration_s: np.ndarray, *, run_length_s: float, tr_s: float
) -> list[str]:
    """Say which events cannot belong to a run of this length.

    Parameters
    ----------
    onset_s, duration_s : array of shape (n_events,)
        In seconds, as they stand in the file.
    run_length_s : float
        Number of volumes times the repetition time.
    tr_s : float
        An event may outlast the run by this much.

    Returns
    -------
    problems : list of str
        At most one sentence for each kind of problem.
    """
    problems = []
    unknown = ~np.isfinite(onset_s) | ~np.isfinite(duration_s)
    if unknown.any():
        problems.append(
            f"{unknown.sum()} of {len(onset_s)} events have no onset or duration "
            f"(first in row {_row(unknown)}). Fill them in, or remove the rows."
        )
    onset_s, duration_s = onset_s[~unknown], duration_s[~unknown]
    wrong = (onset_s < 0) | (duration_s < 0)
    if wrong.any():
        problems.append(
            f"{wrong.sum()} events start before the run or last less than 0 s (first "
            f"in row {_row(wrong)}). Times count from the first volume."
        )
    latest = float(onset_s.max(initial=0))
    if latest > MILLISECONDS_FROM * run_length_s:
        problems.append(
            f"the last event starts at {latest:g}, but the run lasts {run_length_s:g} "
            "s: the times look like milliseconds. Write onset and duration in seconds."
        )
        return problems
    beyond = (onset_s >= run_length_s) | (onset_s + duration_s > run_length_s + tr_s)
    if beyond.any():
        problems.append(
            f"{beyond.sum()} events reach beyond the run, which lasts "
            f"{run_length_s:g} s (the last ends at "
            f"{float((onset_s + duration_s).max()):g} s). Check the repetition time, "
            "and that these are the events of this run."
        )
    return problems


def _row(wrong: np.ndarray) -> int:
    """Row of a table (header = 1) that holds the first wrong event."""
    return int(np.flatnonzero(wrong)[0]) + 2
