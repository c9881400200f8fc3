"""How much of a score is owed to training stimuli that resemble those of the test.

A decoder that can only name what it was trained on still identifies test stimuli whose
neighbours it knows. Its score is the baseline of one that claims to generalise.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.identification import TIE_DECIMALS, correlate_rows
from boldwise.evaluation.significance import permutation_p

BLOCK_BYTES = 2**26  # of similarities at once


@dataclass(frozen=True)
class DistanceTrend:
    """A score per item against the item's distance to the training set.

    Attributes
    ----------
    rho : float
        Spearman correlation; below 0 where near items are decoded better. NaN if
        score or distance does not vary.
    p : float
        Two-sided, from permuting which item a distance belongs to.
    distance, score : array of shape (n_bins,)
        Mean of the items of each bin.
    n : array of int, shape (n_bins,)
        Items in each bin.
    """

    rho: float
    p: float
    distance: np.ndarray
    score: np.ndarray
    n: np.ndarray


def nearest_training(
    pattern: np.ndarray, train: np.ndarray, *, n_neighbours: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Find the training patterns that correlate best with each pattern.

    Parameters
    ----------
    pattern : array of shape (n_items, n_features)
    train : array of shape (n_train, n_features)
    n_neighbours : int

    Returns
    -------
    row : array of int, shape (n_items, n_neighbours)
        Rows of ``train``, the nearest first; of equals, the first.
    r : array of shape (n_items, n_neighbours)
        Their Pearson correlations; -inf for a pattern without variance.

    Raises
    ------
    ShapeMismatchError
        If the features are not the same.
    DataError
        If there are fewer training patterns than neighbours.
    """
    if pattern.shape[1] != train.shape[1]:
        raise ShapeMismatchError(
            f"patterns have {pattern.shape[1]} features, training ones "
            f"{train.shape[1]}; neighbours are sought in one space."
        )
    if not 1 <= n_neighbours <= len(train):
        raise DataError(
            f"{n_neighbours} neighbours were asked for among {len(train)} training "
            "stimuli; ask for 1 to all of them."
        )
    row = np.empty((len(pattern), n_neighbours), np.int64)
    r = np.empty((len(pattern), n_neighbours))
    step = max(1, BLOCK_BYTES // (8 * len(train)))
    for first in range(0, len(pattern), step):
        tile = slice(first, first + step)
        found = correlate_rows(pattern[tile], train)
        found = np.where(np.isnan(found), -np.inf, found)
        far = -found.round(TIE_DECIMALS)
        row[tile] = np.argsort(far, axis=1, kind="stable")[:, :n_neighbours]
        r[tile] = np.take_along_axis(found, row[tile], axis=1)
    return row, r


def snap_to_training(prediction: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Replace each prediction by the training pattern that it is most like.

    Parameters
    ----------
    prediction : array of shape (n_items, n_features)
    train : array of shape (n_train, n_features)
        True patterns of the training stimuli, in the space of the prediction.

    Returns
    -------
    snapped : array of shape (n_items, n_features)
        What a decoder says that knows no other patterns: identify with these for the
        nearest-training-neighbour baseline.
    """
    row, _ = nearest_training(prediction, train)
    return np.asarray(train[row[:, 0]])


def distance_to_training(target: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Measure how far each test stimulus is from anything that was trained on.

    Parameters
    ----------
    target : array of shape (n_items, n_features)
        True patterns of the test stimuli.
    train : array of shape (n_train, n_features)

    Returns
    -------
    distance : array of shape (n_items,)
        1 - r to the nearest training pattern, from 0 to 2.
    """
    _, r = nearest_training(target, train)
    return np.asarray(1 - r[:, 0])


def score_by_distance(
    score: np.ndarray,
    distance: np.ndarray,
    *,
    permutation: np.ndarray,
    n_bins: int = 4,
) -> DistanceTrend:
    """Relate a score per item to the item's distance to the training set.

    Parameters
    ----------
    score : array of shape (n_items,)
        For example the two-way share.
    distance : array of shape (n_items,)
        From ``distance_to_training``.
    permutation : array of int, shape (n_permutations, n_items)
        From ``held_out.permute_items``.
    n_bins : int
        Bins of equal numbers of items, by distance.

    Returns
    -------
    trend : DistanceTrend

    Raises
    ------
    DataError
        If there are fewer items than bins.
    """
    if len(score) < n_bins:
        raise DataError(
            f"{len(score)} items cannot fill {n_bins} bins of distance. Ask for fewer."
        )
    x, y = _standard_ranks(distance), _standard_ranks(score)
    rho = float(x @ y) if np.isfinite(x).all() and np.isfinite(y).all() else np.nan
    null = np.abs(x[permutation] @ y)
    p = float(permutation_p(np.array(abs(rho)), null))
    bins = np.array_split(np.argsort(distance, kind="stable"), n_bins)
    return DistanceTrend(
        rho=rho,
        p=p,
        distance=np.array([distance[rows].mean() for rows in bins]),
        score=np.array([score[rows].mean() for rows in bins]),
        n=np.array([len(rows) for rows in bins]),
    )


def _standard_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks of length 1 around 0; NaN if all are equal."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    ranks -= ranks.mean()
    norm = np.sqrt((ranks**2).sum())
    return np.asarray(ranks / norm) if norm else np.full(len(ranks), np.nan)
