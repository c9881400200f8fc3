"""Folds that choose the penalties of one outer fold, from the labels of its rows."""

import numpy as np

from boldwise.evaluation.contiguous_folds import far_from
from boldwise.linear.folds import Folds, check_folds, folds_from_labels
from boldwise.responses.records import Trials


def inner_folds(labels: np.ndarray, trials: Trials, *, gap_s: float) -> Folds:
    """Leave out the rows of one label at a time, and what lies too close to them.

    Noise of neighbouring volumes is alike: where a fit sees the neighbours of what
    validates it, following the noise pays, and penalties come out too small.

    Parameters
    ----------
    labels : array of int, shape (n_train,)
        Inner fold of each training row; negative: never left out.
    trials : Trials
        Run and time of the same n_train rows.
    gap_s : float
        Rows to fit are at least so far (seconds) from the rows to validate of the
        same run; 0: all other rows are fitted, whatever their times.

    Returns
    -------
    folds : list of (array of int, array of int)
        Rows to fit, shape (n_fit,), and rows to validate, shape (n_validate,).

    Raises
    ------
    DataError
        As ``linear.folds.folds_from_labels``; also if the gap leaves fewer than two
        rows to fit.
    """
    folds = folds_from_labels(labels)
    if gap_s <= 0:
        return folds
    run = np.char.add(np.char.add(trials.session, "/"), trials.run)
    kept = []
    for fit, validate in folds:
        left_out = np.zeros(len(labels), bool)
        left_out[validate] = True
        far = far_from(left_out, run, trials.onset_s, gap_s=gap_s)
        kept.append((fit[far[fit]], validate))
    return check_folds(kept)
