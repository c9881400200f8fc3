"""Confounds of a preprocessed run, under the names that fMRIPrep gives them."""

import numpy as np

from boldwise.responses.motion_measures import dvars, framewise_displacement

PARAMETERS = ("trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z")
HIGH_PASS_S = 128.0
OUTLIER_MM, OUTLIER_DVARS = 0.5, 1.5


def tabulate_confounds(
    bold: np.ndarray, motion: np.ndarray | None, *, tr_s: float
) -> dict[str, np.ndarray]:
    """Tabulate what can be known of a run without an anatomical image.

    Parameters
    ----------
    bold : array of shape (n_volumes, n_voxels)
        Preprocessed, of the brain.
    motion : array of shape (n_volumes, 6), or None
        Translations in mm, rotations in radians; None where nothing was realigned.
    tr_s : float
        Repetition time, in seconds.

    Returns
    -------
    table : dict of array of shape (n_volumes,)
        Mean of the brain, ``dvars``, ``std_dvars``, cosines slower than 128 s; with
        motion its 24 terms and ``framewise_displacement``; one column per outlier
        (displaced by more than 0.5 mm, or a standardized DVARS over 1.5). NaN where a
        value needs the volume before the first.
    """
    raw, standardized = dvars(bold)
    table = {
        "global_signal": bold.mean(1, dtype=np.float64),
        "dvars": raw,
        "std_dvars": standardized,
    }
    outlier = standardized > OUTLIER_DVARS
    if motion is not None:
        table["framewise_displacement"] = framewise_displacement(motion)
        outlier |= table["framewise_displacement"] > OUTLIER_MM
    table |= cosines(len(bold), tr_s)
    table |= motion_terms(motion) if motion is not None else {}
    for i, volume in enumerate(np.flatnonzero(outlier)):
        table[f"motion_outlier{i:02d}"] = (np.arange(len(bold)) == volume).astype(float)
    return table


def motion_terms(motion: np.ndarray) -> dict[str, np.ndarray]:
    """Expand six motion parameters to 24: derivatives, and squares of both.

    Parameters
    ----------
    motion : array of shape (n_volumes, 6)
        In mm and radians.

    Returns
    -------
    terms : dict of array of shape (n_volumes,)
        Derivatives are differences to the volume before; NaN for the first.
    """
    terms = {}
    for name, values in zip(PARAMETERS, motion.T, strict=True):
        change = np.concatenate([[np.nan], np.diff(values)])
        terms[name] = values
        terms[f"{name}_derivative1"] = change
        terms[f"{name}_power2"] = values**2
        terms[f"{name}_derivative1_power2"] = change**2
    return terms


def cosines(n_volumes: int, tr_s: float) -> dict[str, np.ndarray]:
    """Give the discrete cosines slower than 128 s, without the constant.

    Parameters
    ----------
    n_volumes : int
    tr_s : float
        Repetition time, in seconds.

    Returns
    -------
    columns : dict of array of shape (n_volumes,)
        ``cosine00`` and on, of unit length: for the model that high-passes.
    """
    n_cosines = int(2 * n_volumes * tr_s / HIGH_PASS_S)
    phase = np.pi * (np.arange(n_volumes) + 0.5) / n_volumes
    scale = np.sqrt(2 / n_volumes)
    return {
        f"cosine{order - 1:02d}": scale * np.cos(order * phase)
        for order in range(1, n_cosines + 1)
    }
