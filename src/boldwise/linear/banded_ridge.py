"""Banded ridge as a scikit-learn estimator."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from boldwise.errors import ShapeMismatchError
from boldwise.linear.banded_choice import BandedChoice
from boldwise.linear.banded_fit import fit_band_weights
from boldwise.linear.banded_plan import BandedPlan, plan_bands, read_groups
from boldwise.linear.banded_search import choose_by_search, search_candidates
from boldwise.linear.banded_solve import choose_for_targets
from boldwise.linear.folds import Folds, check_folds, make_folds
from boldwise.linear.plan import PENALTIES
from boldwise.linear.solve import share_at_edges

PRECISIONS = [np.float64, np.float32]


class BandedRidgeCV(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Ridge regression with a penalty per feature space and target.

    For each target y, minimises ``|y - sum_s X_s b_s|² + sum_s lambda_s |b_s|²`` with
    ``lambda_s = alpha / gamma_s``. The shares gamma sum to 1 over spaces; a space with
    a share of 0 is left out. Both are chosen by cross-validation: alpha from a grid,
    gamma by a search that learns from what it has scored.

    Parameters
    ----------
    groups : array of shape (n_features,), sequence of sequences of int, or None
        A label per feature (spaces in the order of the sorted labels), or the columns
        of each space. None: one space, which is plain ridge.
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from, positive. With n spaces alike, gamma is 1 / n and
        the penalty of each n times alpha.
    cv : int, scikit-learn splitter, or array of shape (n_samples,)
        An int asks for that many folds of neighbouring rows; an array names the
        fold of each row (a negative number: never left out).
    scoring : {"r2", "correlation"}
        What is chosen by, averaged over folds.
    n_iter : int, or array of shape (n_candidates, n_groups)
        How many shares to score at most, or the shares to choose from.
    random_state : int or None
        Seed of the shares that the search proposes from.
    fit_intercept : bool
        Centre features and targets on the rows that are fitted.

    Attributes
    ----------
    alpha_ : array of shape (n_targets,)
    deltas_ : array of shape (n_groups, n_targets)
        Logarithm of gamma / alpha, as himalaya has it: ``exp(-deltas_)`` are the
        penalties lambda. -inf where a space is left out.
    coef_ : array of shape (n_features, n_targets), or (n_features,) for one target
    intercept_ : array of shape (n_targets,), or float for one target
    candidates_ : array of shape (n_candidates, n_groups)
        Shares that were scored, all spaces alike first.
    cv_scores_ : array of shape (n_candidates, n_targets)
        Of the best penalty of each candidate; NaN for a target that the search did not
        expect it to serve.
    best_cv_score_ : array of shape (n_targets,)
    alpha_at_edge_ : tuple of float
        Share of targets at the smallest and at the largest penalty of the grid.
    n_features_in_ : int

    Notes
    -----
    Candidates are searched for with at most 2048 targets, evenly spaced; more
    targets choose from what served these. To fit parts of the targets in several
    jobs, pass ``candidates_`` of one fit as ``n_iter`` to all. A tensor is worked on
    as an array, on the CPU.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 6))
    >>> model = BandedRidgeCV([[0, 1, 2], [3, 4, 5]]).fit(X, X[:, :3])
    >>> model.deltas_[1]
    array([-inf, -inf, -inf])
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants each option by name
        self,
        groups: Sequence[object] | np.ndarray | None = None,
        alphas: Sequence[float] | np.ndarray = PENALTIES,
        cv: Any = 5,
        *,
        scoring: str = "r2",
        n_iter: int | np.ndarray = 40,
        random_state: int | None = 0,
        fit_intercept: bool = True,
    ) -> None:
        self.groups = groups
        self.alphas = alphas
        self.cv = cv
        self.scoring = scoring
        self.n_iter = n_iter
        self.random_state = random_state
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any) -> Self:
        """Choose shares and penalties, then fit all rows.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_targets)

        Returns
        -------
        self : BandedRidgeCV

        Raises
        ------
        ShapeMismatchError
            If groups, or given candidates, do not fit the features.
        """
        features, targets = validate_data(
            self, X, y, dtype=PRECISIONS, multi_output=True, y_numeric=True
        )
        single = targets.ndim == 1
        targets = targets.reshape(len(targets), -1)
        groups = np.zeros(features.shape[1]) if self.groups is None else self.groups
        plan = plan_bands(
            features,
            self._folds(features, targets),
            columns=read_groups(groups, features.shape[1]),
            alphas=self.alphas,
            scoring=self.scoring,
            fit_intercept=self.fit_intercept,
        )
        choice, self.cv_scores_, self.candidates_ = self._choose(plan, targets)
        weight, intercept = fit_band_weights(plan, targets, choice)
        self.alpha_ = choice.alpha
        self.deltas_ = choice.deltas
        self.best_cv_score_ = choice.best
        self.alpha_at_edge_ = share_at_edges(choice.alpha, plan.frame.alphas)
        self.coef_ = weight[:, 0] if single else weight
        self.intercept_ = intercept[0] if single else intercept
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predict the targets of new rows.

        Parameters
        ----------
        X : array of shape (n_new, n_features)

        Returns
        -------
        prediction : array of shape (n_new,) or (n_new, n_targets)
        """
        check_is_fitted(self)
        features = validate_data(self, X, dtype=PRECISIONS, reset=False)
        return np.asarray(features @ self.coef_ + self.intercept_)

    def _folds(self, features: np.ndarray, targets: np.ndarray) -> Folds:
        if hasattr(self.cv, "split"):
            return check_folds(list(self.cv.split(features, targets)))
        return make_folds(self.cv, len(features))

    def _choose(
        self, plan: BandedPlan, targets: np.ndarray
    ) -> tuple[BandedChoice, np.ndarray, np.ndarray]:
        if np.ndim(self.n_iter) == 0:
            search = search_candidates(
                plan,
                targets,
                n_candidates=int(self.n_iter),
                random_state=self.random_state,
            )
            return choose_by_search(plan, targets, search)
        candidates = check_candidates(np.asarray(self.n_iter, float), plan.n_groups)
        return *choose_for_targets(plan, targets, candidates), candidates


def check_candidates(candidates: np.ndarray, n_groups: int) -> np.ndarray:
    """Refuse shares that are not for these spaces.

    Parameters
    ----------
    candidates : array of shape (n_candidates, n_groups)
        0 or more; a candidate has one space or more.
    n_groups : int

    Returns
    -------
    candidates : array of shape (n_candidates, n_groups)

    Raises
    ------
    ShapeMismatchError
        If there is not a share per space, or a share is negative.
    """
    fits = candidates.ndim == 2 and candidates.shape[1] == n_groups
    if not fits or not (candidates >= 0).all() or not candidates.any(axis=1).all():
        raise ShapeMismatchError(
            f"candidates of shape {candidates.shape} do not give each of {n_groups} "
            "feature spaces a share of 0 or more, with one above 0. Give a row per "
            "candidate and a column per space."
        )
    return candidates
