"""Whitening of a common pattern: every direction counts alike in a correlation."""

from dataclasses import dataclass

import numpy as np

from boldwise.decoders.alignment.procrustes import span
from boldwise.decoders.discriminant import ledoit_wolf_share


@dataclass(frozen=True)
class Whitening:
    """A map that makes the alignment patterns uncorrelated and equally strong.

    Attributes
    ----------
    mean : array of shape (n_common,)
    axes : array of shape (n_common, rank)
        Orthonormal; what lies outside them is dropped.
    gain : array of shape (rank,)
        One over the standard deviation along each axis.
    share : float
        Of the mean variance in that of each axis, 0 to 1.
    """

    mean: np.ndarray
    axes: np.ndarray
    gain: np.ndarray
    share: float

    def apply(self, pattern: np.ndarray) -> np.ndarray:
        """Whiten patterns (n_rows, n_common), in their own columns; unitless."""
        along = (pattern - self.mean) @ self.axes
        whitened: np.ndarray = along * self.gain @ self.axes.T
        return whitened


def fit_whitening(pattern: np.ndarray) -> Whitening:
    """Measure the covariance of a template over the alignment stimuli.

    A few components carry most of the variance of brain responses, and correlation
    over columns sees little else, though weak components tell stimuli apart as well.
    The covariance is shrunk towards a multiple of the identity by the share that
    Ledoit and Wolf derive, within the space that the stimuli span. Of all whitening
    maps this is the symmetric one, which depends on no choice of axes.

    Parameters
    ----------
    pattern : array of shape (n_align, n_common)
        One that does not vary has no axes: whatever is whitened becomes 0.

    Returns
    -------
    whitening : Whitening
    """
    mean = pattern.mean(axis=0, dtype=np.float64)
    along, axes = span(pattern - mean)
    share = ledoit_wolf_share(along, n_columns=max(1, along.shape[1]))
    variance = (along**2).mean(axis=0)
    shrunk = (1 - share) * variance + share * variance.sum() / max(1, len(variance))
    return Whitening(mean, axes, 1 / np.sqrt(shrunk), share)
