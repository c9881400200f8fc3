"""Predict each voxel from one of several feature spaces, as from layers of a network.

Which one is chosen like a penalty: by the R² that it reaches in the inner folds of
the training stimuli, in every outer fold anew. The test stimuli are predicted with
the chosen space only, so that their score owes nothing to the choice. To report the
layer that scores best on the test stimuli is double dipping (Kriegeskorte et al. 2009,
Nature Neuroscience 12, 535): voxels of pure noise then score above chance.

Letters for shapes: w voxels of a block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from boldwise.encoders.kept_weights import name_chosen
from boldwise.encoders.layer_plan import LayerPlan, add_scores, plan_layers
from boldwise.encoders.shuffled import shuffle_training
from boldwise.encoders.voxelwise import VoxelwiseFit, weight_rows
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
from boldwise.linear.solve import cross_validate
from boldwise.linear.stream import Wanted, fit_block
from boldwise.responses.records import Responses

UNKNOWN = -1  # The layer of a voxel that cannot be scored: its responses hold NaN.


@dataclass(frozen=True)
class LayerFit(VoxelwiseFit):
    """As VoxelwiseFit has it for the chosen spaces, and how the choice came about.

    Attributes
    ----------
    layer : array of int16, shape (n_folds, n_voxels)
        Place of the chosen space, from 0; -1 for a voxel that cannot be scored.
    layer_score : array of float32, shape (n_folds, n_layers, n_voxels)
        R² of each space in the inner folds, with the best penalty.
    """

    layer: Any
    layer_score: Any

    def datasets(self) -> dict[str, Any]:
        """Arrays to store, by name, in the shapes above."""
        more = {"layer": self.layer, "layer_score": self.layer_score}
        return {**super().datasets(), **more}


def fit_layers(
    responses: Responses,
    spaces: Sequence[FittedFeatures],
    split: Split,
    *,
    alphas: Sequence[float] | np.ndarray,
    delays: Sequence[int] = (),
    choose_by: str = "voxel",
) -> LayerFit:
    """Choose a space and a penalty in every outer fold, and predict its test stimuli.

    Parameters
    ----------
    responses, spaces, split, alphas, delays, choose_by
        As of ``plan_layers``; responses of shape (n_trials, n_voxels).

    Returns
    -------
    fit : LayerFit

    Raises
    ------
    DataError
        As ``plan_layers`` does.
    """
    options: dict[str, Any] = {"alphas": alphas, "delays": delays}
    plan = plan_layers(responses, spaces, split, choose_by=choose_by, **options)
    found = Gather(len(responses.voxels))
    stream_layers(plan, found, memory_gb=np.inf)
    return LayerFit.of(plan.layers[0], found.results)


def stream_layers(
    plan: LayerPlan,
    sink: Sink,
    *,
    columns: slice = slice(None),
    memory_gb: float = 1.0,
    progress: Progress | None = None,
) -> None:
    """Fit as ``fit_layers`` does, reading responses block by block.

    Where voxels choose together, the responses of all of them are read twice: first
    for the mean scores, then to fit. A job that has some of the columns still reads
    all for the first.

    Parameters
    ----------
    plan : LayerPlan
        Its responses may lie on disk.
    sink : callable
        Called for every block of voxels in order, with their columns and the results
        by name, as LayerFit has them.
    columns : slice
        Voxels to fit, as for ``stream_voxelwise``.
    memory_gb : float
        Budget in GiB; results do not depend on it.
    progress : callable
        Told the number of voxels done, and the seconds left, after every block.

    Raises
    ------
    DataError
        If the budget does not hold the plan and the work on a single tile.
    """
    response = plan.layers[0].response
    targets, width = Columns(response, columns), _choose_width(plan, memory_gb)
    together, whole = plan.group is not None, targets.shape[1] == response.shape[1]
    clock = Clock(targets.shape[1], progress, n_passes=1 + (together and whole))
    decided = None
    if plan.group is not None:
        first = clock if whole else Clock(response.shape[1])
        of_group = _choose_together(plan, plan.group, width=width, clock=first)
        decided = of_group[:, plan.group[columns]]

    def choose(here: slice, found: Mapping[str, np.ndarray]) -> None:
        layer = None if decided is None else decided[:, here]
        sink(here, _take_chosen(plan, found, layer))

    work = partial(_fit_block, plan)
    stream_blocks(targets, work, choose, width=width, clock=clock)


def shuffle_layers(
    plan: LayerPlan, *, n_shuffles: int, seed: int
) -> dict[str, np.ndarray]:
    """Choose and refit on responses that were shuffled over the training stimuli.

    Parameters
    ----------
    plan : LayerPlan
    n_shuffles : int
        Draws.
    seed : int

    Returns
    -------
    median : dict of array of float64, shape (n_shuffles,)
        As ``shuffle_voxelwise`` gives it; the choice is part of every draw.
    """

    def predict(number: int, response: np.ndarray) -> np.ndarray:
        found = _fit_fold(plan, number, response)
        prediction, score = (
            np.array([one[name] for one in found])
            for name in ("prediction", "cv_score")
        )
        if plan.group is None:
            layer = choose_layers(score)
        else:
            total = np.zeros((len(score), plan.group.max() + 1))
            add_scores(total, score, plan.group)
            layer = choose_layers(total)[plan.group]
        chosen: np.ndarray = np.take_along_axis(prediction, layer[None, None], 0)[0]
        return chosen

    return shuffle_training(plan.layers[0], predict, n_shuffles=n_shuffles, seed=seed)


def choose_layers(score: np.ndarray) -> np.ndarray:
    """Take the layer with the best score; of equals, the first.

    Parameters
    ----------
    score : array of shape (n_layers, ..., n_voxels)

    Returns
    -------
    layer : array of int, shape (..., n_voxels)
        -1 where a score is not known.
    """
    best = np.argmax(score, axis=0)
    return np.where(np.isfinite(score).all(axis=0), best, UNKNOWN)


def _choose_width(plan: LayerPlan, memory_gb: float) -> int:
    """Voxels to read at a time."""
    first = plan.layers[0]
    folds = [fold for layer in plan.layers for fold in layer.folds]
    held = {
        "decompositions": plan_bytes(folds),
        "work": work_bytes(*(fold.ridge for fold in folds)),
        "averaging repeats": first.response.reading_bytes,
    }
    one = 8 * (len(first.test) + 4 * plan.n_folds)
    results = one * (len(plan.layers) + 1)  # Of every layer, and of the chosen.
    results += 16 * plan.keep_weights * sum(weight_rows(fold) for fold in folds)
    return choose_width(first.response, memory_gb=memory_gb, held=held, results=results)


def _fit_fold(
    plan: LayerPlan, number: int, response: Any, *, weights: bool = False
) -> list[dict[str, np.ndarray]]:
    """Results of each layer in one outer fold, as ``fit_block`` gives them."""
    found = []
    for layer in plan.layers:
        fold = layer.folds[number]
        wanted = Wanted(features=fold.test_design, weights=weights)
        found.append(fit_block(fold.ridge, response, wanted=wanted))
    return found


def _fit_block(plan: LayerPlan, response: np.ndarray) -> dict[str, Any]:
    """Results of every layer: (n_layers, n_test, w), or (n_layers, n_folds, w)."""
    parts = [
        _fit_fold(plan, number, Rows(response, fold.train), weights=plan.keep_weights)
        for number, fold in enumerate(plan.layers[0].folds)
    ]
    each = {
        name: [np.array([one[name] for one in found], np.float32) for found in parts]
        for name in ("prediction", "alpha", "cv_score")
    }
    return {
        "prediction": np.concatenate(each["prediction"], axis=1),
        "alpha": np.stack(each["alpha"], axis=1),
        "score": np.stack(each["cv_score"], axis=1),
        **({"folds": parts} if plan.keep_weights else {}),
    }


def _take_chosen(
    plan: LayerPlan, found: Mapping[str, Any], layer: np.ndarray | None
) -> dict[str, np.ndarray]:
    """Results of the chosen layers (n_folds, w); None: chosen voxel by voxel."""
    score = found["score"]
    own = choose_layers(score)
    layer = own if layer is None else np.where(own == UNKNOWN, UNKNOWN, layer)
    of_row = layer[plan.layers[0].held_out.fold]
    chosen = {"prediction": of_row, "alpha": layer, "score": layer}
    taken = {
        name: np.take_along_axis(found[name], place[None], axis=0)[0]
        for name, place in chosen.items()
    }
    return {
        **(name_chosen(found["folds"], layer) if "folds" in found else {}),
        "prediction": taken["prediction"],
        "alpha": taken["alpha"],
        "cv_score": taken["score"],
        "layer": layer.astype(np.int16),
        "layer_score": score.swapaxes(0, 1),
    }


def _choose_together(
    plan: LayerPlan, group: np.ndarray, *, width: int, clock: Clock
) -> np.ndarray:
    """Layer of each fold and group, by mean score over voxels: (n_folds, n_groups)."""
    total = np.zeros((len(plan.layers), plan.n_folds, group.max() + 1))

    def work(response: np.ndarray) -> dict[str, np.ndarray]:
        score = [
            [
                cross_validate(fold.ridge, Rows(response, fold.train)).max(axis=0)
                for fold in layer.folds
            ]
            for layer in plan.layers
        ]
        return {"score": np.array(score, np.float32)}

    def add(here: slice, found: Mapping[str, np.ndarray]) -> None:
        add_scores(total, found["score"], group[here])

    response = plan.layers[0].response
    stream_blocks(response, work, add, width=width, clock=clock)
    return choose_layers(total)
