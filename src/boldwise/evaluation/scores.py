"""How well a prediction fits: correlation and R² within folds, and their ceiling."""

import numpy as np

from boldwise.errors import ShapeMismatchError

FORMULAS = {
    "r": "Pearson correlation of prediction and repeat-averaged response over the "
    "test stimuli of a fold; mean over folds",
    "r2": "1 - sum((response - prediction)^2) / sum((response - mean(response))^2) "
    "over the test stimuli of a fold; mean over folds",
    "noise_ceiling": "share of the variance of the repeat-averaged test response that "
    "is signal; the ceiling on r is its root",
    "normalised_r": "r / sqrt(noise_ceiling) where noise_ceiling >= min_ceiling, else "
    "NaN; never clipped",
    "p": "(1 + #{permuted r >= r}) / (1 + n_permutations), one-sided; stimulus "
    "identity permuted within folds, all voxels jointly; time series by the null that "
    "the attribute null_method names; "
    "where folds train one another, permuted r is widened by the attribute widening",
    "q": "Benjamini-Hochberg over all voxels of the subject",
    "p_fwer": "(1 + #{largest permuted r of any voxel >= r}) / (1 + n_permutations)",
}


def correlate_in_folds(
    prediction: np.ndarray, response: np.ndarray, fold: np.ndarray
) -> np.ndarray:
    """Correlate prediction and response within each fold, and average over folds.

    Pooling the folds instead would bias the score: each fold has its own training
    mean, which is low where the test mean is high.

    Parameters
    ----------
    prediction, response : array of shape (n_items, n_voxels)
        Any unit; rows name the same stimuli.
    fold : array of int, shape (n_items,)

    Returns
    -------
    r : array of shape (n_voxels,)
        NaN where prediction or response does not vary in a fold.

    Raises
    ------
    ShapeMismatchError
        If the shapes differ.

    Examples
    --------
    >>> y = np.array([[0.0], [1.0], [2.0], [9.0], [8.0], [7.0]])
    >>> correlate_in_folds(y, y[::-1], np.array([0, 0, 0, 1, 1, 1]))
    array([1.])
    >>> correlate_in_folds(y, y[::-1], np.zeros(6)).round(2)
    array([-0.9])
    """
    refuse_other_shape(prediction, response, fold)
    n_folds = len(np.unique(fold))
    product = standardise_in_folds(prediction, fold) * standardise_in_folds(
        response, fold
    )
    return np.asarray(product.sum(axis=0) / n_folds)


def r2_in_folds(
    prediction: np.ndarray, response: np.ndarray, fold: np.ndarray
) -> np.ndarray:
    """Share of the response's variance that is predicted, by sums of squares.

    Parameters
    ----------
    prediction, response : array of shape (n_items, n_voxels)
        In the same unit.
    fold : array of int, shape (n_items,)

    Returns
    -------
    r2 : array of shape (n_voxels,)
        At most 1, negative where the prediction is worse than the test mean; NaN
        where the response does not vary in a fold.
    """
    refuse_other_shape(prediction, response, fold)
    shares = []
    for k in np.unique(fold):
        y = response[fold == k].astype(np.float64)
        left = ((y - prediction[fold == k]) ** 2).sum(axis=0)
        total = ((y - y.mean(axis=0)) ** 2).sum(axis=0)
        share = np.full(y.shape[1], np.nan)
        np.divide(left, total, out=share, where=~is_constant(response[fold == k]))
        shares.append(1 - share)
    return np.asarray(np.mean(shares, axis=0))


def normalise_by_ceiling(
    r: np.ndarray, noise_ceiling: np.ndarray, *, min_ceiling: float
) -> np.ndarray:
    """Express a correlation in units of the highest that noise permits.

    Parameters
    ----------
    r : array of shape (..., n_voxels)
        Correlation with the repeat-averaged response.
    noise_ceiling : array of shape (n_voxels,)
        Share of that response's variance that is signal.
    min_ceiling : float
        Below it a voxel gets NaN: dividing by a small, noisy number tells nothing.

    Returns
    -------
    normalised_r : array of shape (..., n_voxels)
        ``r / sqrt(noise_ceiling)``. May exceed 1 by chance; it is not clipped.
    """
    root = np.full(len(noise_ceiling), np.nan)
    np.sqrt(noise_ceiling, out=root, where=noise_ceiling >= min_ceiling)
    return np.asarray(r / root)


def standardise_in_folds(values: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Centre each column within each fold, and scale it to a sum of squares of 1.

    Parameters
    ----------
    values : array of shape (n_items, n_columns)
    fold : array of int, shape (n_items,)

    Returns
    -------
    standard : array of float64, shape (n_items, n_columns)
        NaN in folds where the column does not vary beyond its rounding.
    """
    standard = np.empty(values.shape)
    for k in np.unique(fold):
        rows = fold == k
        centred = values[rows] - values[rows].mean(axis=0, dtype=np.float64)
        norm = np.sqrt((centred**2).sum(axis=0))
        norm[is_constant(values[rows])] = np.nan
        standard[rows] = centred / norm
    return standard


def correlate_weighted(
    a: np.ndarray, b: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Correlate with weights on the items, within each fold; average over folds.

    Parameters
    ----------
    a, b : array of shape (n_items, n_voxels)
    fold : array of int, shape (n_items,)
    weights : array of shape (n_draws, n_items)
        For example how often each item was drawn.

    Returns
    -------
    r : array of shape (n_draws, n_voxels)
        NaN where the drawn items do not vary.
    """
    folds = np.unique(fold)
    r = np.zeros((len(weights), a.shape[1]))
    for k in folds:
        rows = fold == k
        x, y = (standardise_in_folds(v[rows], fold[rows]) for v in (a, b))
        w = weights[:, rows] / weights[:, rows].sum(axis=1, keepdims=True)
        mean_x, mean_y = w @ x, w @ y
        spread = np.sqrt(_variance(w, x, mean_x) * _variance(w, y, mean_y))
        r += (w @ (x * y) - mean_x * mean_y) / spread
    return np.asarray(r / len(folds))


def refuse_other_shape(
    prediction: np.ndarray, response: np.ndarray, fold: np.ndarray
) -> None:
    """Raise unless prediction and response have one row per item and one shape.

    Parameters
    ----------
    prediction, response : array of shape (n_items, n_voxels)
    fold : array of int, shape (n_items,)

    Raises
    ------
    ShapeMismatchError
        With the shapes.
    """
    if prediction.shape != response.shape or len(fold) != len(response):
        raise ShapeMismatchError(
            f"prediction has shape {prediction.shape}, response {response.shape}, and "
            f"{len(fold)} folds are given; each row of both is one item of a fold."
        )


def _variance(w: np.ndarray, x: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Weighted variance of standardised columns; NaN where only rounding is left."""
    variance = w @ x**2 - mean**2
    variance[variance < 1e-12 / len(x)] = np.nan
    return np.asarray(variance)


def is_constant(values: np.ndarray) -> np.ndarray:
    """Find the columns that vary by no more than the rounding of their type.

    Parameters
    ----------
    values : array of shape (n_rows, n_columns)

    Returns
    -------
    constant : array of bool, shape (n_columns,)
    """
    precision = np.finfo(np.result_type(values, np.float32)).eps
    rounding = 10 * precision * np.abs(values).max(axis=0)
    return np.asarray(np.ptp(values, axis=0) <= rounding)
