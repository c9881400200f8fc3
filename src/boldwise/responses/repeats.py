"""Repeats of a stimulus: count them, average them."""

from collections.abc import Sequence

import numpy as np

from boldwise.errors import ShapeMismatchError
from boldwise.responses.records import Trials


def count_repeats(stimulus_id: np.ndarray) -> np.ndarray:
    """Say for each trial how often its stimulus came before.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_trials,)
        In the order of the experiment.

    Returns
    -------
    repeat : array of int, shape (n_trials,)
        0 for the first showing.

    Examples
    --------
    >>> count_repeats(np.array(["cat", "dog", "cat", "cat"])).tolist()
    [0, 0, 1, 2]
    """
    order, starts, counts = _groups(stimulus_id)
    repeat = np.empty(len(stimulus_id), np.int64)
    repeat[order] = np.arange(len(order)) - np.repeat(starts, counts)
    return repeat


def stack_trials(tables: Sequence[Trials]) -> Trials:
    """Put trial tables below one another, and count repeats over all of them.

    Parameters
    ----------
    tables : sequence of Trials
        In the order of the experiment. Their repeats are counted anew.

    Returns
    -------
    trials : Trials
    """
    columns = {
        name: np.concatenate([getattr(table, name) for table in tables])
        for name in ("stimulus_id", "session", "run", "onset_s")
    }
    return Trials(repeat=count_repeats(columns["stimulus_id"]), **columns)


def average_repeats(
    response: np.ndarray, stimulus_id: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Average the trials that show the same stimulus.

    Parameters
    ----------
    response : array of shape (n_trials, n_voxels)
        Any unit; not modified. NaN in a trial gives NaN in the mean.
    stimulus_id : array of str, shape (n_trials,)

    Returns
    -------
    ids : array of str, shape (n_ids,)
        Sorted.
    mean : array of float32, shape (n_ids, n_voxels)
        In the unit of ``response``; summed in double precision.
    n_repeats : array of int, shape (n_ids,)
        Trials behind each mean.

    Raises
    ------
    ShapeMismatchError
        If there is not one id per row.
    """
    if len(response) != len(stimulus_id):
        raise ShapeMismatchError(
            f"{len(response)} responses, but {len(stimulus_id)} stimulus ids: one id "
            "per row is needed."
        )
    order, starts, counts = _groups(stimulus_id)
    ids = np.asarray(stimulus_id)[order[starts]]
    if len(ids) == len(order):
        return ids, response[order].astype(np.float32), counts
    mean = response[order[starts]].astype(np.float64)
    for repeat in range(1, counts.max(initial=0)):
        again = np.flatnonzero(counts > repeat)
        mean[again] += response[order[starts[again] + repeat]]
    mean /= counts[:, None]
    return ids, mean.astype(np.float32), counts


def _groups(stimulus_id: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order that sorts the ids, where each id starts in it, and how often it is."""
    order = np.argsort(stimulus_id, kind="stable")
    _, starts, counts = np.unique(
        np.asarray(stimulus_id)[order], return_index=True, return_counts=True
    )
    return order, starts, counts
