"""Ridge on the very rows that another encoder had.

Letters for shapes: n training stimuli, V voxels.
"""

from collections.abc import Sequence

import numpy as np

from boldwise.encoders.ridge import RidgeEncoder
from boldwise.encoders.trained_rows import FoldRows
from boldwise.errors import DataError
from boldwise.features.records import FeatureSpace

N_FOLDS, LEAST = 5, 2  # inner folds at most, and rows of each


def fit_ridge_on(
    rows: FoldRows,
    spaces: Sequence[FeatureSpace],
    *,
    alphas: Sequence[float] | np.ndarray,
) -> np.ndarray:
    """Choose a penalty per voxel on some training rows, and predict the test stimuli.

    Parameters
    ----------
    rows : FoldRows
        Responses of shape (n, V).
    spaces : sequence of FeatureSpace
        Joined, as fitted in this outer fold.
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from.

    Returns
    -------
    prediction : array of float32, shape (n_test, V)
    """
    train, test = (
        [space.rows(ids) for space in spaces] for ids in (rows.train_id, rows.test_id)
    )
    ridge = RidgeEncoder(alphas=alphas, cv=group_folds(rows.group))
    return ridge.fit(train, rows.response).predict(test)


def group_folds(group: np.ndarray) -> np.ndarray:
    """Deal whole groups to inner folds, the largest first, to the smallest fold.

    Parameters
    ----------
    group : array of str, shape (n,)

    Returns
    -------
    fold : array of int, shape (n,)

    Raises
    ------
    DataError
        If two folds of two rows cannot be made.

    Examples
    --------
    >>> group_folds(np.array(["a", "a", "b", "c", "c"])).tolist()
    [0, 0, 1, 1, 1]
    """
    _, place, size = np.unique(group, return_inverse=True, return_counts=True)
    n_folds = min(N_FOLDS, len(group) // LEAST, len(size))
    for n in range(n_folds, 1, -1):
        dealt, held = np.zeros(len(size), int), np.zeros(n, int)
        for one in np.argsort(-size, kind="stable"):
            dealt[one] = np.argmin(held)
            held[dealt[one]] += size[one]
        if held.min() >= LEAST:
            fold: np.ndarray = dealt[place]
            return fold
    raise DataError(
        f"{len(group)} training rows in {len(size)} groups make no two inner folds "
        f"of {LEAST} rows or more, which choose the penalty of ridge. Ask for more "
        "images."
    )
