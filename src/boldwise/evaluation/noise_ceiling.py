"""How well could any model predict? The share of signal in a repeat-averaged response.

One model stands behind all estimates: response = signal of the stimulus + noise that
is independent from showing to showing. With mean noise variance ``n`` of one showing
and signal variance ``s``, the average of k showings holds the share s / (s + n / k) of
signal, its noise ceiling (NC); no prediction can correlate with it above sqrt(NC).
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError
from boldwise.evaluation.scores import correlate_weighted


@dataclass(frozen=True)
class Moments:
    """Repeats of each item, summed up.

    Attributes
    ----------
    mean, within : array of shape (n_items, n_voxels)
        Mean over repeats (less the fold's mean), and sum of squares around it.
    count : array of shape (n_items,)
        Number of repeats.
    fold : array of int, shape (n_items,)
    """

    mean: np.ndarray
    within: np.ndarray
    count: np.ndarray
    fold: np.ndarray


def ceiling_from_repeats(
    response: np.ndarray, item: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Noise ceiling of repeat averages as the Natural Scenes Dataset computes it [1]_.

    ``n`` is the mean variance over the repeats of an item, ``s`` the variance over
    all trials less ``n``, but at least 0; NC = ncsnr^2 / (ncsnr^2 + mean(1 / k)) with
    ncsnr = sqrt(s / n). Differs from the paper in that items weigh by their degrees
    of freedom (equal for equal counts), and variances are taken within folds.
    Being rectified, it is above 0 on average in voxels without signal.

    Parameters
    ----------
    response : array of shape (n_rows, n_voxels)
        One row per showing. Any unit.
    item : array of int, shape (n_rows,)
        The item that each row shows, ``0 … n_items - 1``.
    fold : array of int, shape (n_items,)
        Outer fold of each item: scores are computed within folds.
    weights : array of shape (n_draws, n_items)
        Ones, or how often each item was drawn.

    Returns
    -------
    noise_ceiling : array of shape (n_draws, n_voxels)
        Between 0 and 1; NaN for a voxel that does not vary.

    Raises
    ------
    DataError
        If no item was shown more than once.

    References
    ----------
    .. [1] Allen et al. (2022), "A massive 7T fMRI dataset to bridge cognitive
       neuroscience and artificial intelligence", Nature Neuroscience 25:116-126,
       Methods, "Noise ceiling estimation".
    """
    moments = sum_repeats(response, item, fold)
    noise = _noise_variance(moments, weights)
    squares, freedom = _squares_over_trials(moments, weights)
    signal = np.maximum(squares / freedom - noise, 0)
    return share_of(signal, signal + noise * _mean_inverse_count(moments, weights))


def unrectified_ceiling(
    response: np.ndarray, item: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Noise ceiling of repeat averages by analysis of variance: unbiased around 0.

    ``s`` is the variance of the item means less ``n mean(1 / k)``, and may be
    negative; NC = s / variance of the item means. Equals the squared CCmax of
    Schoppe et al. [1]_ for equal counts.

    Parameters
    ----------
    response : array of shape (n_rows, n_voxels)
    item : array of int, shape (n_rows,)
    fold : array of int, shape (n_items,)
    weights : array of shape (n_draws, n_items)

    Returns
    -------
    noise_ceiling : array of shape (n_draws, n_voxels)
        At most 1; NaN for a voxel that does not vary.

    References
    ----------
    .. [1] Schoppe et al. (2016), "Measuring the performance of neural models",
       Frontiers in Computational Neuroscience 10:10.
    """
    moments = sum_repeats(response, item, fold)
    noise = _noise_variance(moments, weights) * _mean_inverse_count(moments, weights)
    squares, freedom = _squares_within_folds(moments, weights)
    variance = squares / freedom
    return share_of(variance - noise, variance)


def ceiling_from_others(
    own: np.ndarray, others: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Noise ceiling by correlating a subject with the mean of the others.

    Needs voxels that mean the same place in all subjects. It is a lower bound: what
    only this subject shares with the stimuli counts as noise.

    Parameters
    ----------
    own : array of shape (n_items, n_voxels)
        The subject's repeat averages.
    others : array of shape (n_items, n_voxels)
        Mean of the other subjects' repeat averages.
    fold : array of int, shape (n_items,)
    weights : array of shape (n_draws, n_items)

    Returns
    -------
    noise_ceiling : array of shape (n_draws, n_voxels)
        Squared correlation, with the sign of the correlation.
    """
    r = correlate_weighted(own, others, fold, weights)
    return np.asarray(np.sign(r) * r**2)


def sum_repeats(response: np.ndarray, item: np.ndarray, fold: np.ndarray) -> Moments:
    """Mean and scatter of the repeats of each item.

    Parameters
    ----------
    response : array of shape (n_rows, n_voxels)
    item : array of int, shape (n_rows,)
        Every item of ``0 … n_items - 1`` occurs.
    fold : array of int, shape (n_items,)

    Returns
    -------
    moments : Moments

    Raises
    ------
    DataError
        If no item was shown more than once.
    """
    count = np.bincount(item, minlength=len(fold))
    if count.max(initial=0) < 2:
        raise DataError(no_repeats(len(fold)))
    order = np.argsort(item, kind="stable")
    starts = np.cumsum(count) - count
    values = response[order].astype(np.float64)
    for k in np.unique(fold):
        rows = fold[item[order]] == k
        values[rows] -= values[rows].mean(axis=0)
    mean = np.add.reduceat(values, starts, axis=0) / count[:, None]
    scatter = (values - mean[item[order]]) ** 2
    return Moments(mean, np.add.reduceat(scatter, starts, axis=0), count, fold)


def _noise_variance(moments: Moments, weights: np.ndarray) -> np.ndarray:
    freedom = weights @ (moments.count - 1.0)
    freedom = np.where(freedom > 0, freedom, np.nan)[:, None]
    return np.asarray((weights @ moments.within) / freedom)


def _mean_inverse_count(moments: Moments, weights: np.ndarray) -> np.ndarray:
    inverse: np.ndarray = weights @ (1 / moments.count) / weights.sum(axis=1)
    return inverse[:, None]


def _squares_over_trials(
    moments: Moments, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scatter of trials around their fold's mean, with its degrees of freedom."""
    squares, freedom = _squares_within_folds(moments, weights * moments.count)
    return squares + weights @ moments.within, freedom


def _squares_within_folds(
    moments: Moments, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    squares = np.zeros((len(weights), moments.mean.shape[1]))
    freedom = np.zeros((len(weights), 1))
    for k in np.unique(moments.fold):
        w = weights[:, moments.fold == k]
        mean = moments.mean[moments.fold == k]
        total = np.maximum(w.sum(axis=1, keepdims=True), 1)
        squares += w @ mean**2 - (w @ mean) ** 2 / total
        freedom += total - 1
    return squares, freedom


def share_of(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, but only by what is positive.

    Parameters
    ----------
    part, whole : array of shape (n_draws, n_voxels)

    Returns
    -------
    share : array of shape (n_draws, n_voxels)
        NaN where ``whole`` is 0 or less.
    """
    share = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def no_repeats(n_items: int) -> str:
    """Say that repeats are needed, and what to do without them.

    Parameters
    ----------
    n_items : int
        Test stimuli.

    Returns
    -------
    message : str
    """
    return (
        f"none of the {n_items} test stimuli was shown twice, so repeats give no noise "
        "ceiling. Set evaluation.ceiling to inter_subject (voxels in a common space) "
        "or none."
    )
