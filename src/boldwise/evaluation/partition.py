"""Which feature space a prediction owes its score to.

Two answers, which say different things (facts of both are in the docs): the *product
measure* splits the score of one model over its spaces, and the parts sum to the score;
*unique variance* is what a model loses without a space. Where spaces are correlated,
unique variance credits a space only with what no other could replace, and the rest
(shared) may be negative: it is no area of a Venn diagram.

Letters for shapes: s feature spaces.
"""

import numpy as np

from boldwise.errors import ShapeMismatchError
from boldwise.evaluation.scores import r2_in_folds

FORMULAS = {
    "product_r2": "sum(2 * response * part - part * prediction) / sum(response^2) over "
    "the test stimuli of a fold, both less the mean of the response; mean over folds. "
    "Sums over feature spaces to r2",
    "product_r": "cov(response, part) / (sd(response) * sd(prediction)) over the test "
    "stimuli of a fold; mean over folds. Sums over feature spaces to r",
    "unique_r2": "r2 of the model of all feature spaces, less r2 of the model without "
    "this one",
}


def split_r2(parts: np.ndarray, response: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Split R² over feature spaces by the product measure.

    Pratt's measure on held-out data (Dupré la Tour, Eickenberg, Nunez-Elizalde &
    Gallant 2022, NeuroImage 264, section 2.6): with ``prediction = sum_s part_s``,

        R²_s = sum_t (2 y part_s - part_s prediction) / sum_t y².

    Here y and the prediction are both less the mean of the test responses, spread
    evenly over the parts, so that the sum is the R² of ``r2_in_folds``.

    Parameters
    ----------
    parts : array of shape (s, n_items, n_voxels)
        What each space contributes to the prediction, in the unit of the response;
        they sum to the prediction, so that an intercept is spread over them.
    response : array of shape (n_items, n_voxels)
    fold : array of int, shape (n_items,)

    Returns
    -------
    r2 : array of shape (s, n_voxels)
        NaN where the response does not vary in a fold.

    Raises
    ------
    ShapeMismatchError
        If the shapes differ.
    """
    _refuse_other_shape(parts, response, fold)
    total = np.zeros((len(parts), response.shape[1]))
    labels = np.unique(fold)
    for label in labels:
        inside = fold == label
        truth = np.asarray(response[inside], np.float64)
        mean = truth.mean(axis=0)
        own = parts[:, inside] - mean / len(parts)
        truth = truth - mean
        along = 2.0 * truth - own.sum(axis=0)
        total += _divide(np.einsum("siv,iv->sv", own, along), (truth**2).sum(axis=0))
    return total / len(labels)


def split_correlation(
    parts: np.ndarray, response: np.ndarray, fold: np.ndarray
) -> np.ndarray:
    """Split the correlation of prediction and response over feature spaces.

    Parameters
    ----------
    parts : array of shape (s, n_items, n_voxels)
        What each space contributes; they sum to the prediction.
    response : array of shape (n_items, n_voxels)
    fold : array of int, shape (n_items,)

    Returns
    -------
    r : array of shape (s, n_voxels)
        Sums over spaces to the correlation. NaN where prediction or response does
        not vary in a fold.

    Raises
    ------
    ShapeMismatchError
        If the shapes differ.
    """
    _refuse_other_shape(parts, response, fold)
    total = np.zeros((len(parts), response.shape[1]))
    labels = np.unique(fold)
    for label in labels:
        inside = fold == label
        own = np.asarray(parts[:, inside], np.float64)
        own = own - own.mean(axis=1, keepdims=True)
        truth = response[inside] - response[inside].mean(axis=0, dtype=np.float64)
        size = np.linalg.norm(truth, axis=0) * np.linalg.norm(own.sum(axis=0), axis=0)
        total += _divide(np.einsum("siv,iv->sv", own, truth), size)
    return total / len(labels)


def unique_r2(
    prediction: np.ndarray,
    without: np.ndarray,
    response: np.ndarray,
    fold: np.ndarray,
) -> np.ndarray:
    """Take from the R² of all spaces that of the models without one of them.

    Parameters
    ----------
    prediction : array of shape (n_items, n_voxels)
        Of the model of all spaces.
    without : array of shape (s, n_items, n_voxels)
        Of the model that was fitted without each space, in turn.
    response : array of shape (n_items, n_voxels)
    fold : array of int, shape (n_items,)

    Returns
    -------
    unique : array of shape (s, n_voxels)
        Negative where the model does better without the space.

    Raises
    ------
    ShapeMismatchError
        If the shapes differ.
    """
    _refuse_other_shape(without, response, fold)
    joint = r2_in_folds(prediction, response, fold)
    rest = [r2_in_folds(model, response, fold) for model in without]
    return np.asarray(joint - np.array(rest))


def _divide(values: np.ndarray, size: np.ndarray) -> np.ndarray:
    found = np.full(values.shape, np.nan)
    np.divide(values, size, out=found, where=size > 0)
    return found


def _refuse_other_shape(
    parts: np.ndarray, response: np.ndarray, fold: np.ndarray
) -> None:
    if parts.shape[1:] != response.shape or len(fold) != len(response):
        raise ShapeMismatchError(
            f"parts of {parts.shape[1:]} items and voxels, responses of "
            f"{response.shape} and {len(fold)} folds do not belong together."
        )
