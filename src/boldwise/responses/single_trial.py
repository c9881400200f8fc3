"""One response per trial by least squares, as weights over the volumes of a run.

Every estimate here is linear in the data: ``response = weights @ signal``. Nuisance
is removed from the regressors alone, which gives the same estimates as a model that
holds both (Frisch & Waugh 1933, Econometrica 1:387).
"""

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.responses.cleaning import remove_nuisance

RANK_TOLERANCE = 1e-6


def least_squares_all(regressors: np.ndarray, nuisance: np.ndarray) -> np.ndarray:
    """Estimate all trials in one model.

    Parameters
    ----------
    regressors : array of shape (n_volumes, n_trials)
        From ``trial_regressors``.
    nuisance : array of shape (n_volumes, n_nuisance)
        Orthonormal, from ``nuisance_basis``.

    Returns
    -------
    weights : array of shape (n_trials, n_volumes)
        Response per unit of signal; orthogonal to the nuisance.

    Raises
    ------
    DataError
        If trials cannot be told apart: the model has lower rank than trials.
    """
    cleaned = remove_nuisance(regressors, nuisance)
    left, size, right = np.linalg.svd(cleaned, full_matrices=False)
    lost = size <= RANK_TOLERANCE * max(size.max(initial=0), 1e-300)
    involved = np.abs(right[lost]).max(axis=0, initial=0) > 0.1
    if involved.any() or len(cleaned) < cleaned.shape[1]:
        _refuse(involved, cleaned, cure="estimate them by `least_squares_separate`")
    weights: np.ndarray = (right.T / size) @ left.T
    return weights


def least_squares_separate(regressors: np.ndarray, nuisance: np.ndarray) -> np.ndarray:
    """Estimate each trial in a model of its own: this trial, and the sum of all others.

    Mumford et al. (2012), NeuroImage 59:2636, their LS-S. Instead of one fit per
    trial, all models are solved at once from the Gram matrix of the trials: each has
    two regressors, ``a`` and ``b = total - a``, whose inner products are sums over it.

    Parameters
    ----------
    regressors : array of shape (n_volumes, n_trials)
        From ``trial_regressors``.
    nuisance : array of shape (n_volumes, n_nuisance)
        Orthonormal, from ``nuisance_basis``.

    Returns
    -------
    weights : array of shape (n_trials, n_volumes)
        Response per unit of signal; orthogonal to the nuisance.

    Raises
    ------
    DataError
        If a trial cannot be told from the sum of the others.

    Notes
    -----
    Neighbouring trials share noise: at short spacings their estimates correlate.
    """
    this = remove_nuisance(regressors, nuisance)
    total = this.sum(1, keepdims=True)
    others = total - this
    if this.shape[1] == 1:
        return least_squares_all(regressors, nuisance)
    this_this = (this**2).sum(0)
    others_others = (others**2).sum(0)
    this_others = (this * others).sum(0)
    determinant = this_this * others_others - this_others**2
    lost = determinant <= RANK_TOLERANCE**2 * this_this.max() * others_others
    if lost.any():
        _refuse(lost, this, cure="or check their onsets")
    numerator = others_others * this - this_others * others
    weights: np.ndarray = (numerator / determinant).T
    return weights


def _refuse(involved: np.ndarray, cleaned: np.ndarray, *, cure: str) -> None:
    n_volumes, n_trials = cleaned.shape
    named = np.flatnonzero(involved) + 1
    which = f" (number {name_some(named.tolist())})" if len(named) else ""
    raise DataError(
        f"{n_trials} trials cannot be told apart from {n_volumes} volumes{which}: "
        "their responses coincide with one another or with drifts and confounds. "
        f"Remove trials without data, or {cure}."
    )
