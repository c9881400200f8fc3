"""How often noise alone passes for signal: ceilings of voxels without any.

A ceiling is an estimate. From few stimuli it is a rough one, and a voxel without
signal may well lie above the least ceiling at which scores are normalised or voxels
selected. For Gaussian noise the rate is known in closed form: every ceiling from
repeats is a function of the F ratio of the analysis of variance over items.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from boldwise.errors import DataError

BETWEEN = ("inter_subject",)  # subjects are compared, not repeats
RECTIFIED = ("repeats", "mean_of_subjects")


@dataclass(frozen=True)
class Showings:
    """How much a ceiling was estimated from.

    Attributes
    ----------
    n_items, n_rows, n_folds : int
        Test stimuli, their trials, and outer folds.
    mean_inverse : float
        Mean over items of 1 / number of repeats.
    """

    n_items: int
    n_rows: int
    n_folds: int
    mean_inverse: float

    @classmethod
    def count(cls, item: np.ndarray, fold: np.ndarray) -> Self:
        """Count items (of each row, shape (n_rows,)) and folds (n_items,)."""
        repeats = np.bincount(item, minlength=len(fold))
        inverse = float(np.mean(1 / np.maximum(repeats, 1)))
        return cls(len(fold), len(item), len(np.unique(fold)), inverse)

    @property
    def mean_repeats(self) -> float:
        """Trials per stimulus."""
        return self.n_rows / max(self.n_items, 1)


def false_pass_rate(threshold: float, showings: Showings, *, method: str) -> float:
    """Chance that a voxel of pure noise has a ceiling above a threshold.

    With B and W the mean squares between and within items, F = B / W, and h the mean
    of 1 / repeats: analysis of variance and its kin give NC = 1 - 1 / F; the formula
    of the Natural Scenes Dataset compares all trials with W, so that signal / W =
    (F - 1) (n_items - n_folds) / (n_rows - n_folds), and NC = s / (s + h W).

    Parameters
    ----------
    threshold : float
        Share of variance, above 0 and below 1.
    showings : Showings
    method : str
        One of ``ceilings.METHODS``.

    Returns
    -------
    rate : float
        Exact for independent Gaussian noise and equal repeats, close to it for mixed
        ones; NaN where nothing was estimated.

    Raises
    ------
    DataError
        If the threshold is not between 0 and 1.

    Examples
    --------
    >>> hundred = Showings(100, 300, 1, 1 / 3)
    >>> round(false_pass_rate(0.1, hundred, method="repeats"), 2)
    0.26
    """
    if not 0 < threshold < 1:
        raise DataError(
            f"a false pass is counted above a ceiling between 0 and 1, not {threshold}."
        )
    from scipy.special import fdtrc, stdtr

    between, within = _freedom(showings)
    if method in BETWEEN:
        free, r = between - 1, np.sqrt(threshold)
        if free < 1:
            return float("nan")
        return float(stdtr(free, -r * np.sqrt(free / (1 - threshold))))
    if method == "none" or within < 1 or between < 1:
        return float("nan")
    ratio = _ratio_at(threshold, showings, method)
    return float(fdtrc(between, within, ratio))


def safe_threshold(rate: float, showings: Showings, *, method: str) -> float:
    """Find the ceiling that noise passes no more often than this.

    Parameters
    ----------
    rate : float
        Tolerated share of noise voxels, for example 0.05.
    showings : Showings
    method : str

    Returns
    -------
    threshold : float
        Share of variance; NaN where nothing was estimated.
    """
    from scipy.special import fdtri, stdtrit

    between, within = _freedom(showings)
    if method in BETWEEN:
        if between < 2:
            return float("nan")
        t = stdtrit(between - 1, 1 - rate)
        return float(t**2 / (t**2 + between - 1))
    if method == "none" or within < 1 or between < 1:
        return float("nan")
    ratio = float(fdtri(between, within, 1 - rate))
    if method not in RECTIFIED:
        return 1 - 1 / ratio
    signal = (ratio - 1) * between / (showings.n_rows - showings.n_folds)
    return signal / (signal + showings.mean_inverse)


def _freedom(showings: Showings) -> tuple[int, int]:
    """Degrees of freedom between and within items."""
    return (
        showings.n_items - showings.n_folds,
        showings.n_rows - showings.n_items,
    )


def _ratio_at(threshold: float, showings: Showings, method: str) -> float:
    """F ratio at which the ceiling is the threshold."""
    if method not in RECTIFIED:
        return 1 / (1 - threshold)
    between, _ = _freedom(showings)
    trials = showings.n_rows - showings.n_folds
    signal = threshold / (1 - threshold) * showings.mean_inverse
    return float(1 + signal * trials / between)
