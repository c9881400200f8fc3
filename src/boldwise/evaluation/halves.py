"""Which half of the runs each response was estimated from, where halves were apart."""

import numpy as np

from boldwise.responses.records import Responses

NOTE, TOGETHER = "split_halves", "no"


def halves_of(responses: Responses) -> np.ndarray | None:
    """Tell odd from even runs, if responses were estimated from each alone.

    An estimate that looked at repeats, such as a ridge fraction chosen by them, makes
    repeats of its own half alike; a ceiling may then compare halves only.

    Parameters
    ----------
    responses : Responses
        Of shape (n_trials, n_voxels), in the order of the experiment.

    Returns
    -------
    half : array of int, shape (n_trials,), or None
        0 for the first, third, … run; None where all runs were estimated together.
    """
    if responses.notes.get(NOTE, TOGETHER) == TOGETHER:
        return None
    trials = responses.trials
    runs = list(zip(trials.session.tolist(), trials.run.tolist(), strict=True))
    number = {run: place for place, run in enumerate(dict.fromkeys(runs))}
    return np.array([number[run] % 2 for run in runs])
