"""The ridge solver as a scikit-learn estimator."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from boldwise.linear.arrays import is_tensor, put, to_device, to_numpy
from boldwise.linear.blocks import Clock, Gather, stream_blocks
from boldwise.linear.folds import Folds, check_folds, make_folds
from boldwise.linear.memory import choose_width, plan_bytes, work_bytes
from boldwise.linear.plan import PENALTIES, RidgePlan, plan_ridge
from boldwise.linear.solve import (
    choose_alphas,
    cross_validate,
    fit_tiles,
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
    memory_gb : float, optional
        Budget in GiB for the work on targets that are read block by block, beside
        what is kept of the fit. Absent: all targets at once.
    device : str, optional
        Where torch shall work: ``"cuda"``, ``"cuda:1"``. Absent: numpy on the CPU,
        or the device of the features if they are a torch tensor.

    Attributes
    ----------
    alpha_ : array of shape (n_targets,)
    coef_ : array of shape (n_features, n_targets), or (n_features,) for one target
        Formed when it is first asked for; predictions do without.
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
    targets, nor on the number of threads. Penalties that score alike resolve to the
    larger one. Scores of float32 are those of shrinkage factors that are right to 3e-5
    of themselves (``boldwise.linear.shrinkage``), of float64 to 1e-12.

    With ``memory_gb``, targets may be anything that has a shape and a dtype and can be
    sliced as ``y[:, a:b]``, for example a dataset of HDF5. Results that do not fit in
    memory either are written as they come by ``boldwise.linear.stream.stream_fit``.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.eye(4)[[0, 1, 2, 3, 0, 1, 2, 3]]
    >>> RidgeCV(alphas=[0.1, 1e3], cv=2).fit(X, X @ [0.0, 1.0, 2.0, 3.0]).alpha_
    array([0.1])
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants each option by name
        self,
        alphas: Sequence[float] | np.ndarray = PENALTIES,
        cv: Any = 5,
        *,
        scoring: str = "r2",
        alpha_per_target: bool = True,
        fit_intercept: bool = True,
        memory_gb: float | None = None,
        device: str | None = None,
    ) -> None:
        self.alphas = alphas
        self.cv = cv
        self.scoring = scoring
        self.alpha_per_target = alpha_per_target
        self.fit_intercept = fit_intercept
        self.memory_gb = memory_gb
        self.device = device

    def fit(self, X: Any, y: Any) -> Self:
        """Choose the penalties, then fit all rows.

        Parameters
        ----------
        X : array or tensor of shape (n_samples, n_features)
        y : array or tensor of shape (n_samples,) or (n_samples, n_targets)

        Returns
        -------
        self : RidgeCV
        """
        features, targets = self._take(X, y)
        self._single = targets.ndim == 1
        if self._single:
            targets = targets.reshape(-1, 1)
        plan = plan_ridge(
            features,
            self._folds(to_numpy(features), targets),
            alphas=self.alphas,
            scoring=self.scoring,
            fit_intercept=self.fit_intercept,
        )
        found = self._choose(plan, targets)
        self.alpha_ = found["alpha"]
        self.cv_scores_ = found["score"]
        self.best_cv_score_ = found["best"]
        self.alpha_at_edge_ = share_at_edges(self.alpha_, plan.alphas)
        self._whole, self._coordinates = plan.whole, found["coordinates"]
        self._mean = found["mean"]
        moved = to_numpy(plan.whole.project(np.zeros_like(features[:1])))
        intercept = self._mean + (moved @ self._coordinates)[0]
        self.intercept_ = intercept[0] if self._single else intercept
        self.__dict__.pop("_coef", None)
        return self

    @property
    def coef_(self) -> np.ndarray:
        """Weights of the features; formed when they are first asked for."""
        check_is_fitted(self)
        if not hasattr(self, "_coef"):
            coordinates = put(self._coordinates, like=self._whole.mix)
            weight = to_numpy(self._whole.expand(coordinates))
            self._coef = weight[:, 0] if self._single else weight
        return self._coef

    def predict(self, X: Any) -> Any:
        """Predict the targets of new rows.

        Parameters
        ----------
        X : array or tensor of shape (n_new, n_features)

        Returns
        -------
        prediction : array or tensor of shape (n_new,) or (n_new, n_targets)
            What X is, and where X is.
        """
        check_is_fitted(self)
        features = validate_data(self, to_numpy(X), dtype=PRECISIONS, reset=False)
        along = to_numpy(self._whole.project(features))
        prediction = along @ self._coordinates + self._mean
        prediction = prediction[:, 0] if self._single else prediction
        return put(prediction, like=X) if is_tensor(X) else prediction

    def _take(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Check features and targets, and bring the features to their device."""
        device = self.device or (str(X.device) if is_tensor(X) else None)
        device = None if device == "cpu" and self.device is None else device
        features = to_numpy(X) if is_tensor(X) else X
        if self.memory_gb is not None or is_tensor(y):
            features = validate_data(self, features, dtype=PRECISIONS)
            return to_device(features, device), y
        features, targets = validate_data(
            self, features, y, dtype=PRECISIONS, multi_output=True, y_numeric=True
        )
        return to_device(features, device), targets

    def _folds(self, features: np.ndarray, targets: Any) -> Folds:
        if hasattr(self.cv, "split"):
            return check_folds(list(self.cv.split(features, targets)))
        return make_folds(self.cv, len(features))

    def _choose(self, plan: RidgePlan, targets: Any) -> dict[str, np.ndarray]:
        """Results by name, the last axis of each being that of the targets."""
        alpha = None
        if not self.alpha_per_target:
            score = self._stream(plan, targets, _score_block)["score"]
            alpha, best = choose_alphas(score, plan.alphas, per_target=False)
        found = self._stream(plan, targets, partial(_fit_block, alpha=alpha))
        if alpha is not None:
            found.update(alpha=alpha, score=score, best=best)
        return found

    def _stream(self, plan: RidgePlan, targets: Any, work: Any) -> dict[str, Any]:
        found, width = Gather(targets.shape[1]), max(1, targets.shape[1])
        if self.memory_gb is not None:
            held = {"decompositions": plan_bytes(plan), "work": work_bytes(plan)}
            width = choose_width(
                targets, memory_gb=self.memory_gb, held=held, results=0
            )
        clock = Clock(targets.shape[1])
        stream_blocks(targets, partial(work, plan), found, width=width, clock=clock)
        return found.results


def _score_block(plan: RidgePlan, targets: Any) -> dict[str, np.ndarray]:
    return {"score": cross_validate(plan, targets)}


def _fit_block(
    plan: RidgePlan, targets: Any, *, alpha: np.ndarray | None
) -> Mapping[str, np.ndarray]:
    found = Gather(targets.shape[1])
    shared = None if alpha is None else np.full(targets.shape[1], alpha[0])
    for tile in fit_tiles(plan, targets, alpha=shared):
        found(
            tile.columns,
            {
                "alpha": tile.alpha,
                "score": tile.score,
                "best": tile.best,
                "coordinates": to_numpy(tile.coordinates),
                "mean": to_numpy(tile.mean),
            },
        )
    return found.results
