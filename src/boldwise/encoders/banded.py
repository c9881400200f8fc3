"""Predict each voxel from several feature spaces, and say which it owes that to.

Letters for shapes: s feature spaces, w voxels of a block.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.encoders.kept_weights import name_weights
from boldwise.encoders.plan import OuterFold, VoxelwisePlan
from boldwise.encoders.voxelwise import VoxelwiseFit
from boldwise.evaluation.partition import FORMULAS, split_r2, unique_r2
from boldwise.linear.banded_choice import BandedChoice
from boldwise.linear.banded_fit import fit_band_weights
from boldwise.linear.banded_search import (
    Search,
    choose_by_search,
    sample_step,
    search_candidates,
)
from boldwise.linear.banded_solve import BLOCK, choose_for_targets
from boldwise.linear.blocks import Clock, Progress, Sink

BANDED_CONVENTION = "+sum_s exp(-deltas_s)*|b_s|^2, alpha/share_s = exp(-deltas_s)"


@dataclass(frozen=True)
class BandedFit(VoxelwiseFit):
    """Predictions for held-out stimuli, and what each feature space adds to them.

    Attributes
    ----------
    deltas : array of float32, shape (n_folds, s, n_voxels)
        Logarithm of share / penalty of each space; -inf where it is left out.
    product_r2 : array of float32, shape (s, n_voxels)
        Share of each space in the R² of held-out stimuli: they sum to it.
    unique_r2 : array of float32, shape (s, n_voxels), or None
        What is lost of R² when the model is fitted without the space.
    """

    deltas: Any
    product_r2: Any
    unique_r2: Any = None

    def datasets(self) -> dict[str, Any]:
        """Arrays to store, by name, in the shapes above."""
        more = {"deltas": self.deltas, "product_r2": self.product_r2}
        if self.unique_r2 is not None:
            more["unique_r2"] = self.unique_r2
        return super().datasets() | more

    def attributes(self) -> dict[str, Any]:
        """Facts to store beside the arrays: the grid, conventions, formulas."""
        formulas = {
            f"formula_{name}": FORMULAS[name] for name in ("product_r2", "unique_r2")
        }
        return (
            super().attributes() | {"penalty_convention": BANDED_CONVENTION} | formulas
        )


def stream_banded(
    plan: VoxelwisePlan,
    sink: Sink,
    *,
    n_candidates: int = 40,
    seed: int = 0,
    unique_variance: bool = True,
    progress: Progress | None = None,
) -> None:
    """Fit banded ridge in every outer fold, and credit the spaces, block by block.

    Candidates are searched for with up to 2048 voxels, evenly spaced; all others
    choose from them, so that a result does not depend on the block a voxel is in.

    Parameters
    ----------
    plan : VoxelwisePlan
        Of ``plan_voxelwise`` with ``banded``. Its responses may lie on disk.
    sink : callable
        Called for every block of voxels in order, with their columns and the results
        by name, as in BandedFit.
    n_candidates : int
        Shares of the spaces to score at most.
    seed : int
        Of the shares that are proposed.
    unique_variance : bool
        Fit without each space, too.
    progress : callable
        Told the number of voxels done, and the seconds left, after every block.
    """
    sample = _sample(plan.response)
    searches = [
        search_candidates(
            fold.ridge, sample[fold.train], n_candidates=n_candidates, random_state=seed
        )
        for fold in plan.folds
    ]
    n_voxels = plan.response.shape[1]
    clock = Clock(n_voxels, progress)
    for start in range(0, max(n_voxels, 1), BLOCK):
        columns = slice(start, min(start + BLOCK, n_voxels))
        response = plan.response[:, columns]
        folds = zip(plan.folds, searches, strict=True)
        parts = [
            _fit_fold(fold, response[fold.train], search, n_voxels)
            for fold, search in folds
        ]
        found = _join(plan, response, parts)
        if unique_variance:
            found["unique_r2"] = _unique(plan, response, parts, found["prediction"])
        for number, part in enumerate(parts if plan.keep_weights else []):
            found |= name_weights(number, part.weight, part.intercept)
        sink(columns, found)
        clock.add(columns.stop - columns.start)


@dataclass(frozen=True)
class _FoldFit:
    """What one outer fold gives for a block of voxels."""

    choice: BandedChoice
    candidates: np.ndarray  # (c, s)
    parts: np.ndarray  # (s, n_test, w): they sum to the prediction
    weight: np.ndarray  # (p, w)
    intercept: np.ndarray  # (w,)


def _fit_fold(
    fold: OuterFold, response: np.ndarray, search: Search, n_voxels: int
) -> _FoldFit:
    """Choose, fit and predict; training responses are (n_train, w)."""
    if len(search.places) == n_voxels:
        choice, _, candidates = choose_by_search(fold.ridge, response, search)
    else:
        candidates = search.useful()
        choice, _ = choose_for_targets(fold.ridge, response, candidates, prune=True)
    weights = fit_band_weights(fold.ridge, response, choice)
    parts = _predict_parts(fold, *weights)
    return _FoldFit(choice, candidates, parts, *weights)


def _predict_parts(
    fold: OuterFold, weight: np.ndarray, intercept: np.ndarray
) -> np.ndarray:
    """Parts of the prediction (s, n_test, w); the intercept is spread over them."""
    spaces = range(fold.ridge.n_groups)
    parts = [
        fold.test_design[:, fold.ridge.group == space]
        @ weight[fold.ridge.group == space]
        for space in spaces
    ]
    return np.asarray(np.stack(parts) + intercept / len(spaces), np.float32)


def _join(
    plan: VoxelwisePlan, response: np.ndarray, fits: list[_FoldFit]
) -> dict[str, np.ndarray]:
    """Results of all outer folds by name, the last axis being that of voxels."""
    parts = np.concatenate([fit.parts for fit in fits], axis=1)
    credit = split_r2(parts, response[plan.test], plan.held_out.fold)
    return {
        "prediction": parts.sum(axis=0),
        "alpha": np.array([fit.choice.alpha for fit in fits], np.float32),
        "cv_score": np.array([fit.choice.best for fit in fits], np.float32),
        "deltas": np.array([fit.choice.deltas for fit in fits], np.float32),
        "product_r2": credit.astype(np.float32),
    }


def _unique(
    plan: VoxelwisePlan,
    response: np.ndarray,
    fits: list[_FoldFit],
    prediction: np.ndarray,
) -> np.ndarray:
    """Take each space out of all candidates in turn: unique variance (s, w)."""
    n_spaces = len(fits[0].parts)
    without = np.empty((n_spaces, *prediction.shape), np.float32)
    for space in range(n_spaces):
        rest = []
        for fold, fit in zip(plan.folds, fits, strict=True):
            truth = response[fold.train]
            candidates = leave_out(fit.candidates, space)
            choice, _ = choose_for_targets(fold.ridge, truth, candidates, prune=True)
            weights = fit_band_weights(fold.ridge, truth, choice)
            rest.append(_predict_parts(fold, *weights).sum(axis=0))
        without[space] = np.concatenate(rest)
    truth, fold_of = response[plan.test], plan.held_out.fold
    return unique_r2(prediction, without, truth, fold_of).astype(np.float32)


def leave_out(candidates: np.ndarray, space: int) -> np.ndarray:
    """Take one space out of candidates; shares sum to 1 again, and none is twice.

    Parameters
    ----------
    candidates : array of shape (c, s)
    space : int

    Returns
    -------
    candidates : array of shape (at most c, s)

    Examples
    --------
    >>> leave_out(np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]]), 0).tolist()
    [[0.0, 1.0]]
    """
    kept = candidates.copy()
    kept[:, space] = 0.0
    kept = kept[kept.any(axis=1)]
    kept /= kept.sum(axis=1, keepdims=True)
    _, first = np.unique(kept.round(9), axis=0, return_index=True)
    return np.asarray(kept[np.sort(first)])


def _sample(response: Any) -> np.ndarray:
    """Every so many voxels of responses (n, n_voxels), read in blocks."""
    n_voxels = response.shape[1]
    step = sample_step(n_voxels)
    return np.concatenate(list(_read_some(response, n_voxels, step)), axis=1)


def _read_some(response: Any, n_voxels: int, step: int) -> Iterator[np.ndarray]:
    width = step * max(1, BLOCK // step)
    for start in range(0, max(n_voxels, 1), width):
        yield response[:, start : min(start + width, n_voxels)][:, ::step]
