"""Predict each voxel of one subject from feature spaces, fold by fold of a split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import numpy as np

from boldwise.encoders.kept_weights import MODEL, name_designs, name_weights
from boldwise.encoders.plan import OuterFold, VoxelwisePlan, plan_voxelwise
from boldwise.encoders.shuffled import shuffle_training
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures
from boldwise.linear.blocks import (
    Clock,
    Columns,
    Gather,
    Progress,
    Rows,
    Sink,
    stream_blocks,
)
from boldwise.linear.memory import choose_width, plan_bytes, work_bytes
from boldwise.linear.plan import PENALTY_CONVENTION
from boldwise.linear.solve import share_at_edges
from boldwise.linear.stream import Wanted, fit_block
from boldwise.responses.records import Responses


@dataclass(frozen=True)
class VoxelwiseFit:
    """Predictions for held-out stimuli, and the penalties behind them.

    What has a column per voxel may lie on disk: anything with shape and dtype that
    can be sliced.

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
    model : mapping of array
        Weights of each outer fold, by the names of ``kept_weights``, where they were
        asked for.
    """

    stimulus_id: np.ndarray
    fold: np.ndarray
    prediction: Any
    alpha: Any
    cv_score: Any
    n_train: np.ndarray
    penalties: np.ndarray
    model: Mapping[str, Any] = field(default_factory=dict, kw_only=True)

    @classmethod
    def of(
        cls,
        plan: VoxelwisePlan,
        results: Mapping[str, Any],
        *,
        rivals: Sequence[VoxelwisePlan] = (),
    ) -> Self:
        """Join what was planned with the results that ``stream_voxelwise`` gave.

        Parameters
        ----------
        plan : VoxelwisePlan
        results : mapping of array or sliceable, each of shape (…, n_voxels)
        rivals : sequence of VoxelwisePlan, optional
            Where each voxel follows one of several spaces: the plan of each.

        Returns
        -------
        fit : VoxelwiseFit
        """
        model = {n: one for n, one in results.items() if n.startswith(MODEL)}
        if model:
            each = zip(*(one.folds for one in rivals or (plan,)), strict=True)
            model |= name_designs([[one.design for one in folds] for folds in each])
        return cls(
            model=model,
            stimulus_id=plan.held_out.stimulus_id,
            fold=plan.held_out.fold,
            n_train=np.array([len(fold.train) for fold in plan.folds]),
            penalties=plan.folds[0].ridge.alphas,
            **{n: one for n, one in results.items() if n not in model},
        )

    def datasets(self) -> dict[str, Any]:
        """Arrays to store, by name, in the shapes above."""
        names = ("stimulus_id", "fold", "prediction", "alpha", "cv_score")
        own = {name: getattr(self, name) for name in names}
        return own | dict(sorted(self.model.items()))

    def attributes(self) -> dict[str, Any]:
        """Facts to store beside the arrays: the grid, its convention, its edges."""
        alpha, grid = self.alpha[:, :], self.penalties.astype(np.float32)
        low, high = share_at_edges(alpha, grid) if alpha.size else (np.nan, np.nan)
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
    found = Gather(len(plan.voxels))
    stream_voxelwise(plan, found, memory_gb=np.inf)
    return VoxelwiseFit.of(plan, found.results)


def stream_voxelwise(
    plan: VoxelwisePlan,
    sink: Sink,
    *,
    columns: slice = slice(None),
    memory_gb: float = 1.0,
    progress: Progress | None = None,
) -> None:
    """Fit as ``fit_voxelwise`` does, reading responses block by block.

    Parameters
    ----------
    plan : VoxelwisePlan
        Its responses may lie on disk.
    sink : callable
        Called for every block of voxels in order, with their columns and the results
        by name: ``prediction``, ``alpha`` and ``cv_score`` as in VoxelwiseFit.
    columns : slice
        Voxels to fit, from ``linear.blocks.cut_part``. The columns that the sink is
        told count from its start.
    memory_gb : float
        Budget in GiB for decompositions, blocks and work, above what Python and its
        libraries take. Results do not depend on it.
    progress : callable
        Told the number of voxels done, and the seconds left, after every block.

    Raises
    ------
    DataError
        If the budget does not hold the plan and the work on a single tile.
    """
    targets, plans = (
        Columns(plan.response, columns),
        [fold.ridge for fold in plan.folds],
    )
    held = {
        "decompositions": plan_bytes(plan.folds),
        "work": work_bytes(*plans),
        "averaging repeats": plan.response.reading_bytes,
    }
    results = 8 * (len(plan.test) + 4 * len(plan.folds))
    results += 8 * plan.keep_weights * sum(weight_rows(fold) for fold in plan.folds)
    width = choose_width(targets, memory_gb=memory_gb, held=held, results=results)
    clock = Clock(targets.shape[1], progress)
    stream_blocks(targets, partial(_fit_folds, plan), sink, width=width, clock=clock)


def shuffle_voxelwise(
    plan: VoxelwisePlan, *, n_shuffles: int, seed: int
) -> dict[str, np.ndarray]:
    """Refit on shuffled responses, as ``shuffle_training`` does.

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

    def predict(number: int, response: np.ndarray) -> np.ndarray:
        return _fit_fold(plan.folds[number], response)["prediction"]

    return shuffle_training(plan, predict, n_shuffles=n_shuffles, seed=seed)


def weight_rows(fold: OuterFold) -> int:
    """Weights and intercept of one voxel."""
    return int(fold.test_design.shape[1]) + 1


def _fit_folds(plan: VoxelwisePlan, response: np.ndarray) -> dict[str, np.ndarray]:
    """Results of every outer fold, for some columns of the averaged responses."""
    parts = [
        _fit_fold(fold, Rows(response, fold.train), weights=plan.keep_weights)
        for fold in plan.folds
    ]
    found = {
        "prediction": np.concatenate([one["prediction"] for one in parts]),
        "alpha": np.array([one["alpha"] for one in parts], np.float32),
        "cv_score": np.array([one["cv_score"] for one in parts], np.float32),
    }
    for number, one in enumerate(parts if plan.keep_weights else []):
        found |= name_weights(number, one["weight"], one["intercept"])
    return found


def _fit_fold(
    fold: OuterFold, response: Any, *, weights: bool = False
) -> dict[str, np.ndarray]:
    """Fit one outer fold, as ``fit_block`` gives it."""
    wanted = Wanted(features=fold.test_design, weights=weights)
    return fit_block(fold.ridge, response, wanted=wanted)
