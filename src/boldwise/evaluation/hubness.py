"""Hubs: candidates that are close to every query; found, counted, and corrected.

All corrections are transductive: they look at the other test items, without labels.
A score that used one says so, and is not comparable with one that did not.
"""

import numpy as np

from boldwise.errors import ConfigError

CORRECTIONS = ("none", "csls", "z_score")


def correct_hubness(
    similarity: np.ndarray, *, method: str, n_neighbours: int = 10
) -> np.ndarray:
    """Take from each candidate what it owes to being close to all queries.

    Parameters
    ----------
    similarity : array of shape (n_queries, n_candidates)
        NaN where undefined.
    method : str
        ``"none"``; ``"csls"``: twice the similarity, less the mean similarity of the
        query to its nearest candidates and of the candidate to its nearest queries
        [1]_, eq. 3; ``"z_score"``: each candidate's similarities to all queries have
        mean 0 and variance 1.
    n_neighbours : int
        For ``csls``; at most all there are.

    Returns
    -------
    corrected : array of shape (n_queries, n_candidates)
        Comparable within a row, no longer a correlation. NaN stays NaN; a candidate
        equally far from all queries becomes NaN by ``z_score``: it tells nothing.

    Raises
    ------
    ConfigError
        If the method is unknown.

    References
    ----------
    .. [1] Conneau et al. (2018), "Word translation without parallel data", ICLR.
    """
    if method not in CORRECTIONS:
        raise ConfigError(
            f"no correction of hubness is called '{method}'; known: "
            f"{', '.join(CORRECTIONS)}."
        )
    if method == "none":
        return similarity
    if method == "csls":
        query = _nearest_mean(similarity, n_neighbours)
        candidate = _nearest_mean(similarity.T, n_neighbours)
        return np.asarray(2 * similarity - query[:, None] - candidate)
    known = np.isfinite(similarity)
    count = np.maximum(known.sum(axis=0), 1)
    centred = similarity - np.where(known, similarity, 0).sum(axis=0) / count
    width = np.sqrt((np.where(known, centred, 0) ** 2).sum(axis=0) / count)
    width[width <= 1e-12] = np.nan
    return np.asarray(centred / width)


def count_hubs(similarity: np.ndarray, *, n_neighbours: int = 10) -> np.ndarray:
    """Count for how many queries each candidate is among the nearest.

    Parameters
    ----------
    similarity : array of shape (n_queries, n_candidates)
        NaN where undefined: such a pair is never near.
    n_neighbours : int

    Returns
    -------
    count : array of int, shape (n_candidates,)
        Without hubs all are about ``n_neighbours`` times queries per candidate; the
        k-occurrence of [1]_.

    References
    ----------
    .. [1] Radovanović et al. (2010), "Hubs in space", Journal of Machine Learning
       Research 11, section 2.
    """
    n = min(n_neighbours, similarity.shape[1])
    far_if_unknown = np.where(np.isnan(similarity), -np.inf, similarity)
    nearest = np.argsort(-far_if_unknown, axis=1, kind="stable")[:, :n]
    known = ~np.isnan(np.take_along_axis(similarity, nearest, axis=1))
    return np.bincount(nearest[known], minlength=similarity.shape[1])


def hub_skewness(count: np.ndarray) -> float:
    """Skewness of the counts: 0 or so without hubs, above 1 with strong ones.

    Parameters
    ----------
    count : array of int, shape (n_candidates,)
        From ``count_hubs``.

    Returns
    -------
    skewness : float
        Third standardised moment; 0 if all counts are equal.
    """
    centred = count - count.mean()
    width = np.sqrt((centred**2).mean())
    return float((centred**3).mean() / width**3) if width else 0.0


def _nearest_mean(similarity: np.ndarray, n_neighbours: int) -> np.ndarray:
    """Mean of the highest values of each row; NaN where none is known."""
    known = np.sort(np.where(np.isnan(similarity), -np.inf, similarity), axis=1)[
        :, ::-1
    ]
    top = known[:, : min(n_neighbours, known.shape[1])]
    there = np.isfinite(top)
    total = np.where(there, top, 0.0).sum(axis=1)
    count = there.sum(axis=1)
    mean = np.full(len(top), np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean
