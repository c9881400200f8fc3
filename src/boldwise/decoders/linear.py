"""Linear decoder: the features of a stimulus from the responses to it, by ridge."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from boldwise.decoders.standardise import Standardiser, fit_standardiser
from boldwise.errors import DataError
from boldwise.linear.blocks import Gather
from boldwise.linear.folds import Folds, check_folds, make_folds
from boldwise.linear.plan import PENALTIES, plan_ridge
from boldwise.linear.stream import Wanted, stream_fit


class RidgeDecoder:
    """Ridge from z-scored responses to z-scored features.

    All statistics are those of the training stimuli. With fewer stimuli than voxels
    the dual problem is solved; the answer is the same.

    Parameters
    ----------
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from, in the convention ``+alpha |b|²``.
    cv : int, array of shape (n_train,), or list of (array of int, array of int)
        Number of inner folds of neighbouring rows, the inner fold of each row, or the
        rows to fit and to validate of each fold.
    alpha_per_target : bool
        A penalty for each feature, or one for all.

    Attributes
    ----------
    coef_ : array of float32, shape (n_voxels, n_features)
        From z-scored responses to z-scored features.
    alpha_, cv_score_ : array of shape (n_features,)
        The penalty, and its R² in the inner folds.
    responses_, targets_ : Standardiser
        Training statistics of responses and features.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> responses = rng.standard_normal((100, 30))
    >>> decoder = RidgeDecoder().fit(responses, responses[:, :4])
    >>> decoder.predict(responses).shape
    (100, 4)
    """

    def __init__(
        self,
        *,
        alphas: Sequence[float] | np.ndarray = PENALTIES,
        cv: int | np.ndarray | Folds = 5,
        alpha_per_target: bool = True,
    ) -> None:
        self.alphas = alphas
        self.cv = cv
        self.alpha_per_target = alpha_per_target

    def fit(self, responses: np.ndarray, targets: np.ndarray) -> Self:
        """Choose the penalties, then fit all rows.

        Parameters
        ----------
        responses : array of shape (n_train, n_voxels)
            Any unit; finite.
        targets : array of shape (n_train, n_features)

        Returns
        -------
        self : RidgeDecoder

        Raises
        ------
        DataError
            If responses or targets hold NaN or infinity.
        """
        self.responses_ = fit_standardiser(responses, what="voxels")
        self.targets_ = fit_standardiser(targets, what="target features")
        inputs = self.responses_.apply(responses)
        wanted = self.targets_.apply(targets).astype(np.float32)
        if isinstance(self.cv, list):
            folds = check_folds(self.cv)
        else:
            folds = make_folds(self.cv, len(inputs))
        plan = plan_ridge(inputs.astype(np.float32), folds, alphas=self.alphas)
        asked = Wanted(weights=True, alpha_per_target=self.alpha_per_target)
        found = Gather(wanted.shape[1])
        stream_fit(plan, wanted, found, wanted=asked, memory_gb=np.inf)
        self.alpha_, self.cv_score_, self.coef_ = (
            found.results[name] for name in ("alpha", "cv_score", "weight")
        )
        return self

    def predict(self, responses: np.ndarray) -> np.ndarray:
        """Predict the z-scored features of the stimuli behind new responses.

        Parameters
        ----------
        responses : array of shape (n_new, n_voxels)
            In the unit of the training responses.

        Returns
        -------
        prediction : array of float32, shape (n_new, n_features)
            In standard deviations of the training stimuli, from their mean: compare
            with ``targets_.apply(features)``.

        Raises
        ------
        DataError
            If the decoder was not fitted.
        """
        if not hasattr(self, "coef_"):
            raise DataError("this RidgeDecoder is not fitted yet: call fit first.")
        return np.asarray(
            self.responses_.apply(responses).astype(np.float32) @ self.coef_
        )

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Everything that a copy needs: arrays, and options that JSON can hold.

        Returns
        -------
        arrays : dict of array
            ``coef`` of shape (n_voxels, n_features), ``alpha``, ``cv_score``,
            ``target_mean`` and ``target_spread`` of shape (n_features,),
            ``response_mean`` and ``response_spread`` of shape (n_voxels,).
        options : dict
        """
        arrays = {
            "coef": self.coef_,
            "alpha": self.alpha_,
            "cv_score": self.cv_score_,
            "response_mean": self.responses_.mean,
            "response_spread": self.responses_.spread,
            "target_mean": self.targets_.mean,
            "target_spread": self.targets_.spread,
        }
        cv: Any = self.cv
        if isinstance(cv, list):
            cv = [[np.asarray(rows).tolist() for rows in fold] for fold in cv]
        return arrays, {
            "alphas": np.asarray(self.alphas, float).tolist(),
            "cv": cv if isinstance(cv, list) else np.asarray(cv).tolist(),
            "alpha_per_target": self.alpha_per_target,
        }

    @classmethod
    def from_state(
        cls, arrays: Mapping[str, np.ndarray], options: Mapping[str, Any]
    ) -> Self:
        """Rebuild a fitted decoder from ``to_state``: its arrays, of any shape."""
        decoder = cls(**options)
        decoder.coef_ = arrays["coef"]
        decoder.alpha_ = arrays["alpha"]
        decoder.cv_score_ = arrays["cv_score"]
        decoder.responses_ = Standardiser(
            arrays["response_mean"], arrays["response_spread"]
        )
        decoder.targets_ = Standardiser(arrays["target_mean"], arrays["target_spread"])
        return decoder
