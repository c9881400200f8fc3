"""How well responses repeat, over all stimuli that a subject saw more than once.

A check of the data before any split: what is scored has the noise ceiling of its test
stimuli instead.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.evaluation.false_pass import Showings
from boldwise.evaluation.held_out import permute_in_folds
from boldwise.evaluation.noise_ceiling import ceiling_from_repeats
from boldwise.evaluation.scores import is_constant

VOXEL_TILE = 4096
FEWEST = 3  # stimuli, as for a noise ceiling


@dataclass(frozen=True)
class Reliability:
    """Noise ceilings over all repeated stimuli.

    Attributes
    ----------
    noise_ceiling, null : array of shape (n_voxels,)
        Measured, and after shuffling which trial showed which stimulus.
    showings : Showings
        What they were estimated from.
    """

    noise_ceiling: np.ndarray
    null: np.ndarray
    showings: Showings


def measure_reliability(
    response: np.ndarray, stimulus_id: np.ndarray, *, seed: int
) -> Reliability | None:
    """Estimate how well the responses of each voxel repeat.

    Parameters
    ----------
    response : array of shape (n_trials, n_voxels)
    stimulus_id : array of str, shape (n_trials,)
    seed : int
        Of the shuffle.

    Returns
    -------
    reliability : Reliability or None
        None where fewer than three stimuli were shown again.
    """
    _, item, count = np.unique(stimulus_id, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(count[item] > 1)
    if (count > 1).sum() < FEWEST:
        return None
    _, item = np.unique(item[rows], return_inverse=True)
    n_items, n_voxels = item.max() + 1, response.shape[1]
    fold, once = np.zeros(n_items, int), np.ones((1, n_items))
    moved = permute_in_folds(np.zeros(len(item), int), n_permutations=1, seed=seed)[0]
    measured, null = np.empty(n_voxels), np.empty(n_voxels)
    for start in range(0, n_voxels, VOXEL_TILE):
        tile = slice(start, start + VOXEL_TILE)
        own = response[:, tile][rows]
        measured[tile] = ceiling_from_repeats(own, item, fold, once)[0]
        null[tile] = ceiling_from_repeats(own, item[moved], fold, once)[0]
        for values in (measured, null):
            values[tile][is_constant(own)] = np.nan
    return Reliability(measured, null, Showings.count(item, fold))
