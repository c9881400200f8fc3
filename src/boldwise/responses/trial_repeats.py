"""How well trials are predicted by repeats in other runs, and how much they smear."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.responses.records import Trials

FEWEST_SCORED = 10  # Trials with repeats; a correlation over fewer says nothing.


@dataclass(frozen=True)
class RepeatTable:
    """Which trials show the same stimulus in other runs, and which follow one another.

    Attributes
    ----------
    others : sparse array of shape (n_scored, n_trials)
        Means over the repeats of a trial's stimulus in other runs.
    scored : array of int, shape (n_scored,)
        Trials that have such repeats.
    run : array of int, shape (n_trials,)
        Number of the run, from 0.
    """

    others: Any
    scored: np.ndarray
    run: np.ndarray

    @property
    def enough(self) -> bool:
        """Whether there are enough repeats to choose anything by them."""
        return len(self.scored) >= FEWEST_SCORED

    def predict(self, response: np.ndarray) -> np.ndarray:
        """Mean over repeats in other runs: (n_scored, n_voxels)."""
        predicted: np.ndarray = self.others @ response
        return predicted

    def neighbour_correlation(self, response: np.ndarray) -> np.ndarray:
        """Correlation with the next trial of the run, the runs' means removed.

        Parameters
        ----------
        response : array of shape (n_trials, n_voxels)
            Trials in the order of the experiment.

        Returns
        -------
        correlation : array of shape (n_voxels,)
            0 where a voxel does not vary.
        """
        n_voxels = response.shape[1]
        product = np.zeros(n_voxels, response.dtype)
        first, second = np.zeros_like(product), np.zeros_like(product)
        for number in range(self.run.max() + 1):
            rows = response[self.run == number]
            rows = rows - rows.mean(axis=0)
            square = np.einsum("tv,tv->v", rows, rows)
            product += np.einsum("tv,tv->v", rows[:-1], rows[1:])
            first += square - rows[-1] ** 2
            second += square - rows[0] ** 2
        scale = np.sqrt(np.maximum(first * second, np.finfo(response.dtype).tiny))
        return np.asarray(product / scale)


def tabulate_repeats(trials: Trials) -> RepeatTable:
    """Find the repeats of each trial in other runs.

    Parameters
    ----------
    trials : Trials
        n_trials rows, run by run, in the order of the experiment. Runs of the same
        name in different sessions are different runs.

    Returns
    -------
    table : RepeatTable
        ``scored`` is empty for a design without repeats.
    """
    from scipy.sparse import csr_array

    place = np.char.add(np.char.add(trials.session, "/"), trials.run)
    run = np.unique(place, return_inverse=True)[1]
    stimulus = np.unique(trials.stimulus_id, return_inverse=True)[1]
    order = np.argsort(stimulus, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(stimulus[order])) + 1)
    rows: list[int] = []
    columns: list[int] = []
    weights: list[float] = []
    scored: list[int] = []
    for trial in range(len(trials)):
        same = members[stimulus[trial]]
        same = same[run[same] != run[trial]]
        if len(same):
            rows += [len(scored)] * len(same)
            columns += same.tolist()
            weights += [1 / len(same)] * len(same)
            scored.append(trial)
    shape = (len(scored), len(trials))
    others = csr_array((np.array(weights, np.float32), (rows, columns)), shape=shape)
    return RepeatTable(others, np.array(scored, np.int64), run)
