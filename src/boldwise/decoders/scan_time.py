"""When a trial was over, in seconds of scanning since the first volume of the first."""

import numpy as np

from boldwise.responses.records import Trials


def seconds_of_scanning(trials: Trials) -> np.ndarray:
    """Add up runs in their order, as far as trials tell how long they were.

    A trial is over when the next one of its run begins; the last one takes as long as
    the others did in the median, and the run ends with it. Volumes after the last trial
    are not known here, so that minutes are a little short.

    Parameters
    ----------
    trials : Trials
        Runs in the order in which they were measured, each in one block.

    Returns
    -------
    time_s : array of shape (n_trials,)

    Examples
    --------
    >>> run = np.array(["1", "1", "2", "2"])
    >>> onset = np.array([0.0, 4.0, 2.0, 6.0])
    >>> seconds_of_scanning(Trials(run, run, run, onset, np.zeros(4, int))).tolist()
    [4.0, 8.0, 14.0, 18.0]
    """
    time_s, before = np.zeros(len(trials)), 0.0
    seen: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(trials.session, trials.run, strict=True)):
        seen.setdefault(key, []).append(row)
    for rows in seen.values():
        own = np.array(rows)[np.argsort(trials.onset_s[rows], kind="stable")]
        onset = trials.onset_s[own]
        gaps = np.diff(onset)
        last = float(np.median(gaps)) if len(gaps) else 0.0
        time_s[own] = before + np.append(onset[1:], onset[-1] + last)
        before = float(time_s[own[-1]])
    return time_s
