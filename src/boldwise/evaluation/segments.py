"""Stretches of neighbouring volumes: one run in one fold, which nothing may leave."""

import numpy as np


def segments_of(stimulus_id: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Find the volumes that belong together: those of one run in one fold.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_items,)
        They name run and volume, as ``responses.runs.volume_ids`` makes them; other
        ids count as one run.
    fold : array of int, shape (n_items,)

    Returns
    -------
    segment : array of int, shape (n_items,)
        From 0, folds in their order.

    Examples
    --------
    >>> ids = ["run-1_volume-0000", "run-2_volume-0000", "run-2_volume-0001"]
    >>> segments_of(np.array(ids), np.zeros(3, int)).tolist()
    [0, 1, 1]
    """
    runs = [str(one).rpartition("_volume-")[0] for one in stimulus_id]
    keys = [f"{k:05d} {run}" for k, run in zip(fold, runs, strict=True)]
    return np.unique(keys, return_inverse=True)[1]


def rows_by_segment(segment: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """List the rows of each segment.

    Parameters
    ----------
    segment : array of int, shape (n_items,)

    Returns
    -------
    rows : list of (int, array of int)
        Number of the segment, and its rows in their order.
    """
    return [(int(k), np.flatnonzero(segment == k)) for k in np.unique(segment)]


def shift_segments(segment: np.ndarray, *, n_draws: int, seed: int) -> np.ndarray:
    """Turn each segment round by a random lag, its end joined to its start.

    Parameters
    ----------
    segment : array of int, shape (n_items,)
    n_draws : int
    seed : int

    Returns
    -------
    permutation : array of int, shape (n_draws, n_items)
        Each row rearranges ``0 … n_items - 1`` and stays within segments.
    """
    permutation = np.empty((n_draws, len(segment)), np.int64)
    for number, rows in rows_by_segment(segment):
        rng = np.random.default_rng([seed, number, 1])
        lag = rng.integers(1, max(len(rows), 2), n_draws)
        permutation[:, rows] = rows[(np.arange(len(rows)) + lag[:, None]) % len(rows)]
    return permutation
