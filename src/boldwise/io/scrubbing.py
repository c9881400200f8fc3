"""Which volumes of a run count: all but those before the steady state, or moved.

As ``sample_mask`` of ``nilearn.interfaces.fmriprep.load_confounds``, with which a
test compares it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError

NON_STEADY = "non_steady_state_outlier"
DISPLACEMENT, DVARS = "framewise_displacement", "std_dvars"


@dataclass(frozen=True)
class Scrub:
    """When a volume moved too much.

    Attributes
    ----------
    fd_mm : float
        Framewise displacement, in mm.
    std_dvars : float
        Standardized DVARS.
    min_volumes : int
        Shorter stretches between moved volumes are left out with them.
    """

    fd_mm: float = 0.5
    std_dvars: float = 1.5
    min_volumes: int = 5


def find_kept(
    table: Mapping[str, np.ndarray], scrub: Scrub | None, *, where: str
) -> np.ndarray:
    """Find the volumes of a run that count.

    Parameters
    ----------
    table : mapping of array of shape (n_volumes,)
        From ``read_columns``.
    scrub : Scrub or None
        None: only volumes before the steady state are left out.
    where : str
        The table's file, for messages.

    Returns
    -------
    kept : array of bool, shape (n_volumes,)

    Raises
    ------
    DataError
        If a column for scrubbing is missing, or nothing is left.
    """
    n_volumes = len(next(iter(table.values())))
    kept = np.ones(n_volumes, bool)
    if scrub is not None:
        kept &= _still(table, scrub, where)
    for name, values in table.items():
        if name.startswith(NON_STEADY):
            kept &= values != 1
    if not kept.any():
        raise DataError(
            f"{where}: of {n_volumes} volumes none is left. Raise `responses.scrub`, "
            "or leave out the run."
        )
    return kept


def _still(table: Mapping[str, np.ndarray], scrub: Scrub, where: str) -> np.ndarray:
    lost = [name for name in (DISPLACEMENT, DVARS) if name not in table]
    if lost:
        raise DataError(
            f"{where}: no column '{lost[0]}', which `responses.scrub` needs. Leave "
            "`scrub` out, or give fMRIPrep's table."
        )
    # The first volume has neither value; NaN compares as false.
    moved = table[DISPLACEMENT] > scrub.fd_mm
    moved |= table[DVARS] > scrub.std_dvars
    still: np.ndarray = ~moved
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]])))
    for start, stop in edges.reshape(-1, 2):
        if moved.any() and stop - start < scrub.min_volumes:
            still[start:stop] = False
    return still
