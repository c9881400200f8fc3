"""Voxelwise ridge as a model of its own: fit, predict, keep."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from boldwise.encoders.delays import add_delays
from boldwise.encoders.design import Design, fit_design
from boldwise.errors import DataError
from boldwise.linear.folds import make_folds
from boldwise.linear.plan import PENALTIES, plan_ridge
from boldwise.linear.stream import Wanted, fit_block


class RidgeEncoder:
    """Responses from one or more feature spaces, with a penalty per voxel.

    Parameters
    ----------
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from, in the convention ``+alpha |b|²``.
    cv : int, or array of shape (n_train,)
        Number of inner folds of neighbouring rows, or the inner fold of each row.
    delays : sequence of int, in volumes
        For continuous responses; empty for one response per stimulus.

    Attributes
    ----------
    coef_ : array of float32, shape (n_features, n_voxels)
        Features of all spaces, after centring and scaling (``design_``), delay by
        delay.
    intercept_ : array of float32, shape (n_voxels,)
    alpha_, cv_score_ : array of shape (n_voxels,)
        The penalty, and its R² in the inner folds.
    design_ : Design
        Means of the features and scales of the spaces.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> features = rng.standard_normal((100, 3))
    >>> encoder = RidgeEncoder().fit([features], features[:, :2])
    >>> encoder.predict([features]).shape
    (100, 2)
    """

    def __init__(
        self,
        *,
        alphas: Sequence[float] | np.ndarray = PENALTIES[:16],  # to 1e4
        cv: int | np.ndarray = 5,
        delays: Sequence[int] = (),
    ) -> None:
        self.alphas = alphas
        self.cv = cv
        self.delays = delays

    def fit(
        self,
        spaces: Sequence[np.ndarray],
        responses: np.ndarray,
        *,
        run_lengths: Sequence[int] | None = None,
    ) -> Self:
        """Choose a penalty for each voxel, then fit all rows.

        Parameters
        ----------
        spaces : sequence of array, each of shape (n_train, n_features of the space)
        responses : array of shape (n_train, n_voxels)
            Any unit.
        run_lengths : sequence of int, in volumes
            Needed with delays only; one run if absent.

        Returns
        -------
        self : RidgeEncoder
        """
        self.design_ = fit_design(spaces)
        matrix = self._matrix(spaces, run_lengths).astype(np.float32)
        targets = np.asarray(responses, np.float32)
        plan = plan_ridge(matrix, make_folds(self.cv, len(matrix)), alphas=self.alphas)
        found = fit_block(plan, targets, wanted=Wanted(weights=True))
        self.alpha_, self.cv_score_ = found["alpha"], found["cv_score"]
        self.coef_, self.intercept_ = found["weight"], found["intercept"]
        return self

    def predict(
        self,
        spaces: Sequence[np.ndarray],
        *,
        run_lengths: Sequence[int] | None = None,
    ) -> np.ndarray:
        """Predict the responses to new stimuli.

        Parameters
        ----------
        spaces : sequence of array, each of shape (n_new, n_features of the space)
            The spaces of the fit, in its order.
        run_lengths : sequence of int, in volumes
            Needed with delays only; one run if absent.

        Returns
        -------
        prediction : array of float32, shape (n_new, n_voxels)
            In the unit of the responses.

        Raises
        ------
        DataError
            If the encoder was not fitted.
        """
        if not hasattr(self, "coef_"):
            raise DataError("this RidgeEncoder is not fitted yet: call fit first.")
        matrix = self._matrix(spaces, run_lengths).astype(np.float32)
        return np.asarray(matrix @ self.coef_ + self.intercept_)

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Everything that a copy needs: arrays, and options that JSON can hold.

        Returns
        -------
        arrays : dict of array
            ``coef`` of shape (n_features, n_voxels), ``intercept``, ``alpha`` and
            ``cv_score`` of shape (n_voxels,), ``mean`` of shape (n_columns,),
            ``width`` and ``scale`` of shape (n_spaces,).
        options : dict
        """
        arrays = {
            "coef": self.coef_,
            "intercept": self.intercept_,
            "alpha": self.alpha_,
            "cv_score": self.cv_score_,
            "mean": np.concatenate(self.design_.mean),
            "width": np.array([len(mean) for mean in self.design_.mean]),
            "scale": np.array(self.design_.scale),
        }
        return arrays, {
            "alphas": np.asarray(self.alphas, float).tolist(),
            "cv": np.asarray(self.cv).tolist(),
            "delays": [int(delay) for delay in self.delays],
        }

    @classmethod
    def from_state(
        cls, arrays: Mapping[str, np.ndarray], options: Mapping[str, Any]
    ) -> Self:
        """Rebuild a fitted encoder from ``to_state``: its arrays, of any shape."""
        encoder = cls(**options)
        encoder.coef_ = arrays["coef"]
        encoder.intercept_ = arrays["intercept"]
        encoder.alpha_ = arrays["alpha"]
        encoder.cv_score_ = arrays["cv_score"]
        mean = np.split(arrays["mean"], np.cumsum(arrays["width"])[:-1])
        encoder.design_ = Design(tuple(mean), tuple(arrays["scale"].tolist()))
        return encoder

    def _matrix(
        self, spaces: Sequence[np.ndarray], run_lengths: Sequence[int] | None
    ) -> np.ndarray:
        """Design of shape (n_rows, n_delays * n_features)."""
        joined = self.design_.join(spaces)
        if not len(self.delays):
            return joined
        lengths = [len(joined)] if run_lengths is None else run_lengths
        return add_delays(joined, self.delays, run_lengths=lengths)
