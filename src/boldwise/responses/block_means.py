"""One response per block: the mean of its volumes, later by the delay of the BOLD."""

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.responses.cleaning import remove_nuisance


def block_means(
    onset_s: np.ndarray,
    duration_s: np.ndarray,
    volume_time_s: np.ndarray,
    nuisance: np.ndarray,
    *,
    delay_s: float,
) -> np.ndarray:
    """Weights over the volumes of a run that average the cleaned signal of a block.

    Parameters
    ----------
    onset_s, duration_s : array of shape (n_blocks,)
        Seconds from the start of the run.
    volume_time_s : array of shape (n_volumes,)
        From ``volume_times``.
    nuisance : array of shape (n_volumes, n_nuisance)
        Orthonormal, from ``nuisance_basis``; removed before averaging.
    delay_s : float
        A block's volumes are those from ``onset + delay`` to ``offset + delay``, in
        seconds, its end excluded.

    Returns
    -------
    weights : array of shape (n_blocks, n_volumes)
        ``response = weights @ signal``, in the unit of the signal.

    Raises
    ------
    DataError
        If no volume falls into a block.
    """
    since_s = volume_time_s - onset_s[:, None] - delay_s
    inside = (since_s >= 0) & (since_s < duration_s[:, None])
    count = inside.sum(1)
    if (count == 0).any():
        empty = np.flatnonzero(count == 0)
        raise DataError(
            f"no volume lies in {len(empty)} blocks (number "
            f"{name_some((empty + 1).tolist())}): they last from "
            f"{duration_s[empty].min():g} s, {delay_s:g} s delayed, and the last "
            f"volume stands for {volume_time_s[-1]:g} s. Shorten `block_delay_s`, or "
            "estimate single trials."
        )
    mean = inside / count[:, None]
    return remove_nuisance(mean.T, nuisance).T
