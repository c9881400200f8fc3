"""Predict each voxel of one subject from feature spaces, fold by fold of a split."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.encoders.plan import OuterFold, VoxelwisePlan, plan_voxelwise
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures
from boldwise.linear.plan import PENALTY_CONVENTION
from boldwise.linear.solve import (
    choose_alphas,
    cross_validate,
    predict_targets,
    share_at_edges,
)
from boldwise.responses.records import Responses, Voxels


@dataclass(frozen=True)
class VoxelwiseFit:
    """Predictions for held-out stimuli, and the penalties behind them.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_test,)
    fold : array of int, shape (n_test,)
        Outer fold that held the stimulus out.
    prediction : array of float32, shape (n_test, n_voxels)
        In the unit of the responses.
    alpha : array of float32, shape (n_folds, n_voxels)
        Penalty, in the convention ``+alpha |b|²``.
    cv_score : array of float32, shape (n_folds, n_voxels)
        R² of that penalty in the inner folds.
    n_train : array of int, shape (n_folds,)
        Training stimuli.
    penalties : array of shape (n_alphas,)
        What each alpha was chosen from.
    """

    stimulus_id: np.ndarray
    fold: np.ndarray
    prediction: np.ndarray
    alpha: np.ndarray
    cv_score: np.ndarray
    n_train: np.ndarray
    penalties: np.ndarray

    def datasets(self) -> dict[str, np.ndarray]:
        """Arrays to store, by name, in the shapes above."""
        names = ("stimulus_id", "fold", "prediction", "alpha", "cv_score")
        return {name: getattr(self, name) for name in names}

    def attributes(self) -> dict[str, Any]:
        """Facts to store beside the arrays: the grid, its convention, its edges."""
        low, high = share_at_edges(self.alpha, self.penalties.astype(np.float32))
        return {
            "penalties": self.penalties.tolist(),
            "penalty_convention": PENALTY_CONVENTION,
            "share_at_lowest_penalty": low,
            "share_at_highest_penalty": high,
            "n_train": self.n_train.tolist(),
        }


def fit_voxelwise(
    responses: Responses,
    spaces: Sequence[FittedFeatures],
    split: Split,
    *,
    alphas: Sequence[float] | np.ndarray,
    delays: Sequence[int] = (),
) -> VoxelwiseFit:
    """Fit ridge with a penalty per voxel in every outer fold, and predict its test.

    Repeats of a stimulus are averaged first. The penalty of a voxel is the one with
    the best R² over the inner folds of the split.

    Parameters
    ----------
    responses : Responses
        Of shape (n_trials, n_voxels).
    spaces : sequence of FittedFeatures
        Joined; each is centred and scaled on the training stimuli of the fold.
    split : Split
        Its stimuli that this subject did not see are passed over.
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from.
    delays : sequence of int, in volumes
        For continuous responses only; counted back within a run.

    Returns
    -------
    fit : VoxelwiseFit

    Raises
    ------
    DataError
        As ``plan_voxelwise`` does.
    """
    plan = plan_voxelwise(responses, spaces, split, alphas=alphas, delays=delays)
    parts = [_fit_fold(fold, plan.response[fold.train]) for fold in plan.folds]
    prediction, alpha, score = zip(*parts, strict=True)
    return VoxelwiseFit(
        stimulus_id=plan.held_out.stimulus_id,
        fold=plan.held_out.fold,
        prediction=np.concatenate(prediction),
        alpha=np.array(alpha, np.float32),
        cv_score=np.array(score, np.float32),
        n_train=np.array([len(fold.train) for fold in plan.folds]),
        penalties=plan.folds[0].ridge.alphas,
    )


def shuffle_voxelwise(
    plan: VoxelwisePlan, *, n_shuffles: int, seed: int
) -> dict[str, np.ndarray]:
    """Refit on responses that were shuffled over the training stimuli.

    All voxels of a stimulus move together, so their correlations stay. Continuous
    responses are not permuted but turned round in time by a random lag between a
    tenth and nine tenths of the training part, which keeps their autocorrelation.
    Features are decomposed once for all draws.

    Parameters
    ----------
    plan : VoxelwisePlan
    n_shuffles : int
        Draws.
    seed : int
        A draw depends on the seed and its number only.

    Returns
    -------
    median : dict of array of float64, shape (n_shuffles,)
        By region of interest, and for ``all`` voxels: the median over voxels of the
        correlation with the responses to the test stimuli, averaged over folds.
    """
    regions = _regions(plan.voxels)
    truth, fold_of = plan.response[plan.test], plan.held_out.fold
    medians = {name: np.full(n_shuffles, np.nan) for name in regions}
    for draw in range(n_shuffles):
        rng = np.random.default_rng([seed, draw])
        prediction = np.concatenate(
            [
                _fit_fold(fold, plan.response[_shuffle(fold.train, plan.kind, rng)])[0]
                for fold in plan.folds
            ]
        )
        r = correlate_in_folds(prediction, truth, fold_of)
        for name, inside in regions.items():
            known = r[inside][np.isfinite(r[inside])]
            medians[name][draw] = np.median(known) if len(known) else np.nan
    return medians


def _fit_fold(
    fold: OuterFold, response: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prediction (n_test, n_voxels), alpha (n_voxels,) and its score (n_voxels,)."""
    score = cross_validate(fold.ridge, response)
    alpha, best = choose_alphas(score, fold.ridge.alphas)
    prediction = predict_targets(fold.ridge, response, alpha, features=fold.test_design)
    return prediction, alpha, best


def _regions(voxels: Voxels) -> dict[str, np.ndarray]:
    return {"all": np.ones(len(voxels), bool), **voxels.roi}


def _shuffle(rows: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    if kind != "continuous":
        return rng.permutation(rows)
    tenth = max(1, len(rows) // 10)
    return np.roll(rows, rng.integers(tenth, len(rows) - tenth + 1))
