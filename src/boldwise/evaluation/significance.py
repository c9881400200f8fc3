"""Is it more than chance? Permuted stimulus identity, and many voxels at once."""

from dataclasses import dataclass

import numpy as np

from boldwise.evaluation.scores import refuse_other_shape, standardise_in_folds
from boldwise.evaluation.time_series_nulls import Phases

VOXEL_TILE = 512  # A constant: two tiles of 100 stimuli stay in a core's cache.
TIE = 1e-9  # Sums in another order differ by less; such draws count as ties.


@dataclass(frozen=True)
class Significance:
    """How a score compares with its null.

    Attributes
    ----------
    p : array of shape (n_voxels,)
        One-sided, uncorrected.
    p_fwer : array of shape (n_voxels,)
        Against the largest score of any voxel: controls the family-wise error.
    largest : array of shape (n_permutations,)
        That largest score, per permutation.
    """

    p: np.ndarray
    p_fwer: np.ndarray
    largest: np.ndarray


def permute_correlations(
    prediction: np.ndarray,
    response: np.ndarray,
    fold: np.ndarray,
    *,
    permutation: np.ndarray | Phases,
    widening: float = 1.0,
) -> Significance:
    """Test correlations by permuting which stimulus a response belongs to.

    One permutation serves all voxels jointly, which keeps the dependence between
    them. The test is conditional on the fitted model, and one-sided: a model that
    predicts the wrong sign has failed.

    Parameters
    ----------
    prediction, response : array of shape (n_items, n_voxels)
        One row per stimulus: its repeats are averaged, and so stay together.
    fold : array of int, shape (n_items,)
    permutation : array of int, shape (n_permutations, n_items), or Phases
        Which item's response each prediction is compared with, within folds; or, for
        time series, phases to add to the responses. From ``draw_null``.
    widening : float
        Factor on the permuted scores, where folds train one another (``HeldOut``).

    Returns
    -------
    significance : Significance
        With ``p = (1 + #{null >= observed}) / (1 + n_permutations)`` [1]_, never 0;
        NaN where the correlation is undefined.

    References
    ----------
    .. [1] Phipson & Smyth (2010), "Permutation p-values should never be zero",
       Statistical Applications in Genetics and Molecular Biology 9(1), eq. 2.
    """
    refuse_other_shape(prediction, response, fold)
    n_permutations, n_voxels = len(permutation), response.shape[1]
    n_folds = len(np.unique(fold))
    observed = np.empty(n_voxels)
    count = np.empty(n_voxels)
    largest = np.full(n_permutations, -np.inf)
    for start in range(0, n_voxels, VOXEL_TILE):
        tile = slice(start, start + VOXEL_TILE)
        x = standardise_in_folds(prediction[:, tile], fold)
        y = standardise_in_folds(response[:, tile], fold)
        observed[tile] = np.einsum("iv,iv->v", x, y) / n_folds
        sums = (
            permutation.sums(x, y)
            if isinstance(permutation, Phases)
            else _permuted_sums(x, y, permutation)
        )
        null = sums * (widening / n_folds)
        count[tile] = (null >= observed[tile] - TIE).sum(axis=0)
        largest = np.fmax(largest, np.fmax.reduce(null, axis=1))
    p = np.where(np.isnan(observed), np.nan, (1 + count) / (1 + n_permutations))
    return Significance(p, permutation_p(observed, largest), largest)


def permutation_p(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Rank observed values in one null distribution.

    Parameters
    ----------
    observed : array of any shape
    null : array of shape (n_permutations,)

    Returns
    -------
    p : array of the shape of ``observed``
        ``(1 + #{null >= observed}) / (1 + n_permutations)``; ties count against us.
        NaN where the observed value is.
    """
    below = np.searchsorted(np.sort(null), observed - TIE, side="left")
    p = (1 + len(null) - below) / (1 + len(null))
    return np.where(np.isnan(observed), np.nan, p)


def adjust_fdr(p: np.ndarray, *, dependence: str = "positive") -> np.ndarray:
    """Adjust p values so that a threshold on them bounds the false discovery rate.

    Parameters
    ----------
    p : array of shape (n_tests,)
        NaN is not part of the family, and stays NaN.
    dependence : str
        ``"positive"`` between tests: Benjamini & Hochberg [1]_. ``"any"``:
        Benjamini & Yekutieli [2]_, larger by the harmonic sum.

    Returns
    -------
    q : array of shape (n_tests,)

    References
    ----------
    .. [1] Benjamini & Hochberg (1995), J R Stat Soc B 57:289-300.
    .. [2] Benjamini & Yekutieli (2001), Ann Stat 29:1165-1188, theorem 1.3.

    Examples
    --------
    >>> adjust_fdr(np.array([0.01, 0.02, 0.5, 0.5])).tolist()
    [0.04, 0.04, 0.5, 0.5]
    """
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    rank = np.arange(1, len(order) + 1)
    factor = (1 / rank).sum() if dependence == "any" else 1.0
    scaled = p[order] * len(order) * factor / rank
    q = np.full(len(p), np.nan)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q


def _permuted_sums(x: np.ndarray, y: np.ndarray, permutation: np.ndarray) -> np.ndarray:
    """Sum x times the permuted y over items, shape (n_permutations, n_voxels)."""
    sums = np.empty((len(permutation), x.shape[1]))
    moved = np.empty_like(y)
    for k, rows in enumerate(permutation):
        np.take(y, rows, axis=0, out=moved, mode="clip")
        np.einsum("iv,iv->v", x, moved, out=sums[k])
    return sums
