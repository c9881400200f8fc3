"""Which stimulus was it? Ranks of the true one among candidates, per test item.

Definition: similarity[i, j] is the Pearson correlation, over features, of the pattern
predicted from the brain for item i (row) with the target pattern of candidate j
(column). Candidates of an item are the test stimuli of its own fold. Its rank is 1 +
the number of candidates that are more similar than the true one, ties counting half.
"""

from dataclasses import dataclass
from math import comb

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.hubness import correct_hubness

TIE_DECIMALS = 10  # Equal patterns may differ in the last bits of a matrix product.


@dataclass(frozen=True)
class Ranks:
    """Ranks of every candidate for every item.

    Attributes
    ----------
    candidate_rank : array of shape (n_items, n_items)
        ``candidate_rank[i, j]``: rank of the target of item j for the prediction of
        item i, from 1; NaN where j is in another fold.
    rank : array of shape (n_items,)
        Rank of the true candidate, the diagonal.
    n_pool : array of int, shape (n_items,)
        Number of candidates, the true one included.
    fold : array of int, shape (n_items,)
    """

    candidate_rank: np.ndarray
    rank: np.ndarray
    n_pool: np.ndarray
    fold: np.ndarray


def identify(
    prediction: np.ndarray,
    target: np.ndarray,
    fold: np.ndarray,
    *,
    centre: bool = False,
    distractors: str = "targets",
    hubness: str = "none",
) -> Ranks:
    """Rank the true stimulus among the test stimuli of its fold.

    Parameters
    ----------
    prediction : array of shape (n_items, n_features)
        Patterns predicted from the brain.
    target : array of shape (n_items, n_features)
        Patterns of the same stimuli, in the same order.
    fold : array of int, shape (n_items,)
    centre : bool
        Remove each feature's mean over the test items of the fold first, from
        prediction and target alike. Uses no labels. For patterns with a large common
        part, such as brain responses.
    distractors : str
        ``"targets"``: a predicted pattern is compared with all target patterns
        (whose brain is fixed, which stimulus?). ``"predictions"``: a target pattern
        is compared with all predictions (whose stimulus is fixed, which brain?).
    hubness : str
        ``"none"``, ``"csls"`` or ``"z_score"``: correct candidates that are close to
        all test items of the fold. Transductive; see ``hubness.correct_hubness``.

    Returns
    -------
    ranks : Ranks
        A similarity that is undefined (a pattern without variance) tells nothing
        and counts as a tie with all.

    Raises
    ------
    ShapeMismatchError
        If the shapes differ.
    DataError
        If a fold has fewer than 2 items.

    Examples
    --------
    >>> patterns = np.eye(3)
    >>> identify(patterns, patterns, np.zeros(3)).rank.tolist()
    [1.0, 1.0, 1.0]
    """
    if prediction.shape != target.shape or len(fold) != len(target):
        raise ShapeMismatchError(
            f"predictions have shape {prediction.shape}, targets {target.shape}, folds "
            f"{fold.shape}; each row must be one item in all of them."
        )
    n_items = len(fold)
    candidate_rank = np.full((n_items, n_items), np.nan)
    n_pool = np.empty(n_items, np.int64)
    for k in np.unique(fold):
        rows = np.flatnonzero(fold == k)
        if len(rows) < 2:
            raise DataError(
                f"fold {k} tests {len(rows)} stimulus: identification needs at least "
                "2 candidates. Use fewer, larger folds."
            )
        similarity = correlate_rows(prediction[rows], target[rows], centre=centre)
        if distractors == "predictions":
            similarity = similarity.T
        similarity = correct_hubness(similarity, method=hubness)
        candidate_rank[np.ix_(rows, rows)] = rank_candidates(similarity)
        n_pool[rows] = len(rows)
    return Ranks(candidate_rank, candidate_rank.diagonal().copy(), n_pool, fold)


def correlate_rows(
    prediction: np.ndarray, target: np.ndarray, *, centre: bool = False
) -> np.ndarray:
    """Correlate each predicted pattern with each target pattern.

    Parameters
    ----------
    prediction : array of shape (n_predictions, n_features)
    target : array of shape (n_targets, n_features)
    centre : bool
        Remove each column's mean first, of either array by itself.

    Returns
    -------
    similarity : array of shape (n_predictions, n_targets)
        NaN where a pattern does not vary over features.
    """
    standard = []
    for patterns in (prediction, target):
        values = patterns.astype(np.float64)
        if centre:
            values -= values.mean(axis=0)
        values -= values.mean(axis=1, keepdims=True)
        norm = np.sqrt((values**2).sum(axis=1, keepdims=True))
        scale = np.sqrt((patterns.astype(np.float64) ** 2).sum(axis=1, keepdims=True))
        norm[norm <= 1e-10 * scale] = np.nan
        standard.append(values / norm)
    return np.asarray(standard[0] @ standard[1].T)


def rank_candidates(similarity: np.ndarray) -> np.ndarray:
    """Rank the candidates of each row, the most similar first, ties counting half.

    Parameters
    ----------
    similarity : array of shape (n_items, n_candidates)

    Returns
    -------
    rank : array of shape (n_items, n_candidates)
        From 1 to n_candidates; candidates that tie share the mean of their ranks, and
        one of undefined similarity ties with all.
    """
    rank = np.empty(similarity.shape)
    n_candidates = similarity.shape[1]
    for own, row in zip(rank, similarity.round(TIE_DECIMALS), strict=True):
        known = ~np.isnan(row)
        ordered = np.sort(row[known])
        below = np.searchsorted(ordered, row[known], side="left")
        above = len(ordered) - np.searchsorted(ordered, row[known], side="right")
        lost = n_candidates - len(ordered)
        own[known] = 1 + above + (len(ordered) - above - below - 1 + lost) / 2
        own[~known] = (n_candidates + 1) / 2
    return rank


def pool_curve(ranks: Ranks, pool_sizes: list[int], *, top: int = 1) -> np.ndarray:
    """Chance to find the true stimulus among fewer candidates, drawn at random.

    The expected value over all pools of a size is computed, none is drawn: with b
    better candidates among n - 1, the number of them in a pool of m is
    hypergeometric.

    Parameters
    ----------
    ranks : Ranks
    pool_sizes : list of int
        Candidates in the pool, the true one included; at most those of the smallest
        fold.
    top : int
        Found if fewer than ``top`` better candidates are in the pool.

    Returns
    -------
    found : array of shape (n_sizes,)
        Mean over items.

    Raises
    ------
    DataError
        If a pool is larger than a fold.
    """
    largest = int(ranks.n_pool.min())
    if max(pool_sizes) > largest:
        raise DataError(
            f"a pool of {max(pool_sizes)} candidates was asked for, but the smallest "
            f"fold tests {largest} stimuli. Lower pool_sizes."
        )
    better = np.ceil(ranks.rank - 1).astype(np.int64)  # a tie is not yet found
    others = ranks.n_pool - 1
    curve = [
        np.mean(
            [
                _chance_of_fewer(top, int(b), int(n), size - 1)
                for b, n in zip(better, others, strict=True)
            ]
        )
        for size in pool_sizes
    ]
    return np.array(curve)


def _chance_of_fewer(top: int, better: int, others: int, drawn: int) -> float:
    """Chance that fewer than ``top`` of ``better`` are among the ``drawn``."""
    ways = sum(
        comb(better, k) * comb(others - better, drawn - k)
        for k in range(min(top, better + 1, drawn + 1))
    )
    return ways / comb(others, drawn)
