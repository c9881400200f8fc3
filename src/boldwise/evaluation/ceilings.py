"""Noise ceilings of one subject: the estimate, its standard error and its null."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.false_pass import Showings
from boldwise.evaluation.held_out import (
    HeldOut,
    Shown,
    draw_weights,
    permute_in_folds,
    permute_items,
    refuse_small_folds,
)
from boldwise.evaluation.noise_ceiling import (
    ceiling_from_others,
    ceiling_from_repeats,
    unrectified_ceiling,
)
from boldwise.evaluation.repeat_pairs import (
    ceiling_from_halves,
    ceiling_from_signal_power,
)
from boldwise.evaluation.scores import is_constant
from boldwise.responses.repeats import average_repeats

FIELDS = ("noise_ceiling", "unrectified", "standard_error", "null_noise_ceiling")
VOXEL_TILE = 512  # A constant: with 200 draws every array of a tile stays below 1 MiB.
N_DRAWS = 200  # of the stimuli, for the standard error

METHODS = {
    "repeats": "ncsnr^2 / (ncsnr^2 + mean(1 / repeats)) of the test stimuli's trials, "
    "as in the Natural Scenes Dataset; rectified at 0",
    "anova": "1 - noise variance * mean(1 / repeats) / variance of the stimulus means; "
    "unrectified, so that voxels of noise scatter around 0",
    "signal_power": "squared CCmax: mean covariance over pairs of repeats of the test "
    "stimuli, over the variance of their mean",
    "explainable_variance": "explainable variance of one showing (mean correlation "
    "over pairs of z-scored repeats), carried to their number by Spearman and Brown",
    "split_half": "mean correlation over all pairs of repeats of the test stimuli "
    "(from different halves, where halves were estimated apart), carried to their "
    "number by Spearman and Brown",
    "inter_subject": "squared correlation with the mean of the other subjects over the "
    "test stimuli; a lower bound",
    "mean_of_subjects": "as for repeats, each subject being one repeat: ceiling of the "
    "mean over subjects",
    "none": "not estimated",
}

Statistic = Callable[[slice, np.ndarray], np.ndarray]
"""Some voxels, weights of shape (n_draws, n_items) -> (n_draws, n_tile) ceilings."""

Estimate = Callable[..., np.ndarray]
"""Responses, item of each row, fold of each item, weights -> ceilings."""

# What is reported, and the same without a floor at 0.
ESTIMATES: dict[str, tuple[Estimate, Estimate]] = {
    "repeats": (ceiling_from_repeats, unrectified_ceiling),
    "mean_of_subjects": (ceiling_from_repeats, unrectified_ceiling),
    "anova": (unrectified_ceiling, unrectified_ceiling),
    "signal_power": (ceiling_from_signal_power, ceiling_from_signal_power),
    "explainable_variance": (ceiling_from_halves, ceiling_from_halves),
    "split_half": (ceiling_from_halves, ceiling_from_halves),
}


@dataclass(frozen=True)
class Ceiling:
    """Noise ceilings of one subject's voxels, all of shape (n_voxels,).

    Attributes
    ----------
    noise_ceiling : array
        Share of the variance of the repeat-averaged test response that is signal.
    unrectified : array
        The same without a floor at 0, where the method has one: unbiased.
    standard_error : array
        Of the unrectified estimate, by drawing stimuli again (bootstrap). One way for
        all estimates, mixed repeats, folds, blocks of volumes and any distribution;
        the closed form, (1 - NC) sqrt(2 / (n - 1) + 2 / (n (R - 1))), holds for
        Gaussian signals alone.
    null_noise_ceiling : array
        The estimate after shuffling which trial showed which stimulus.
    method : str
        One of ``METHODS``.
    showings : Showings or None
        What it was estimated from; None where nothing was, or where the volumes of a
        time series are no independent items.
    """

    noise_ceiling: np.ndarray
    unrectified: np.ndarray
    standard_error: np.ndarray
    null_noise_ceiling: np.ndarray
    method: str
    showings: Showings | None = None


def estimate_ceiling(
    shown: Shown, others: Sequence[Shown], *, method: str, seed: int
) -> Ceiling:
    """Estimate the noise ceilings of the responses that a split scores.

    Only trials of test stimuli are used, and what is returned refers to their
    repeat averages, which the scores are computed on.

    Parameters
    ----------
    shown : Shown
        The subject's trials of test stimuli.
    others : sequence of Shown
        Those of the other subjects, in the voxels of this one and NaN where they lack
        it; read by the methods between subjects only.
    method : str
        One of ``METHODS``; ``"mean_of_subjects"`` where ``shown`` is the mean of
        ``others``.
    seed : int
        Of the null and the standard error.

    Returns
    -------
    ceiling : Ceiling

    Raises
    ------
    DataError
        If the data do not allow the method.
    """
    if method == "none":
        unknown = np.full(shown.response.shape[1], np.nan)
        return Ceiling(unknown, unknown, unknown, unknown, method)
    needs = "a noise ceiling needs at least 3 per fold"
    refuse_small_folds(shown.held_out, at_least=3, why=needs)
    if method == "inter_subject":
        return _between_subjects(shown, others, seed)
    if method == "mean_of_subjects":
        shown = _subjects_as_repeats(shown, others)
    return _within_subject(shown, method, seed)


def _within_subject(shown: Shown, method: str, seed: int) -> Ceiling:
    fold = shown.held_out.fold
    floored, free = ESTIMATES[method]
    if method == "split_half":
        floored = free = partial(ceiling_from_halves, half=shown.half)
    shuffled = _shuffle_items(shown.item, fold, seed)
    return _in_tiles(
        shown,
        free=lambda tile, w: free(shown.response[:, tile], shown.item, fold, w),
        floored=lambda tile, w: floored(shown.response[:, tile], shown.item, fold, w),
        null=lambda tile, w: floored(shown.response[:, tile], shuffled, fold, w),
        method=method,
        seed=seed,
    )


def _between_subjects(shown: Shown, others: Sequence[Shown], seed: int) -> Ceiling:
    held_out, means = _common_means([shown, *others])
    own, rest, fold = means[0], _mean_of_known(means[1:]), held_out.fold
    moved = own[permute_items(held_out, n_permutations=1, seed=seed)[0]]

    def free(tile: slice, weights: np.ndarray) -> np.ndarray:
        return ceiling_from_others(own[:, tile], rest[:, tile], fold, weights)

    def null(tile: slice, weights: np.ndarray) -> np.ndarray:
        squared = ceiling_from_others(moved[:, tile], rest[:, tile], fold, weights)
        return np.asarray(np.maximum(squared, 0))

    return _in_tiles(
        Shown(own, np.arange(len(own)), held_out),
        free=free,
        floored=lambda tile, w: np.maximum(free(tile, w), 0),
        null=null,
        method="inter_subject",
        seed=seed,
    )


def _mean_of_known(means: Sequence[np.ndarray]) -> np.ndarray:
    """Average over the subjects that have a voxel; NaN where none has it."""
    total, n_known = np.nansum(means, axis=0), np.sum(np.isfinite(means), axis=0)
    return np.where(n_known, total / np.maximum(n_known, 1), np.nan)


def _in_tiles(
    shown: Shown,
    *,
    free: Statistic,
    floored: Statistic,
    null: Statistic,
    method: str,
    seed: int,
) -> Ceiling:
    n_voxels = shown.response.shape[1]
    once = np.ones((1, len(shown.held_out)))
    weights = draw_weights(shown.held_out, n_draws=N_DRAWS, seed=seed)
    values = {name: np.empty(n_voxels) for name in FIELDS}
    for start in range(0, n_voxels, VOXEL_TILE):
        tile = slice(start, start + VOXEL_TILE)
        values["noise_ceiling"][tile] = floored(tile, once)[0]
        values["unrectified"][tile] = free(tile, once)[0]
        values["standard_error"][tile] = free(tile, weights).std(axis=0, ddof=1)
        values["null_noise_ceiling"][tile] = null(tile, once)[0]
    for estimated in values.values():
        estimated[is_constant(shown.response)] = np.nan
    counted = Showings.count(shown.item, shown.held_out.fold)
    serial = shown.held_out.serial
    return Ceiling(**values, method=method, showings=None if serial else counted)


def _shuffle_items(item: np.ndarray, fold: np.ndarray, seed: int) -> np.ndarray:
    """Shuffle which item a trial showed, among the trials of a fold."""
    moved = permute_in_folds(fold[item], n_permutations=1, seed=seed)[0]
    return np.asarray(item[moved])


def _subjects_as_repeats(shown: Shown, others: Sequence[Shown]) -> Shown:
    """Stack the repeat averages of all subjects, one row per subject and item."""
    held_out, means = _common_means([shown, *others])
    item = np.tile(np.arange(len(held_out)), len(others))
    return Shown(np.concatenate(means[1:]), item, held_out)


def _common_means(subjects: Sequence[Shown]) -> tuple[HeldOut, list[np.ndarray]]:
    """Average repeats over the items that all subjects saw, in one order."""
    n_voxels = sorted({one.response.shape[1] for one in subjects})
    if len(n_voxels) > 1:
        raise ShapeMismatchError(
            f"a noise ceiling between subjects needs voxels in a common space, but "
            f"subjects have {', '.join(map(str, n_voxels))} voxels. Align them, or set "
            "evaluation.ceiling to repeats or none."
        )
    if len(subjects) < 3:
        raise DataError(
            f"a noise ceiling between subjects needs at least 2 others, got "
            f"{len(subjects) - 1}. Set evaluation.ceiling to repeats or none."
        )
    keys = [_keys(one.held_out) for one in subjects]
    common = [key for key in keys[0] if all(key in other for other in keys[1:])]
    rows = np.array([keys[0][key] for key in common], np.int64)
    first = subjects[0].held_out
    held_out = replace(
        first, stimulus_id=first.stimulus_id[rows], fold=first.fold[rows]
    )
    refuse_small_folds(
        held_out, at_least=3, why="a ceiling between subjects needs common stimuli"
    )
    return held_out, [
        average_repeats(one.response, one.item)[1][[key[name] for name in common]]
        for one, key in zip(subjects, keys, strict=True)
    ]


def _keys(held_out: HeldOut) -> dict[tuple[int, str], int]:
    pairs = zip(held_out.fold.tolist(), held_out.stimulus_id.tolist(), strict=True)
    return {pair: row for row, pair in enumerate(pairs)}
