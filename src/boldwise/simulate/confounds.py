"""Confounds of a run, under the names that fMRIPrep gives them."""

import numpy as np

from boldwise.responses.confound_table import OUTLIER_MM, cosines, motion_terms
from boldwise.responses.motion_measures import framewise_displacement
from boldwise.simulate.scanner import BoldRun

REGIONS = {"global_signal": (1, 2, 3), "csf": (3,), "white_matter": (2,)}


def confound_table(
    run: BoldRun, tissue: np.ndarray, *, tr_s: float
) -> dict[str, np.ndarray]:
    """Tabulate what fMRIPrep would: tissue means, motion, displacement, cosines.

    Parameters
    ----------
    run : BoldRun
        The preprocessed run, with ``n_volumes`` volumes.
    tissue : array of int8, shape (nx, ny, nz)
        As in ``anatomy.Anatomy``.
    tr_s : float
        Repetition time, in seconds.

    Returns
    -------
    table : dict of array of shape (n_volumes,)
        Translations in mm, rotations in radians; NaN where a value needs the
        volume before the first.
    """
    table = {
        name: run.realigned[np.isin(tissue, region)].mean(0, dtype=np.float64)
        for name, region in REGIONS.items()
    }
    displacement = framewise_displacement(run.estimated_motion)
    table["framewise_displacement"] = displacement
    table |= cosines(len(displacement), tr_s)
    table |= motion_terms(run.estimated_motion)
    for i, volume in enumerate(np.flatnonzero(displacement > OUTLIER_MM)):
        column = np.zeros(len(displacement))
        column[volume] = 1
        table[f"motion_outlier{i:02d}"] = column
    return table
