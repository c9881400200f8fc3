"""Orthogonal Procrustes: turn one subject's voxel space onto another's."""

import numpy as np

from boldwise.decoders.alignment.linear_map import Alignment, Piece, centre_pair

RANK_TOLERANCE = 1e-10  # Of the largest singular value.


def fit_procrustes(
    source: np.ndarray, target: np.ndarray, *, scale: bool = False
) -> Alignment:
    """Turn centred responses so that they come as close to the target's as can be.

    Minimises ``|s X R - Y|²`` over matrices R that keep lengths and angles [1]_ and,
    if wanted, a gain s. The solution is ``R = U V'`` from the singular value
    decomposition ``X'Y = U S V'``, and ``s = tr(S) / |X|²``. Directions that the
    alignment stimuli leave open (fewer stimuli than voxels) are mapped to zero
    instead of anywhere, so that nothing arbitrary enters. The decomposition is that
    of a matrix of stimuli by stimuli when these are fewer.

    Parameters
    ----------
    source : array of shape (n_align, n_source)
    target : array of shape (n_align, n_target)
        Rows show the same stimuli; any unit.
    scale : bool
        Fit the gain, too.

    Returns
    -------
    alignment : Alignment

    Raises
    ------
    ShapeMismatchError, DataError
        As ``centre_pair``.

    References
    ----------
    .. [1] Schönemann (1966). Psychometrika 31:1-10.
    """
    source_mean, target_mean, x, y = centre_pair(source, target)
    left, right, gain = rotation(x, y)
    if scale:
        left = left * gain
    piece = Piece(slice(None), slice(None), left, right)
    return Alignment(source_mean, target_mean, [piece])


def rotation(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Factors of the best rotation, and the best gain after it.

    Parameters
    ----------
    x : array of shape (n_align, n_source)
    y : array of shape (n_align, n_target)
        Both centred.

    Returns
    -------
    left : array of shape (n_source, rank)
    right : array of shape (rank, n_target)
        ``x @ left @ right`` is the turned x.
    gain : float
        0 where x does not vary.
    """
    (along_x, axes_x), (along_y, axes_y) = span(x), span(y)
    u, singular, vt = np.linalg.svd(along_x.T @ along_y, full_matrices=False)
    kept = singular > RANK_TOLERANCE * singular.max(initial=0)
    energy = float((along_x**2).sum())
    gain = float(singular.sum()) / energy if energy else 0.0
    return axes_x @ u[:, kept], vt[kept] @ axes_y.T, gain


def span(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of rows in an orthonormal basis of the space that they span.

    Parameters
    ----------
    x : array of shape (n, v)

    Returns
    -------
    along : array of shape (n, rank)
    axes : array of shape (v, rank)
        ``along @ axes.T`` is x.
    """
    u, singular, vt = np.linalg.svd(x, full_matrices=False)
    kept = singular > RANK_TOLERANCE * singular.max(initial=0)
    return u[:, kept] * singular[kept], vt[kept].T
