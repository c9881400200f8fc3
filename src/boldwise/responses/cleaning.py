"""What is not of interest in a run: slow drifts and confounds.

Drifts, high-pass cosines and confounds are regressed out together, run by run.
Doing one after the other would bring back with the second what the first took
out (Lindquist et al. 2019, Human Brain Mapping 40:2358).
"""

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError

RANK_TOLERANCE = 1e-8


def nuisance_basis(
    n_volumes: int,
    tr_s: float,
    *,
    high_pass_hz: float,
    detrend_order: int,
    confounds: np.ndarray | None = None,
    kept: np.ndarray | None = None,
) -> np.ndarray:
    """Orthonormal time courses that span all that is to be removed from a run.

    Parameters
    ----------
    n_volumes : int
        Volumes of the run.
    tr_s : float
        Repetition time, in seconds.
    high_pass_hz : float
        Cosines (DCT-II) up to this frequency are removed, in Hz; 0: none.
    detrend_order : int
        Polynomials up to this degree are removed; 0: the mean only.
    confounds : array of shape (n_volumes, n_confounds), optional
        In any unit; not modified.
    kept : array of bool, shape (n_volumes,), optional
        Volumes that count. Drifts keep the clock of the whole run.

    Returns
    -------
    basis : array of shape (n_kept, n_nuisance)
        ``n_nuisance`` is the rank: repeated and constant confounds count once.

    Raises
    ------
    ShapeMismatchError
        If confounds and run differ in length.
    DataError
        If nothing would be left of the run.
    """
    parts = [_polynomials(n_volumes, detrend_order)]
    parts.append(_cosines(n_volumes, tr_s, high_pass_hz))
    if confounds is not None:
        if len(confounds) != n_volumes:
            raise ShapeMismatchError(
                f"confounds have {len(confounds)} rows, but the run has {n_volumes} "
                "volumes. Was one of them cut?"
            )
        parts.append(confounds - confounds.mean(0))
    columns = np.hstack(parts)
    columns = columns if kept is None else columns[kept]
    length = np.linalg.norm(columns, axis=0)
    columns = columns[:, length > 0] / length[length > 0]
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    basis: np.ndarray = left[:, size > RANK_TOLERANCE * size[0]]
    if basis.shape[1] >= len(columns):
        raise DataError(
            f"{columns.shape[1]} drifts and confounds explain all {len(columns)} "
            "volumes of the run. Choose fewer confounds or a lower `high_pass_hz`."
        )
    return basis


def remove_nuisance(signal: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Take out of each column what the basis explains of it.

    Parameters
    ----------
    signal : array of shape (n_volumes, n_columns)
        Any unit; not modified.
    basis : array of shape (n_volumes, n_nuisance)
        Orthonormal, from ``nuisance_basis``.

    Returns
    -------
    cleaned : array of shape (n_volumes, n_columns)
        In the unit and precision of ``signal``.
    """
    basis = basis.astype(signal.dtype)
    cleaned: np.ndarray = signal - basis @ (basis.T @ signal)
    return cleaned


def percent_signal_change(bold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Express a run as change from the mean of each voxel, in percent of that mean.

    Parameters
    ----------
    bold : array of shape (n_volumes, n_voxels)
        In the unit of the scanner; not modified.

    Returns
    -------
    signal : array of float32, shape (n_volumes, n_voxels)
        Percent; 0 where a voxel is not usable.
    usable : array of bool, shape (n_voxels,)
        False where a voxel is constant, not finite, or its mean is not positive.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        mean = bold.mean(0, dtype=np.float64)
        varies = bold.max(0) > bold.min(0)
    usable = np.isfinite(mean) & (mean > 0) & varies
    divisor = np.where(usable, mean, 1.0).astype(np.float32)
    signal = np.where(usable, bold, divisor).astype(np.float32)
    signal -= divisor
    signal *= 100 / divisor
    return signal, usable


def _polynomials(n_volumes: int, order: int) -> np.ndarray:
    return np.polynomial.legendre.legvander(np.linspace(-1, 1, n_volumes), order)


def _cosines(n_volumes: int, tr_s: float, high_pass_hz: float) -> np.ndarray:
    """Type-II cosines below the cutoff, which have frequency k / (2 n TR)."""
    count = min(int(np.floor(2 * n_volumes * tr_s * high_pass_hz)), n_volumes - 1)
    middle = np.arange(n_volumes)[:, None] + 0.5
    cosines: np.ndarray = np.cos(np.pi / n_volumes * middle * np.arange(1, count + 1))
    return cosines
