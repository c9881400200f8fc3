"""Ridge's shrinkage for a whole grid of penalties from a few terms per direction.

Ridge divides the moment along a direction with squared singular value x by x + alpha.
Over a narrow band of directions these quotients barely differ in shape, so that a
few functions of x span them for every penalty:

    1 / (x + alpha)  ~  sum_r mix[alpha, r] basis[r, x]

Relative to (c + alpha), with c in the middle of the band, and to the quotient of the
smallest penalty, all quotients are near 1, and a singular value decomposition of
them gives the terms; numerical rank grows with the logarithm of the accuracy and of
the band's width (Beckermann & Townsend 2017, SIAM J Matrix Anal Appl 38, on Cauchy
matrices). Predictions for 20 penalties then cost about 5 products instead of 20.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.linear.arrays import Array, put

WIDTH = 1.0  # Of a band, in natural logarithms of x: wider needs more terms.
DIRECT = 1.2  # Operations of one large product for one of several small ones.


@dataclass(frozen=True)
class Band:
    """Shrinkage of neighbouring directions.

    Attributes
    ----------
    directions : slice
        Of the singular values, which fall.
    basis : array of shape (n_terms, n_directions of the band)
    mix : array of shape (n_alphas, n_terms), or None
        ``mix @ basis`` is ``1 / (squared + alpha)``, relative error <= tolerance;
        if None, ``basis`` is that itself: few directions are not worth a detour.
    """

    directions: slice
    basis: np.ndarray
    mix: np.ndarray | None

    @property
    def shrinkage(self) -> np.ndarray:
        """Quotients of all penalties, shape (n_alphas, n_directions)."""
        return self.basis if self.mix is None else self.mix @ self.basis

    def put(self, like: Array) -> "Band":
        """Bring it to the library, the device and the precision of an array."""
        mix = None if self.mix is None else put(self.mix, like=like)
        return Band(self.directions, put(self.basis, like=like), mix)


def compress_shrinkage(
    squared: np.ndarray, alphas: np.ndarray, *, tolerance: float
) -> list[Band]:
    """Cut directions into bands, and span the shrinkage of each by a few terms.

    Parameters
    ----------
    squared : array of shape (k,)
        Squared singular values, positive and falling.
    alphas : array of shape (n_alphas,)
        Penalties, positive.
    tolerance : float
        Largest relative error of a quotient, for any penalty and direction.

    Returns
    -------
    bands : list of Band
        In the order of the directions; together they cover all. One band without a
        mix if that is less work.
    """
    direct = Band(slice(0, len(squared)), 1.0 / (squared + alphas[:, None]), None)
    if not len(squared):
        return [direct]
    # Far below the smallest penalty, and far above the largest, all are alike.
    reach = np.log(4.0 / tolerance)
    ends = np.log(alphas.min()) - reach, np.log(alphas.max()) + reach
    place = np.clip(np.log(squared), *ends)
    label = np.floor((place[0] - place) / WIDTH)
    starts = np.flatnonzero(np.append(True, label[1:] != label[:-1]))
    stops = np.append(starts[1:], len(squared))
    bands = [
        _span(slice(int(a), int(b)), squared[a:b], alphas, tolerance)
        for a, b in zip(starts, stops, strict=True)
    ]
    work = sum(len(band.basis) * (band.basis.shape[1] + len(alphas)) for band in bands)
    return [direct] if direct.basis.size <= DIRECT * work else bands


def _span(
    directions: slice, squared: np.ndarray, alphas: np.ndarray, tolerance: float
) -> Band:
    row = np.sqrt(squared[0] * squared[-1]) + alphas[:, None]  # (n_alphas, 1)
    column = (squared + alphas.min()) / row.min()  # (n_directions,)
    alike = row / (squared + alphas[:, None]) * column
    left, size, right = np.linalg.svd(alike, full_matrices=False)
    left *= size
    for n_terms in range(1, len(size) + 1):
        error = np.abs(left[:, :n_terms] @ right[:n_terms] / alike - 1.0).max()
        if error <= tolerance:
            break
    return Band(directions, right[:n_terms] / column, left[:, :n_terms] / row)
