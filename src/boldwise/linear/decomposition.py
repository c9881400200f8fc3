"""One thin singular value decomposition, from which every ridge follows.

Letters for shapes: n rows, p features, k directions that the rows span.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError

GRAM_RESOLVES = 1e-9
"""Smallest penalty, as a share of the largest squared singular value, for which
the Gram matrix is exact enough: squaring loses half of the 16 digits."""


@dataclass(frozen=True)
class ThinSVD:
    """Features as ``left * singular * right'``, in double precision.

    With fewer rows than features the right vectors are never formed: they are
    ``base' @ mix``. Otherwise ``base`` is None and ``mix`` holds them.

    Attributes
    ----------
    mean : array of shape (p,)
        Subtracted from the features; zeros if they were not centred.
    left : array of shape (n, k)
        Orthonormal columns.
    singular : array of shape (k,)
        Positive.
    mix : array of shape (p, k), or (n, k) where ``base`` is given
    base : array of shape (n, p), or None
        The centred features.
    """

    mean: np.ndarray
    left: np.ndarray
    singular: np.ndarray
    mix: np.ndarray
    base: np.ndarray | None = None

    def project(self, features: np.ndarray) -> np.ndarray:
        """Coordinates (n_new, k) of new features (n_new, p) along the right vectors."""
        centred = features - self.mean
        if self.base is None:
            projected: np.ndarray = centred @ self.mix
        else:
            projected = (centred @ self.base.T) @ self.mix
        return projected

    def expand(self, coordinates: np.ndarray) -> np.ndarray:
        """Weights of features (p, n_targets) from coordinates (k, n_targets)."""
        weights: np.ndarray = self.mix.astype(coordinates.dtype) @ coordinates
        if self.base is not None:
            weights = self.base.T.astype(coordinates.dtype) @ weights
        return weights

    def shrink(self, alpha: np.ndarray) -> np.ndarray:
        """Ridge's filter s / (s² + alpha): (k, n) from penalties (n,)."""
        s = self.singular[:, None]
        filtered: np.ndarray = s / (s**2 + alpha)
        return filtered


def decompose(
    features: np.ndarray, *, centre: bool = True, smallest_alpha: float = np.inf
) -> ThinSVD:
    """Decompose features by the smaller of their two Gram matrices.

    Directions that carry no variance (constant features, repeated features,
    more features than rows) are left out, so that nothing divides by zero. Where
    the smallest penalty is too small for a Gram matrix to resolve, the features
    themselves are decomposed, which is slower.

    Parameters
    ----------
    features : array of shape (n, p)
        Not modified.
    centre : bool
        Subtract the mean of each feature first.
    smallest_alpha : float
        Smallest penalty that will be used with the result.

    Returns
    -------
    svd : ThinSVD

    Raises
    ------
    DataError
        If a feature is not finite.
    """
    if not np.isfinite(features).all():
        n_bad = int((~np.isfinite(features)).any(axis=0).sum())
        raise DataError(
            f"{n_bad} of {features.shape[1]} features hold NaN or infinity. Find the "
            "stimuli that lack them, or leave the features out."
        )
    mean = features.mean(axis=0, dtype=np.float64) * centre
    base = features - mean
    if centre:
        base[:, features.max(axis=0) == features.min(axis=0)] = 0.0
    wide = base.shape[0] < base.shape[1]
    squared, vectors = np.linalg.eigh(base @ base.T if wide else base.T @ base)
    if smallest_alpha < GRAM_RESOLVES * max(squared[-1], 0.0):
        return _decompose_exactly(base, mean)
    kept = squared > squared[-1] * max(base.shape) * np.finfo(np.float64).eps
    singular, vectors = np.sqrt(squared[kept]), vectors[:, kept]
    if wide:
        return ThinSVD(mean, vectors, singular, vectors / singular, base)
    return ThinSVD(mean, base @ (vectors / singular), singular, vectors)


def _decompose_exactly(base: np.ndarray, mean: np.ndarray) -> ThinSVD:
    left, singular, right = np.linalg.svd(base, full_matrices=False)
    kept = singular > singular[0] * max(base.shape) * np.finfo(np.float64).eps
    return ThinSVD(mean, left[:, kept], singular[kept], right[kept].T)
