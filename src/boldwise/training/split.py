"""The part of the training rows that training itself is judged by."""

import numpy as np

from boldwise.errors import DataError


def validation_rows(groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Draw whole groups until they hold about so many of the rows.

    Groups come in random order; each is taken if that brings the count nearer to
    what is wanted. Test rows are no business of this function: give it training
    rows only.

    Parameters
    ----------
    groups : array of shape (n_rows,)
        Rows of one group stay together: ids for repeats of a stimulus, groups of
        near-duplicates, runs, or ``evaluation.grouping.blocks_of`` where rows carry
        several labels.
    share : float
        Of the rows, 0 to below 1; 0: no validation.
    seed : int

    Returns
    -------
    row : array of int, shape (n_validation,)
        Ascending.

    Raises
    ------
    DataError
        If no group can be taken, or none would be left to train on.

    Examples
    --------
    >>> validation_rows(np.array(["a", "b", "b", "c", "d"]), 0.2, seed=0)
    array([4])
    """
    groups = np.asarray(groups)
    if not 0 <= share < 1:
        raise DataError(
            f"the validation share is {share}; it must be 0 to below 1 (0.1 is usual)."
        )
    if share == 0:
        return np.empty(0, int)
    _, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    wanted, count = share * len(groups), 0
    taken = np.zeros(len(size), bool)
    for one in np.random.default_rng(seed).permutation(len(size)):
        if abs(count + size[one] - wanted) < abs(count - wanted):
            taken[one] = True
            count += size[one]
    if not taken.any() or taken.all():
        raise DataError(
            f"{len(groups)} training rows in {len(size)} groups, the largest of "
            f"{size.max(initial=0)} rows, cannot be parted into {1 - share:.0%} for "
            f"training and {share:.0%} for validation without tearing a group apart. "
            "Choose another share, 0 for none, or smaller groups."
        )
    rows: np.ndarray = np.flatnonzero(taken[group])
    return rows
