"""Banded ridge of many targets: score candidates.

Candidates are worked on side by side; targets in tiles of a fixed width, whose
moments are summed once for all candidates. Results depend on the list of candidates
and on the tile that a target is in, not on other tiles: jobs that share a list may
share out the targets.

Letters for shapes: n rows, p features, s feature spaces, c candidates, w targets of
a tile.
"""

import threading
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from boldwise.errors import ShapeMismatchError
from boldwise.linear.banded import plan_candidate
from boldwise.linear.banded_choice import BandedChoice, Scores, choose_bands
from boldwise.linear.banded_plan import BandedPlan
from boldwise.linear.banded_surrogate import predict_scores
from boldwise.linear.fold_score import Workspace
from boldwise.linear.parallel import side_by_side
from boldwise.linear.solve import TILE, choose_alphas
from boldwise.linear.tiles import Tile, prepare_tile, score_tile

BLOCK = 32 * TILE
"""Targets whose moments are in memory at a time."""

ROUND = 4  # Candidates scored side by side before the next are predicted.
LEAST_GAIN = 1e-4
"""Expected improvement of a score below which a candidate is passed over."""


def prepare_block(plan: BandedPlan, targets: Any, *, folds: bool = True) -> list[Tile]:
    """Sum the moments of targets (n, n_targets), tile by tile.

    Raises
    ------
    ShapeMismatchError
        If the targets have another number of rows than the features.
    """
    if targets.shape[0] != len(plan.base):
        raise ShapeMismatchError(
            f"targets have {targets.shape[0]} rows, but features have {len(plan.base)}."
        )

    def prepare(columns: slice) -> Tile:
        return prepare_tile(plan.frame, targets[:, columns], folds=folds)

    return list(side_by_side(prepare, cut_tiles(targets.shape[1])))


def cut_tiles(n_targets: int) -> list[slice]:
    """Columns of each tile."""
    starts = range(0, n_targets, TILE)
    return [slice(start, min(start + TILE, n_targets)) for start in starts]


def score_rounds(
    plan: BandedPlan,
    tiles: list[Tile],
    candidates: np.ndarray,
    *,
    known: tuple[np.ndarray, Scores] | None = None,
    prune: bool = True,
) -> Scores:
    """Score candidates round by round, each for the targets that it may serve.

    Parameters
    ----------
    plan : BandedPlan
    tiles : list of Tile
        Of ``prepare_block``.
    candidates : array of shape (c, s)
        Shares.
    known : (array of shape (c_known, s), Scores), optional
        What was scored before, for the same targets.
    prune : bool
        Pass over targets that a candidate is not expected to serve better by 0.0001.
        The first, three for each space, are scored for all targets.

    Returns
    -------
    scores : Scores
        Of the known candidates, then of these.
    """
    n_targets = sum(len(tile.mean) for tile in tiles)
    nothing = np.empty((0, n_targets))
    done, scores = known or (candidates[:0], Scores(nothing, nothing, nothing))
    first = 3 * plan.n_groups - len(done) if prune else len(candidates)
    cuts = [0, *range(max(0, first), len(candidates), ROUND), len(candidates)]
    for start, stop in pairwise(dict.fromkeys(cuts)):
        some = candidates[start:stop]
        believed, wanted = np.full((len(some), scores.best.shape[1]), np.nan), None
        if len(done) and prune:
            believed, gain = predict_scores(
                done, scores.believed, some, n_whole=scores.n_whole
            )
            wanted = gain > LEAST_GAIN
        alpha, best = score_candidates(plan, tiles, some, wanted)
        believed = np.where(np.isfinite(best), best, believed)
        scores = scores.append(alpha, best, believed)
        done = np.vstack([done, some])
    return scores


def score_candidates(
    plan: BandedPlan,
    tiles: list[Tile],
    candidates: np.ndarray,
    wanted: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the best penalty of every candidate, for every target.

    Parameters
    ----------
    plan : BandedPlan
    tiles : list of Tile
        Of ``prepare_block``.
    candidates : array of shape (c, s)
        Shares.
    wanted : array of bool, shape (c, n_targets), optional
        Targets to score a candidate for; all if absent.

    Returns
    -------
    alpha, best : array of shape (c, n_targets)
        Penalty and its score, mean over folds; NaN where not wanted.
    """
    ends = np.cumsum([0, *(len(tile.mean) for tile in tiles)])
    thread = threading.local()

    def work(number: int) -> tuple[np.ndarray, np.ndarray]:
        if not hasattr(thread, "workspace"):
            thread.workspace = Workspace()
        candidate = plan_candidate(plan, candidates[number])
        alpha, best = np.full((2, ends[-1]), np.nan)
        for start, tile in zip(ends, tiles, strict=False):
            inside = np.arange(len(tile.mean))
            if wanted is not None:
                inside = inside[wanted[number, start : start + len(inside)]]
            if len(inside):
                part = tile if len(inside) == len(tile.mean) else _take(tile, inside)
                score = score_tile(candidate, part, thread.workspace)
                own = start + inside
                alpha[own], best[own] = choose_alphas(score, candidate.alphas)
        return alpha, best

    found = list(side_by_side(work, range(len(candidates))))
    alpha, best = np.array(found).reshape(len(candidates), 2, -1).transpose(1, 0, 2)
    return alpha, best


def cut_blocks(n_targets: int) -> list[slice]:
    """Columns of each block; an empty one where there are no targets."""
    starts = range(0, max(n_targets, 1), BLOCK)
    return [slice(start, min(start + BLOCK, n_targets)) for start in starts]


def choose_for_targets(
    plan: BandedPlan, targets: Any, candidates: np.ndarray, *, prune: bool = False
) -> tuple[BandedChoice, np.ndarray]:
    """Choose candidate and penalty of every target from a list.

    Parameters
    ----------
    plan : BandedPlan
    targets : array or sliceable of float, shape (n, n_targets)
        Read in blocks.
    candidates : array of shape (c, s)
    prune : bool
        Pass over targets that a candidate is not expected to serve better.

    Returns
    -------
    choice : BandedChoice
    score : array of shape (c, n_targets)
        Of the best penalty of each candidate; NaN where a target was passed over.
    """
    parts = []
    for columns in cut_blocks(targets.shape[1]):
        tiles = prepare_block(plan, targets[:, columns])
        parts.append(score_rounds(plan, tiles, candidates, prune=prune))
    joined = zip(*((x.alpha, x.best, x.believed) for x in parts), strict=True)
    scores = Scores(*(np.concatenate(one, axis=1) for one in joined))
    return choose_bands(candidates, scores), scores.best


def _take(tile: Tile, inside: np.ndarray) -> Tile:
    """Take some targets of a tile."""
    return replace(
        tile,
        y=tile.y[:, inside],
        mean=tile.mean[inside],
        scale=tile.scale[inside],
        total=tile.total[inside],
        parts=[part[inside] for part in tile.parts],
    )
