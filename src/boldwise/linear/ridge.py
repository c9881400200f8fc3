"""The ridge solver as a scikit-learn estimator."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from boldwise.linear.folds import Folds, check_folds, make_folds
from boldwise.linear.plan import PENALTIES, plan_ridge
from boldwise.linear.solve import (
    choose_alphas,
    cross_validate,
    fit_weights,
    share_at_edges,
)

PRECISIONS = [np.float64, np.float32]


class RidgeCV(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Ridge regression with a penalty per target, chosen by cross-validation.

    For each target y, minimises ``|y - X b|² + alpha |b|²``.

    Parameters
    ----------
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from, positive.
    cv : int, scikit-learn splitter, or array of shape (n_samples,)
        An int asks for that many folds of neighbouring rows; an array names the
        fold of each row (a negative number: never left out).
    scoring : {"r2", "correlation"}
        What the penalty is chosen by, averaged over folds.
    alpha_per_target : bool
        Choose for each target by itself, or one penalty for all.
    fit_intercept : bool
        Centre features and targets on the rows that are fitted.

    Attributes
    ----------
    alpha_ : array of shape (n_targets,)
    coef_ : array of shape (n_features, n_targets), or (n_features,) for one target
    intercept_ : array of shape (n_targets,), or float for one target
    cv_scores_ : array of shape (n_alphas, n_targets)
    best_cv_score_ : array of shape (n_targets,)
    alpha_at_edge_ : tuple of float
        Share of targets at the smallest and at the largest penalty of the grid.
    n_features_in_ : int

    Notes
    -----
    Float32 features and targets are worked on in float32, except decompositions and
    scores; anything else in float64. Results do not depend on the units of the
    targets. Penalties that score alike resolve to the larger one.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.eye(4)[[0, 1, 2, 3, 0, 1, 2, 3]]
    >>> RidgeCV(alphas=[0.1, 1e3], cv=2).fit(X, X @ [0.0, 1.0, 2.0, 3.0]).alpha_
    array([0.1])
    """

    def __init__(
        self,
        alphas: Sequence[float] | np.ndarray = PENALTIES,
        cv: Any = 5,
        *,
        scoring: str = "r2",
        alpha_per_target: bool = True,
        fit_intercept: bool = True,
    ) -> None:
        self.alphas = alphas
        self.cv = cv
        self.scoring = scoring
        self.alpha_per_target = alpha_per_target
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any) -> Self:
        """Choose the penalties, then fit all rows.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_targets)

        Returns
        -------
        self : RidgeCV
        """
        features, targets = validate_data(
            self, X, y, dtype=PRECISIONS, multi_output=True, y_numeric=True
        )
        single = targets.ndim == 1
        targets = targets.reshape(len(targets), -1)
        plan = plan_ridge(
            features,
            self._folds(features, targets),
            alphas=self.alphas,
            scoring=self.scoring,
            fit_intercept=self.fit_intercept,
        )
        score = cross_validate(plan, targets)
        alpha, best = choose_alphas(
            score, plan.alphas, per_target=self.alpha_per_target
        )
        weight, intercept = fit_weights(plan, targets, alpha)
        self.alpha_ = alpha
        self.cv_scores_ = score
        self.best_cv_score_ = best
        self.alpha_at_edge_ = share_at_edges(alpha, plan.alphas)
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
