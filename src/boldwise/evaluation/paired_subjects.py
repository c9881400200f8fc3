"""Two scores of the same subjects: their difference, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError


@dataclass(frozen=True)
class PairedDifference:
    """Difference of two scores over subjects.

    Attributes
    ----------
    mean : float
    low, high : float
        95 % interval of the mean over subjects, by Student's t; NaN for one subject.
    n_better : int
        Subjects whose first score is higher.
    """

    mean: float
    low: float
    high: float
    n_better: int


def compare_subjects(a: Sequence[float], b: Sequence[float]) -> PairedDifference:
    """Subtract one score from another, subject by subject.

    Parameters
    ----------
    a, b : sequence of float, shape (n_subjects,)
        In the same order.

    Returns
    -------
    difference : PairedDifference
        Of a less b.

    Raises
    ------
    ShapeMismatchError
        If they differ in length.
    DataError
        If there is no subject.

    Examples
    --------
    >>> compare_subjects([0.4, 0.6], [0.2, 0.2]).n_better
    2
    """
    from scipy.stats import t

    if len(a) != len(b):
        raise ShapeMismatchError(
            f"{len(a)} subjects have the first score, {len(b)} the second: a pair "
            "needs both."
        )
    if not len(a):
        raise DataError("no subject to compare: give the scores of 1 or more.")
    difference = np.asarray(a, float) - np.asarray(b, float)
    n_subjects = len(difference)
    half = np.nan
    if n_subjects > 1:
        error = difference.std(ddof=1) / np.sqrt(n_subjects)
        half = float(t.ppf(0.975, n_subjects - 1) * error)
    mean = float(difference.mean())
    return PairedDifference(mean, mean - half, mean + half, int((difference > 0).sum()))
