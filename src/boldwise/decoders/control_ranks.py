"""Run a fitted decoder on its controls: ranks of the true stimulus, draw by draw."""

from collections.abc import Callable

import numpy as np

from boldwise.decoders.control_inputs import control_responses
from boldwise.decoders.scaling import RowScale
from boldwise.decoders.standardise import Standardiser
from boldwise.evaluation.identification import identify
from boldwise.evaluation.training_neighbours import (
    distance_to_training,
    snap_to_training,
)

N_DRAWS = 50  # their mean two-way share of 100 stimuli varies by about 0.004

Decode = Callable[[np.ndarray], np.ndarray]
"""Responses (n_test, n_voxels) to patterns (n_test, n_features)."""


def rank_controls(
    decode: Decode,
    responses: np.ndarray,
    targets: tuple[np.ndarray, np.ndarray],
    *,
    scale: RowScale,
    seed: int,
    n_draws: int = N_DRAWS,
) -> dict[str, np.ndarray]:
    """Identify the test stimuli of one fold from what knows nothing of them.

    Parameters
    ----------
    decode : callable
        The fitted decoder, stimulus by stimulus.
    responses : array of shape (n_test, n_voxels)
    targets : pair of array of shape (n_train, n_features) and (n_test, n_features)
        True patterns, in the space and unit of the decoder.
    scale : RowScale
        Mean and width of the training responses, of shape (n_voxels,).
    seed : int
    n_draws : int
        Of noise, and of orders of the stimuli.

    Returns
    -------
    arrays : dict
        ``control/noise_input`` and ``control/shuffled_brain``, of shape (n_test,
        n_draws), ``control/mean_brain`` and ``control/nearest_training``, of shape
        (n_test, 1): ranks from 1. ``training_distance`` of shape (n_test,): 1 - r of
        the true pattern to the nearest training pattern.
    """
    train, test = targets
    decoded = decode(responses)
    generator = np.random.default_rng([seed, 6])

    def draw(kind: str) -> np.ndarray:
        own = int(generator.integers(2**31))
        return decode(control_responses(kind, responses, scale, seed=own))

    orders = [generator.permutation(len(decoded)) for _ in range(n_draws)]
    said = {
        "noise_input": [draw("noise_input") for _ in range(n_draws)],
        "mean_brain": [draw("mean_brain")],
        # Decoded one by one: shuffled responses give shuffled patterns.
        "shuffled_brain": [decoded[order] for order in orders],
        "nearest_training": [snap_to_training(decoded, train)],
    }
    ranks = {
        f"control/{name}": np.stack([_rank(one, test) for one in patterns], axis=1)
        for name, patterns in said.items()
    }
    return ranks | {"training_distance": distance_to_training(test, train)}


def row_scale(standardiser: Standardiser) -> RowScale:
    """Mean and width of rows, shape (n_voxels,); 0 wide where they never vary."""
    spread = standardiser.spread
    width = np.where(np.isfinite(spread), spread, 0.0)
    return RowScale(standardiser.mean.astype(np.float32), width.astype(np.float32))


def _rank(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    if len(target) < 2:  # Scoring refuses such a fold, in its own words.
        return np.ones(len(target), np.float32)
    fold = np.zeros(len(target), np.int64)
    return identify(prediction, target, fold).rank.astype(np.float32)
