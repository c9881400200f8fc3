"""Priors on how weights change over delays, as a change of the delayed features.

A Tikhonov penalty ``b' (K kron I)^-1 b`` says that the weights of a feature over
delays covary as K (Nunez-Elizalde, Huth & Gallant 2019, NeuroImage 197, eq. 9). With
``K = L L'`` and features ``Z = X (L kron I)`` it is plain ridge of Z, whose weights w
give ``b = (L kron I) w``: any ridge solver can have the prior. Delayed features are
ordered delay by delay, as ``add_delays`` orders them.
"""

from collections.abc import Sequence

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError


def smooth_prior(delays: Sequence[int], *, width: float) -> np.ndarray:
    """Covariance of weights that change slowly over delays.

    Parameters
    ----------
    delays : sequence of int, in volumes
    width : float, in volumes
        Standard deviation of a Gaussian: weights that far apart correlate by 0.61.
        Towards 0 delays are independent.

    Returns
    -------
    covariance : array of shape (n_delays, n_delays)
        With ones on the diagonal.

    Raises
    ------
    DataError
        If the width is not positive.

    Examples
    --------
    >>> smooth_prior([1, 2], width=1.0).round(2).tolist()
    [[1.0, 0.61], [0.61, 1.0]]
    """
    if not width > 0:
        raise DataError(f"the width of a prior must be above 0 volumes, got {width}.")
    apart = np.subtract.outer(np.asarray(delays, float), np.asarray(delays, float))
    return np.asarray(np.exp(-((apart / width) ** 2) / 2))


def shaped_prior(shape: Sequence[float] | np.ndarray, *, loose: float) -> np.ndarray:
    """Covariance of weights that follow a shape, such as a haemodynamic response.

    Parameters
    ----------
    shape : sequence of float, shape (n_delays,)
        Expected weights over delays, in any unit.
    loose : float
        Share of the variance, above 0 up to 1, that is free of the shape.

    Returns
    -------
    covariance : array of shape (n_delays, n_delays)
        With a mean of ones on the diagonal.

    Raises
    ------
    DataError
        If the shape is zero throughout or not finite, or the share is not in its range.
    """
    course = np.asarray(shape, float)
    size = np.sqrt((course**2).mean()) if len(course) else 0.0
    if not 0 < size < np.inf or not 0 < loose <= 1:
        raise DataError(
            "a prior needs a shape that is not zero, of finite numbers, and 0 < loose "
            f"<= 1, got the shape {course.tolist()} and loose={loose}."
        )
    course = course / size
    free = loose * np.eye(len(course))
    return np.asarray((1 - loose) * np.outer(course, course) + free)


def apply_prior(delayed: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Change delayed features so that plain ridge of them has the prior.

    Parameters
    ----------
    delayed : array of shape (n_volumes, n_delays * n_features)
        Delay by delay.
    covariance : array of shape (n_delays, n_delays)
        Symmetric, positive semidefinite.

    Returns
    -------
    changed : array of shape (n_volumes, n_delays * n_features)

    Raises
    ------
    ShapeMismatchError
        If the columns are not a multiple of the delays.
    DataError
        If the covariance is not positive semidefinite.
    """
    return _multiply(delayed, prior_root(covariance))


def undo_prior(weight: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Turn weights of changed features into those of the delayed features.

    Parameters
    ----------
    weight : array of shape (n_delays * n_features, n_targets)
    covariance : array of shape (n_delays, n_delays)

    Returns
    -------
    weight : array of shape (n_delays * n_features, n_targets)
        The same predictions from features without the prior.
    """
    return _multiply(weight.T, prior_root(covariance).T).T


def prior_root(covariance: np.ndarray) -> np.ndarray:
    """Find L with ``L L'`` the covariance (n_delays, n_delays): its symmetric root.

    Raises
    ------
    DataError
        If the covariance is not symmetric, or has a negative eigenvalue.
    """
    variance, vectors = np.linalg.eigh(covariance)
    rounding = len(variance) * np.finfo(np.float64).eps * abs(variance[-1])
    if variance[0] < -rounding or not np.allclose(covariance, covariance.T):
        raise DataError(
            "the covariance of weights over delays is not positive semidefinite: its "
            f"smallest eigenvalue is {variance[0]:.3g}."
        )
    return np.asarray(vectors * np.sqrt(np.maximum(variance, 0.0)) @ vectors.T)


def _multiply(rows: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Rows (n, n_delays * n_features) times ``root kron identity``."""
    n_delays = len(root)
    if rows.shape[1] % n_delays:
        raise ShapeMismatchError(
            f"{rows.shape[1]} delayed features are no multiple of {n_delays} delays."
        )
    parts = rows.reshape(len(rows), n_delays, -1)
    precision = rows.dtype if rows.dtype.kind == "f" else np.float64
    mixed = np.einsum("ndf,de->nef", parts, root.astype(precision))
    return np.asarray(mixed.reshape(rows.shape))
