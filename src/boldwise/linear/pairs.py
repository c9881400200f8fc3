"""Lengths of ridge's predictions for a whole grid of penalties at once.

Along directions with squared singular values x, of which the validated rows have the
Gram matrix G, the squared length of the prediction from moments z is

    sum_ij  z_i z_j G_ij / ((x_i + alpha) (x_j + alpha)).

Taken apart into partial fractions, the quotient of a pair is

    (1 / (x_i + alpha) - 1 / (x_j + alpha)) / (x_j - x_i),

so that the double sum does not depend on the penalty. One product with a k by k
matrix serves them all, where predictions take one for each penalty or each term of
the shrinkage. Directions of nearly equal x share half of the sum of their squared
shrinkages each, instead of the product, which is the same but for half of the squared
relative difference.

Letters for shapes: w targets of the tile, k directions.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.linear.arrays import Array, namespace, put

NEAR = 4e-3
"""Relative difference of x up to which directions are near. Beyond it a difference of
two quotients loses at most 250 units of rounding (1.5e-5 in single precision, as much
as is left out below it)."""
BLOCK = 64  # Directions whose neighbours are taken together.

Window = tuple[slice, slice, Array]


@dataclass(frozen=True)
class Pairs:
    """Pairs of directions, as far as they do not depend on the targets.

    Attributes
    ----------
    far : array of shape (k, k)
        ``2 G_ij / (x_i - x_j)`` in row i and column j; 0 where they are near.
    near : array of shape (k,), or list of (slice, slice, array)
        G of near directions: its diagonal if no direction has another one near it,
        else windows of rows and columns that hold all pairs that are near.
    shrinkage : array of shape (n_alphas, k)
        ``1 / (x + alpha)``.
    shifted : array of shape (n_alphas, k)
        The same, less that of a medium x: differences stay, and keep their digits
        where the penalty is large.
    squared : array of shape (n_alphas, k)
        Square of the shrinkage.
    """

    far: Array
    near: Array | list[Window]
    shrinkage: Array
    shifted: Array
    squared: Array

    def lengths(self, z: Array) -> Array:
        """Squared lengths of the predictions of all penalties.

        Parameters
        ----------
        z : array of shape (w, k)
            Moments along the directions.

        Returns
        -------
        square : array of shape (n_alphas, w)
        """
        apart = z @ self.far  # (w, k)
        apart *= z
        beside = z * self.near if not isinstance(self.near, list) else self._meet(z)
        beside *= z
        square: Array = self.shifted @ apart.T
        square += self.squared @ beside.T
        return square

    def put(self, like: Array) -> "Pairs":
        """Bring it to the library, the device and the precision of an array."""
        if isinstance(self.near, list):
            near = [(a, b, put(gram, like=like)) for a, b, gram in self.near]
        else:
            near = put(self.near, like=like)
        names = ("far", "shrinkage", "shifted", "squared")
        return Pairs(
            near=near, **{name: put(getattr(self, name), like=like) for name in names}
        )

    def _meet(self, z: Array) -> Array:
        """Sum of z over the directions near each one, weighed by G: (w, k)."""
        beside = namespace(z).empty_like(z)
        for rows, columns, gram in self.near:
            beside[:, columns] = z[:, rows] @ gram
        return beside


def pair_directions(squared: np.ndarray, gram: np.ndarray, alphas: np.ndarray) -> Pairs:
    """Take the products of two shrinkages apart, for every pair of directions.

    Parameters
    ----------
    squared : array of float64, shape (k,)
        Squared singular values, positive and falling.
    gram : array of float64, shape (k, k)
        Products of the directions as the rows to validate see them.
    alphas : array of shape (n_alphas,)
        Penalties, positive.

    Returns
    -------
    pairs : Pairs
        In double precision.
    """
    difference = squared[:, None] - squared
    is_near = np.abs(difference) <= NEAR * np.maximum(squared[:, None], squared)
    difference[is_near] = np.inf
    row = alphas[:, None]
    medium = np.exp(np.log(squared).mean()) if len(squared) else 1.0
    shrinkage = 1.0 / (squared + row)
    return Pairs(
        far=2.0 * gram / difference,
        near=_near(gram, is_near),
        shrinkage=shrinkage,
        shifted=(medium - squared) * shrinkage / (medium + row),
        squared=shrinkage**2,
    )


def _near(gram: np.ndarray, is_near: np.ndarray) -> np.ndarray | list[Window]:
    """Diagonal (k,), or windows: directions are sorted, so that near ones neighbour."""
    k = len(gram)
    if int(is_near.sum()) == k:
        return np.diag(gram).copy()
    windows: list[Window] = []
    for start in range(0, k, BLOCK):
        columns = slice(start, min(start + BLOCK, k))
        reached = np.flatnonzero(is_near[:, columns].any(axis=1))
        rows = slice(int(reached[0]), int(reached[-1]) + 1)
        windows.append((rows, columns, (gram * is_near)[rows, columns]))
    return windows
