"""What an encoder scores when there is nothing to find: shuffled training responses."""

from collections.abc import Callable

import numpy as np

from boldwise.encoders.plan import VoxelwisePlan
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.responses.records import Voxels


def shuffle_training(
    plan: VoxelwisePlan,
    predict: Callable[[int, np.ndarray], np.ndarray],
    *,
    n_shuffles: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Refit on responses that were shuffled over the training stimuli.

    All voxels of a stimulus move together, so their correlations stay. Continuous
    responses are not permuted but turned round in time by a random lag between a
    tenth and nine tenths of the training part, which keeps their autocorrelation.

    Parameters
    ----------
    plan : VoxelwisePlan
    predict : callable
        Takes the number of an outer fold and shuffled responses of shape (n_train,
        n_voxels); fits these, with all that is chosen, and gives the prediction of
        the fold's test stimuli, shape (n_test, n_voxels).
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
    response = plan.response[:, :]
    truth, fold_of = response[plan.test], plan.held_out.fold
    medians = {name: np.full(n_shuffles, np.nan) for name in regions}
    for draw in range(n_shuffles):
        rng = np.random.default_rng([seed, draw])
        prediction = [
            predict(number, response[_shuffle(fold.train, plan.kind, rng)])
            for number, fold in enumerate(plan.folds)
        ]
        r = correlate_in_folds(np.concatenate(prediction), truth, fold_of)
        for name, inside in regions.items():
            known = r[inside][np.isfinite(r[inside])]
            medians[name][draw] = np.median(known) if len(known) else np.nan
    return medians


def _regions(voxels: Voxels) -> dict[str, np.ndarray]:
    return {"all": np.ones(len(voxels), bool), **voxels.roi}


def _shuffle(rows: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    if kind != "continuous":
        return rng.permutation(rows)
    tenth = max(1, len(rows) // 10)
    return np.roll(rows, rng.integers(tenth, len(rows) - tenth + 1))
