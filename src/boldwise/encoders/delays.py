"""Delays: a voxel answers seconds after its stimulus, so it is given the past."""

from collections.abc import Sequence

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError


def add_delays(
    features: np.ndarray, delays: Sequence[int], *, run_lengths: Sequence[int]
) -> np.ndarray:
    """Set each volume's features beside those of earlier volumes of its run.

    Parameters
    ----------
    features : array of shape (n_volumes, n_features)
        One run after the other, each in the order of time. Not modified.
    delays : sequence of int, in volumes
        ``[2, 3, 4]`` at a repetition time of 2 s looks 4, 6 and 8 s back.
    run_lengths : sequence of int, in volumes
        Must sum to ``n_volumes``.

    Returns
    -------
    delayed : array of shape (n_volumes, n_delays * n_features)
        All features at the first delay, then all at the second, and so on. Zero
        where a delay reaches back beyond the start of the run: centre first.

    Raises
    ------
    ShapeMismatchError
        If the runs and the features differ in length.
    DataError
        If a delay is negative: it would show the model the future.

    References
    ----------
    .. [1] Nishimoto et al. (2011), "Reconstructing visual experiences from brain
       activity evoked by natural movies", Current Biology 21, finite impulse
       response model in the supplement.

    Examples
    --------
    >>> add_delays(np.array([[1], [2], [3], [4]]), [0, 1], run_lengths=[2, 2]).tolist()
    [[1, 0], [2, 1], [3, 0], [4, 3]]
    """
    if sum(run_lengths) != len(features):
        raise ShapeMismatchError(
            f"the runs have {sum(run_lengths)} volumes together, but there are "
            f"features of {len(features)}. If volumes were dropped from the "
            "responses, drop the same ones from the features."
        )
    if not len(delays) or min(delays) < 0:
        raise DataError(
            f"delays must be whole numbers of volumes from 0 up, got {list(delays)}."
        )
    volume = np.concatenate([np.arange(length) for length in run_lengths])
    row = np.arange(len(features))
    delayed = [
        np.where((volume >= delay)[:, None], features[np.maximum(row - delay, 0)], 0)
        for delay in delays
    ]
    return np.concatenate(delayed, axis=1, dtype=features.dtype)


def measure_runs(run: np.ndarray) -> list[int]:
    """Lengths of runs, from the run label of each volume.

    Parameters
    ----------
    run : array of str, shape (n_volumes,)

    Returns
    -------
    run_lengths : list of int, in volumes

    Raises
    ------
    DataError
        If the volumes of a run do not lie together.

    Examples
    --------
    >>> measure_runs(np.array(["1", "1", "1", "2"]))
    [3, 1]
    """
    starts = np.flatnonzero(np.append(True, run[1:] != run[:-1]))
    if len(np.unique(run)) != len(starts):
        raise DataError(
            f"the {len(run)} volumes change run {len(starts) - 1} times, but there are "
            f"only {len(np.unique(run))} runs: sort them by run and time."
        )
    return [int(length) for length in np.diff(np.append(starts, len(run)))]
