"""How much the head moved, and how much the images changed, from volume to volume."""

import numpy as np

from boldwise.errors import DataError

RADIUS_MM = 50.0  # of a head
NORMAL_IQR = 1.349  # interquartile range of a standard normal
LEVEL = 1000.0  # of the median, so that DVARS is in tenths of a percent


def framewise_displacement(
    motion: np.ndarray, *, radius_mm: float = RADIUS_MM
) -> np.ndarray:
    """Sum the absolute changes of six motion parameters, rotations as arcs [1]_.

    Parameters
    ----------
    motion : array of shape (n_volumes, 6)
        Translations in mm, rotations in radians.
    radius_mm : float
        Of the sphere on which rotations are arcs.

    Returns
    -------
    displacement : array of shape (n_volumes,)
        In mm; NaN for the first volume.

    References
    ----------
    .. [1] Power et al. (2012), "Spurious but systematic correlations in functional
       connectivity MRI networks arise from subject motion", NeuroImage 59:2142.
    """
    change = np.abs(np.diff(motion, axis=0)) * np.repeat([1.0, radius_mm], 3)
    return np.concatenate([[np.nan], change.sum(1)])


def dvars(bold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Root mean square, over voxels, of the change from volume to volume [1]_.

    The standardized form divides by what is expected of the voxels' own noise: robust
    standard deviation (interquartile range) and first-order autocorrelation [2]_.

    Parameters
    ----------
    bold : array of shape (n_volumes, n_voxels)
        Of the brain; voxels that do not vary are left out.

    Returns
    -------
    dvars : array of shape (n_volumes,)
        After scaling the median over voxels and volumes to 1000; NaN for the first
        volume.
    std_dvars : array of shape (n_volumes,)
        Without unit: about 1 in volumes as still as the run's typical one.

    Raises
    ------
    DataError
        If no voxel varies.

    References
    ----------
    .. [1] Power et al. (2012), NeuroImage 59:2142.
    .. [2] Nichols (2013), "Notes on creating a standardized version of DVARS".
    """
    low, high = np.percentile(bold, [25, 75], axis=0)
    varies = high > low
    if not varies.any():
        raise DataError(
            f"none of {bold.shape[1]} voxels of the brain varies over {len(bold)} "
            "volumes. Fetch the run again."
        )
    kept = bold[:, varies].astype(np.float64)
    kept *= LEVEL / np.median(kept)
    spread = (high - low)[varies] * LEVEL / np.median(bold[:, varies]) / NORMAL_IQR
    centred = kept - kept.mean(0)
    lagged = (centred[1:] * centred[:-1]).sum(0) / (centred**2).sum(0)
    expected = (np.sqrt(2 * (1 - lagged)) * spread).mean()
    change = np.sqrt((np.diff(kept, axis=0) ** 2).mean(1))
    raw = np.concatenate([[np.nan], change])
    return raw, raw / expected
