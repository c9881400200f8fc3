"""What fitting one subject can work out before it sees a response."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.encoders.design import Design, fit_design
from boldwise.encoders.volume_delays import delay_volumes
from boldwise.errors import DataError
from boldwise.evaluation.held_out import HeldOut, find_held_out
from boldwise.evaluation.inner_folds import inner_folds
from boldwise.evaluation.splits import Split
from boldwise.features.records import FeatureSpace, FittedFeatures, find_rows
from boldwise.linear.banded_plan import BandedPlan, plan_bands
from boldwise.linear.folds import Folds
from boldwise.linear.plan import RidgePlan, plan_ridge
from boldwise.responses.averaged import AveragedRepeats
from boldwise.responses.records import Responses, Trials, Voxels


@dataclass(frozen=True)
class OuterFold:
    """One outer fold, decomposed; rows index the averaged responses.

    Attributes
    ----------
    train : array of int, shape (n_train,)
        In the order of their first showing.
    ridge : RidgePlan or BandedPlan
    test_design : array of shape (n_test of the fold, n_columns)
    design : Design
        How features are centred and scaled.
    """

    train: np.ndarray
    ridge: Any
    test_design: np.ndarray
    design: Design


@dataclass(frozen=True)
class VoxelwisePlan:
    """A subject's averaged responses, and all that does not depend on them.

    Attributes
    ----------
    response : AveragedRepeats, shape (n_stimuli, n_voxels)
        Mean over the repeats of a stimulus; read when voxels are sliced.
    test : array of int, shape (n_test,)
        Row of each held-out item.
    held_out : HeldOut
    folds : tuple of OuterFold
    voxels : Voxels
    kind : str
        ``"trials"`` or ``"continuous"``.
    keep_weights : bool
        Whether a fit shall give the weights of every outer fold, too, by the names of
        ``kept_weights``.
    """

    response: AveragedRepeats
    test: np.ndarray
    held_out: HeldOut
    folds: tuple[OuterFold, ...]
    voxels: Voxels
    kind: str
    keep_weights: bool = False


def plan_voxelwise(
    responses: Responses,
    spaces: Sequence[FittedFeatures],
    split: Split,
    *,
    alphas: Sequence[float] | np.ndarray,
    delays: Sequence[int] = (),
    banded: bool = False,
) -> VoxelwisePlan:
    """Find the rows, build the design of every outer fold, and decompose it.

    Parameters
    ----------
    responses : Responses
        Of shape (n_trials, n_voxels); no response is read yet.
    spaces : sequence of FittedFeatures
        Joined; each is centred and scaled on the training stimuli of the fold.
    split : Split
        Its stimuli that this subject did not see are passed over.
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from.
    delays : sequence of int, in volumes
        For continuous responses only; counted back within a run.
    banded : bool
        Plan a penalty for each space: sums of Gram matrices, no decompositions.

    Returns
    -------
    plan : VoxelwisePlan

    Raises
    ------
    DataError
        If a stimulus lacks features, if this subject saw no training or no test
        stimulus, or if delays are asked for trials.
    """
    trials = responses.trials
    response = AveragedRepeats(responses.response, trials.stimulus_id)
    ids = response.ids
    held_out = find_held_out(split, ids)
    if not len(held_out):
        raise DataError(
            f"none of the {len(ids)} stimuli of this subject are held out by split "
            f"'{split.name}'. Are the ids of responses and split the same?"
        )
    test = find_rows(ids, held_out.stimulus_id, what="responses")
    folds = []
    for number in range(split.n_folds):
        train, inner = _training_rows(split, number, trials, ids)
        features = [space.fold(number).rows(ids) for space in spaces]
        fitted = fit_design([x[train] for x in features])
        design = fitted.join(features)
        if len(delays):
            known = [space.fold(number) for space in spaces]
            design = _delay(fitted, known, delays, responses.kind, ids)
        design = design.astype(np.float32)  # As responses are: what meets them.
        rows = design[train], inner
        own = fitted.columns(len(delays))
        ridge = _plan(banded, rows, own, alphas)
        tested = design[test[held_out.fold == number]]
        folds.append(OuterFold(train, ridge, tested, fitted))
    return VoxelwisePlan(
        response, test, held_out, tuple(folds), responses.voxels, responses.kind
    )


def _plan(
    banded: bool,
    rows: tuple[np.ndarray, Folds],
    columns: list[np.ndarray],
    alphas: Sequence[float] | np.ndarray,
) -> RidgePlan | BandedPlan:
    if banded:
        return plan_bands(*rows, columns=columns, alphas=alphas)
    return plan_ridge(*rows, alphas=alphas)


def _training_rows(
    split: Split, number: int, trials: Trials, ids: np.ndarray
) -> tuple[np.ndarray, Folds]:
    """Rows of the averaged responses that train a fold, and inner folds of these."""
    wanted = split.train_ids(number)
    seen = np.isin(wanted, ids)
    if not seen.any():
        raise DataError(
            f"this subject saw none of the {len(wanted)} training stimuli of fold "
            f"{split.fold_name[number]} of split '{split.name}'."
        )
    rows = find_rows(ids, wanted[seen], what="responses")
    _, first = np.unique(trials.stimulus_id, return_index=True)
    order = np.argsort(first[rows])
    rows, labels = rows[order], split.inner_folds(number)[seen][order]
    shown = trials.take(first[rows])
    return rows, inner_folds(labels, shown, gap_s=split.inner_gap_s)


def _delay(
    fitted: Design,
    spaces: Sequence[FeatureSpace],
    delays: Sequence[int],
    kind: str,
    ids: np.ndarray,
) -> np.ndarray:
    """Delayed design (n_ids, n_delays * n_columns), from the features of all volumes.

    Scrubbed volumes have features and no response: they leave after the delays.
    """
    if kind != "continuous":
        raise DataError(
            f"delays {list(delays)} count volumes, but these responses are one per "
            "trial. Leave `delays` out, or take `estimate: timeseries`."
        )
    known = spaces[0].stimulus_id
    design = fitted.join([space.rows(known) for space in spaces])
    return delay_volumes(design, known, ids, delays=delays)
