"""Ceilings from pairs of showings: what two showings of a stimulus share is signal.

Noise is independent from showing to showing, so it adds nothing on average to the
covariance of one showing with another. A pair may also be picked for being estimated
apart, in halves of the data, where the estimation itself looked at repeats.
"""

from collections.abc import Callable, Iterator

import numpy as np

from boldwise.errors import DataError
from boldwise.evaluation.noise_ceiling import no_repeats, share_of
from boldwise.evaluation.scores import correlate_weighted

Pair = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Mask of the items that have both showings, and the rows of the two."""


def explainable_variance(
    response: np.ndarray,
    item: np.ndarray,
    fold: np.ndarray,
    weights: np.ndarray,
    half: np.ndarray | None = None,
) -> np.ndarray:
    """Share of signal in a single showing: the mean correlation over pairs of them.

    Where all items have R showings, this is the explainable variance of the Gallant
    lab [1]_: with each repeat z-scored, the variance of their mean is
    EV_raw = (1 + (R - 1) r) / R, and EV_raw - (1 - EV_raw) / (R - 1) = r.

    Parameters
    ----------
    response : array of shape (n_rows, n_voxels)
        Repeats of an item in their order.
    item : array of int, shape (n_rows,)
    fold : array of int, shape (n_items,)
    weights : array of shape (n_draws, n_items)
    half : array of shape (n_rows,), optional
        Half of the data that each row was estimated from; only pairs from different
        halves count then.

    Returns
    -------
    r : array of shape (n_draws, n_voxels)
        Pairs weigh by the drawn items that have both.

    Raises
    ------
    DataError
        If fewer than three items of every fold were shown twice, or in both halves.

    References
    ----------
    .. [1] Sahani & Linden (2003), "How linear are auditory cortical responses?",
       Advances in Neural Information Processing Systems 15; Hsu, Borst & Theunissen
       (2004), Network: Computation in Neural Systems 15:91-109.
    """
    pairs = list(_pairs(item, fold, half))
    if not pairs:
        raise DataError(_no_pairs(item, len(fold), half))
    return _mean_over_pairs(response, pairs, fold, weights, correlate_weighted)


def ceiling_from_halves(
    response: np.ndarray,
    item: np.ndarray,
    fold: np.ndarray,
    weights: np.ndarray,
    half: np.ndarray | None = None,
) -> np.ndarray:
    """Noise ceiling by correlating repeats with one another, all pairs of them.

    The mean correlation r over pairs of single showings is carried to k showings by
    the formula of Spearman and Brown, NC = r / (r + (1 - r) mean(1 / k)), which for
    equal counts is k r / (1 + (k - 1) r). All pairs know more than one split: with
    three repeats the standard error is 1.7 times smaller.

    Parameters
    ----------
    response : array of shape (n_rows, n_voxels)
        Repeats of an item in their order.
    item : array of int, shape (n_rows,)
    fold : array of int, shape (n_items,)
    weights : array of shape (n_draws, n_items)
    half : array of shape (n_rows,), optional
        As for ``explainable_variance``.

    Returns
    -------
    noise_ceiling : array of shape (n_draws, n_voxels)
        May be negative; -1 where the formula has no finite value.
    """
    r = explainable_variance(response, item, fold, weights, half)
    below = r + (1 - r) * _mean_inverse(item, fold, weights)
    share = np.where(np.isnan(r), np.nan, -1.0)
    np.divide(r, below, out=share, where=below > 0)
    return np.maximum(share, -1)


def ceiling_from_signal_power(
    response: np.ndarray, item: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Squared CCmax: signal power over the variance of the repeat average [1]_.

    The signal power of Sahani and Linden, (var(sum of repeats) - sum of var(repeat))
    / (R (R - 1)), is the mean covariance over pairs of repeats. Written so, it holds
    for mixed counts, too, each pair over the items that have both.

    Parameters
    ----------
    response : array of shape (n_rows, n_voxels)
        Repeats of an item in their order.
    item : array of int, shape (n_rows,)
    fold : array of int, shape (n_items,)
    weights : array of shape (n_draws, n_items)

    Returns
    -------
    noise_ceiling : array of shape (n_draws, n_voxels)
        At most about 1, may be negative; NaN for a voxel that does not vary.

    Raises
    ------
    DataError
        If fewer than three items of every fold were shown twice.

    References
    ----------
    .. [1] Schoppe et al. (2016), "Measuring the performance of neural models",
       Frontiers in Computational Neuroscience 10:10, equations 5 and 6.
    """
    pairs = list(_pairs(item, fold, None))
    if not pairs:
        raise DataError(_no_pairs(item, len(fold), None))
    power = _mean_over_pairs(response, pairs, fold, weights, _covariance)
    count = np.bincount(item, minlength=len(fold))
    starts, order = np.cumsum(count) - count, np.argsort(item, kind="stable")
    mean = np.add.reduceat(response[order].astype(np.float64), starts, axis=0)
    mean /= count[:, None]
    return share_of(power, _covariance(mean, mean, fold, weights))


def _pairs(
    item: np.ndarray, fold: np.ndarray, half: np.ndarray | None
) -> Iterator[Pair]:
    """Pairs of showings that at least three items of a fold have."""
    table, count = _table_of_repeats(item, len(fold))
    for second in range(1, table.shape[1]):
        for first in range(second):
            have = count > second
            if half is not None:
                have &= half[table[:, first]] != half[table[:, second]]
            have = _in_folds_of_three(have, fold)
            if have.any():
                yield have, table[have, first], table[have, second]


def _mean_over_pairs(
    response: np.ndarray,
    pairs: list[Pair],
    fold: np.ndarray,
    weights: np.ndarray,
    compare: Callable[..., np.ndarray],
) -> np.ndarray:
    """Mean over pairs, (n_draws, n_voxels); NaN for draws that have none of them.

    A pair weighs by its drawn items, and not at all where these do not vary.
    """
    total = np.zeros((len(weights), response.shape[1]))
    n_total = np.zeros((len(weights), 1))
    for have, first, second in pairs:
        n = _n_drawn(weights[:, have], fold[have])
        drawn = n[:, 0] > 0
        found = compare(
            response[first], response[second], fold[have], weights[drawn][:, have]
        )
        total[drawn] += n[drawn] * found
        n_total += n
    return np.asarray(total / np.where(n_total > 0, n_total, np.nan))


def _n_drawn(weights: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Items that were drawn, (n_draws, 1); 0 where a fold has fewer than two."""
    several = [
        np.count_nonzero(weights[:, fold == k], axis=1) > 1 for k in np.unique(fold)
    ]
    return np.where(np.all(several, axis=0), weights.sum(axis=1), 0.0)[:, None]


def _covariance(
    a: np.ndarray, b: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Weighted covariance within folds, (n_draws, n_voxels)."""
    sums, freedom = np.zeros((len(weights), a.shape[1])), np.zeros((len(weights), 1))
    for k in np.unique(fold):
        x, y = (v[fold == k].astype(np.float64) for v in (a, b))
        x, y, w = x - x.mean(axis=0), y - y.mean(axis=0), weights[:, fold == k]
        total = np.maximum(w.sum(axis=1, keepdims=True), 1)
        sums += w @ (x * y) - (w @ x) * (w @ y) / total
        freedom += total - 1
    return np.asarray(sums / np.maximum(freedom, 1))


def _mean_inverse(
    item: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    inverse = weights @ (1 / np.bincount(item, minlength=len(fold)))
    return np.asarray(inverse / weights.sum(axis=1))[:, None]


def _table_of_repeats(item: np.ndarray, n_items: int) -> tuple[np.ndarray, np.ndarray]:
    """Row of the r-th showing of each item, -1 beyond the last."""
    count = np.bincount(item, minlength=n_items)
    order = np.argsort(item, kind="stable")
    nth = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count)
    table = np.full((n_items, count.max(initial=1)), -1)
    table[item[order], nth] = order
    return table, count


def _in_folds_of_three(have: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Keep the items of folds that have at least three of them."""
    enough = np.bincount(fold[have], minlength=fold.max(initial=0) + 1) >= 3
    return np.asarray(have & enough[fold])


def _no_pairs(item: np.ndarray, n_items: int, half: np.ndarray | None) -> str:
    twice = int((np.bincount(item, minlength=n_items) > 1).sum())
    if half is None and twice:
        return (
            f"only {twice} of the {n_items} test stimuli were shown twice, and no fold "
            "has three of them, so repeats give no noise ceiling. Set "
            "evaluation.ceiling to inter_subject (voxels in a common space) or none."
        )
    if half is None:
        return no_repeats(n_items)
    return (
        f"none of the {n_items} test stimuli, or fewer than three of each fold, was "
        "shown in both halves of the data, so halves that were estimated apart give no "
        "noise ceiling. Set evaluation.ceiling to repeats, or leave out `split_halves`."
    )
