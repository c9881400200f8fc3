"""Confounds of a run, under the names that fMRIPrep gives them."""

import numpy as np

from boldwise.simulate.motion import framewise_displacement
from boldwise.simulate.scanner import BoldRun

PARAMETERS = ("trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z")
HIGH_PASS_S = 128.0
OUTLIER_MM = 0.5
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
    table |= _cosines(len(displacement), tr_s)
    for name, values in zip(PARAMETERS, run.estimated_motion.T, strict=True):
        change = np.concatenate([[np.nan], np.diff(values)])
        table[name] = values
        table[f"{name}_derivative1"] = change
        table[f"{name}_power2"] = values**2
        table[f"{name}_derivative1_power2"] = change**2
    for i, volume in enumerate(np.flatnonzero(displacement > OUTLIER_MM)):
        column = np.zeros(len(displacement))
        column[volume] = 1
        table[f"motion_outlier{i:02d}"] = column
    return table


def _cosines(n_volumes: int, tr_s: float) -> dict[str, np.ndarray]:
    """Discrete cosines slower than the high-pass, without the constant."""
    n_cosines = int(2 * n_volumes * tr_s / HIGH_PASS_S)
    phase = np.pi * (np.arange(n_volumes) + 0.5) / n_volumes
    scale = np.sqrt(2 / n_volumes)
    return {
        f"cosine{order - 1:02d}": scale * np.cos(order * phase)
        for order in range(1, n_cosines + 1)
    }
