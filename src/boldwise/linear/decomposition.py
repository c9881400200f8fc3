"""Principal directions of features, from the smaller of their two Gram matrices.

Letters for shapes: n rows, p features, k directions that the rows span.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError
from boldwise.linear.arrays import Array, namespace, put

GRAM_RESOLVES = 1e-9
"""Smallest penalty, as a share of the largest squared singular value, for which
the Gram matrix is exact enough: squaring loses half of the 16 digits."""


@dataclass(frozen=True)
class Directions:
    """Right singular vectors of centred features that carry variance.

    With fewer rows than features they are never formed: they are ``base' @ mix``.
    Otherwise ``base`` is None and ``mix`` holds them.

    Attributes
    ----------
    mean : array of float64, shape (p,)
        Subtracted from the features; zeros if they were not centred.
    squared : array of float64, shape (k,)
        Squared singular values, positive and falling.
    mix : array of shape (p, k), or (n, k) where ``base`` is given
    base : array of shape (n, p), or None
        The centred features.
    """

    mean: Array
    squared: Array
    mix: Array
    base: Array | None = None

    def project(self, features: Array) -> Array:
        """Coordinates (n_new, k) of new features (n_new, p) along the directions."""
        centred = put(put(features, like=self.mean) - self.mean, like=self.mix)
        return (centred if self.base is None else centred @ self.base.T) @ self.mix

    def expand(self, coordinates: Array) -> Array:
        """Weights of features (p, n_targets) from coordinates (k, n_targets)."""
        weights = self.mix @ coordinates
        return weights if self.base is None else self.base.T @ weights


def decompose(
    features: Array, *, centre: bool = True, smallest_alpha: float = np.inf
) -> Directions:
    """Find the directions of features by the smaller of their two Gram matrices.

    Directions that carry no variance (constant features, repeated features,
    more features than rows) are left out, so that nothing divides by zero. Where
    the smallest penalty is too small for a Gram matrix to resolve, the features
    themselves are decomposed, which is slower.

    Parameters
    ----------
    features : array or tensor of shape (n, p)
        Not modified.
    centre : bool
        Subtract the mean of each feature first.
    smallest_alpha : float
        Smallest penalty that will be used with the result.

    Returns
    -------
    directions : Directions
        In double precision.

    Raises
    ------
    DataError
        If a feature is not finite.
    """
    base, mean = centre_features(features, centre=centre)
    wide = base.shape[0] < base.shape[1]
    gram = base @ base.T if wide else base.T @ base
    squared, vectors = find_directions(
        gram, base, by_rows=wide, smallest_alpha=smallest_alpha
    )
    if wide:
        return Directions(mean, squared, vectors / squared**0.5, base)
    return Directions(mean, squared, vectors)


def centre_features(features: Array, *, centre: bool) -> tuple[Array, Array]:
    """Subtract means in double precision; a constant feature becomes exactly zero.

    Parameters
    ----------
    features : array or tensor of shape (n, p)
        Not modified.
    centre : bool
        If not, the means are zeros.

    Returns
    -------
    base : array of float64, shape (n, p)
    mean : array of float64, shape (p,)

    Raises
    ------
    DataError
        If a feature is not finite.
    """
    xp = namespace(features)
    finite = xp.isfinite(features).all(0)
    if not finite.all():
        raise DataError(
            f"{int((~finite).sum())} of {features.shape[1]} features hold NaN or "
            "infinity. Find the stimuli that lack them, or leave the features out."
        )
    mean = features.mean(0, dtype=xp.float64) * centre
    base = features - mean
    if centre:
        base[:, xp.amax(features, 0) == xp.amin(features, 0)] = 0.0
    return base, mean


def find_directions(
    gram: Array, base: Array, *, by_rows: bool, smallest_alpha: float
) -> tuple[Array, Array]:
    """Find the directions of features that carry variance.

    Parameters
    ----------
    gram : array or tensor of float64, shape (n, n) by rows, otherwise (p, p)
        ``base @ base'``, or ``base' @ base``.
    base : array or tensor of float64, shape (n, p)
        Centred features.
    by_rows : bool
        Ask for left singular vectors rather than right ones.
    smallest_alpha : float
        Smallest penalty that will be used with the result.

    Returns
    -------
    squared : array of shape (k,)
        Squared singular values that are not rounding, falling.
    vectors : array of shape (n, k) by rows, otherwise (p, k)
    """
    xp = namespace(gram)
    squared, vectors = xp.linalg.eigh(gram)
    squared, vectors = xp.flip(squared, (0,)), xp.flip(vectors, (1,))
    if smallest_alpha < GRAM_RESOLVES * max(float(squared[0]), 0.0):
        left, singular, right = xp.linalg.svd(base, full_matrices=False)
        squared, vectors = singular**2, left if by_rows else right.T
        rounding = (max(base.shape) * np.finfo(np.float64).eps) ** 2
    else:
        rounding = max(base.shape) * np.finfo(np.float64).eps
    n_kept = int((squared > abs(squared[0]) * rounding).sum())
    return squared[:n_kept], vectors[:, :n_kept]
