"""Banded ridge of many targets: fit all rows with what was chosen.

Letters for shapes: n rows, p features, k directions, s feature spaces.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from boldwise.linear.banded import plan_refit
from boldwise.linear.banded_choice import BandedChoice
from boldwise.linear.banded_plan import BandedPlan
from boldwise.linear.banded_solve import cut_blocks, prepare_block
from boldwise.linear.parallel import side_by_side
from boldwise.linear.plan import RidgePlan
from boldwise.linear.tiles import Tile, solve_tile


def fit_band_weights(
    plan: BandedPlan, targets: Any, choice: BandedChoice
) -> tuple[np.ndarray, np.ndarray]:
    """Fit all rows with the chosen candidates and penalties.

    Parameters
    ----------
    plan : BandedPlan
    targets : array or sliceable of float, shape (n, n_targets)
    choice : BandedChoice

    Returns
    -------
    weight : array of shape (p, n_targets)
    intercept : array of shape (n_targets,)
        Zeros if none was fitted.
    """
    dtype = plan.frame.into.dtype
    weight = np.empty((plan.base.shape[1], targets.shape[1]), dtype)
    intercept = np.empty(targets.shape[1], dtype)
    for columns in cut_blocks(targets.shape[1]):
        tiles = prepare_block(plan, targets[:, columns], folds=False)
        for own, coordinates, candidate in _solve(plan, tiles, choice, columns):
            weight[:, own] = candidate.whole.expand(coordinates)
        mean = np.concatenate([tile.mean for tile in tiles])
        intercept[columns] = mean - plan.frame.whole.mean @ weight[:, columns]
    return weight, intercept


def _solve(
    plan: BandedPlan, tiles: list[Tile], choice: BandedChoice, columns: slice
) -> Iterator[tuple[np.ndarray, np.ndarray, RidgePlan]]:
    """Targets, coordinates (k, n_own) and plan of each candidate of each tile."""
    starts = np.cumsum([0, *(len(tile.mean) for tile in tiles)]) + columns.start
    used = np.unique(choice.number[columns])

    def work(number: int) -> list[tuple[np.ndarray, np.ndarray, RidgePlan]]:
        own = choice.number == number
        candidate = plan_refit(plan, choice.gamma[:, np.argmax(own)])
        found = []
        for start, tile in zip(starts[:-1], tiles, strict=True):
            inside = np.flatnonzero(own[start : start + len(tile.mean)])
            if len(inside):
                part = replace(tile, total=tile.total[inside], scale=tile.scale[inside])
                alpha = choice.alpha[start + inside]
                found.append(
                    (start + inside, solve_tile(candidate, part, alpha), candidate)
                )
        return found

    for found in side_by_side(work, used):
        yield from found
