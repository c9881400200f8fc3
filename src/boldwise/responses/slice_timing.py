"""Slices are taken one after the other: shift each series to one time of the TR."""

import numpy as np
from scipy.interpolate import make_interp_spline

from boldwise.errors import DataError, ShapeMismatchError

ORDER = 5  # of the splines in time


def correct_slice_timing(
    bold: np.ndarray,
    slice_time_s: np.ndarray,
    *,
    tr_s: float,
    reference_s: float,
    axis: int = 2,
) -> np.ndarray:
    """Interpolate all slices to one time within the repetition time.

    Each voxel's series is read from a quintic spline through its volumes. The spline
    is linear in the series, so one matrix per slice time does the work. What lies
    before the first volume or after the last is held constant.

    Parameters
    ----------
    bold : array of shape (nx, ny, nz, n_volumes)
        As scanned; not modified.
    slice_time_s : array of shape (n_slices,)
        When each slice was taken, in seconds from the start of its volume, in the
        order of the slices along ``axis``. Slices of one band have the same time.
    tr_s : float
        Repetition time, in seconds.
    reference_s : float
        Time that volume 0 stands for afterwards, in seconds: ``tr_s / 2`` for the
        middle of the repetition time.
    axis : int
        Of the slices: 0, 1 or 2.

    Returns
    -------
    corrected : array of float32, shape (nx, ny, nz, n_volumes)

    Raises
    ------
    ShapeMismatchError
        If there are not as many times as slices.
    DataError
        If a slice was taken outside of the repetition time.
    """
    n_slices, n_volumes = bold.shape[axis], bold.shape[3]
    _check_times(slice_time_s, n_slices, tr_s)
    corrected = np.empty(bold.shape, np.float32)
    source, target = np.moveaxis(bold, axis, 0), np.moveaxis(corrected, axis, 0)
    for time_s in np.unique(slice_time_s):
        taken = np.flatnonzero(slice_time_s == time_s)
        weights = time_weights(n_volumes, (reference_s - time_s) / tr_s)
        for one in taken:
            target[one] = source[one].astype(np.float32) @ weights.T
    return corrected


def time_weights(n_volumes: int, lag: float) -> np.ndarray:
    """Weigh the volumes of a series to read it a little later or earlier.

    Parameters
    ----------
    n_volumes : int
    lag : float
        In volumes; below 0 reads earlier.

    Returns
    -------
    weights : array of float32, shape (n_volumes, n_volumes)
        ``weights @ series`` is the series at times ``k + lag``.
    """
    if lag == 0:
        return np.eye(n_volumes, dtype=np.float32)
    volume = np.arange(n_volumes)
    order = min(ORDER, n_volumes - 1 - n_volumes % 2)  # odd, and below n_volumes
    spline = make_interp_spline(volume, np.eye(n_volumes), k=max(order, 1))
    weights: np.ndarray = spline(np.clip(volume + lag, 0, n_volumes - 1))
    return weights.astype(np.float32)


def _check_times(slice_time_s: np.ndarray, n_slices: int, tr_s: float) -> None:
    if len(slice_time_s) != n_slices:
        raise ShapeMismatchError(
            f"{len(slice_time_s)} slice times, but {n_slices} slices. Mend "
            "`SliceTiming` or `SliceEncodingDirection` in the sidecar."
        )
    low, high = float(np.min(slice_time_s)), float(np.max(slice_time_s))
    if not 0 <= low <= high <= tr_s:  # NaN, too.
        raise DataError(
            f"slices were taken from {low:g} to {high:g} s, but a volume lasts "
            f"{tr_s:g} s. `SliceTiming` must be in seconds from the volume's start."
        )
