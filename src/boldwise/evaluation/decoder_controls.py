"""What a decoder scores on responses that know nothing, and by naming its training set.

A control is a measure without a brain behind it, draw by draw. It stands beside every
score of the decoder: what it reaches was not read out of the brain.
"""

from collections.abc import Mapping, Sequence

import numpy as np

CONTROLS = ("noise_input", "mean_brain", "shuffled_brain", "nearest_training")
CONTROL_FORMULAS = {
    "noise_input": "decoded from Gaussian noise of each voxel's mean and width",
    "mean_brain": "decoded from the mean training response, whatever was shown",
    "shuffled_brain": "decoded from the response to another stimulus of the fold",
    "nearest_training": "each decoded pattern replaced by the training stimulus's that "
    "it is most like",
}


def measure_controls(
    ranks: Mapping[str, np.ndarray], n_pool: np.ndarray
) -> dict[str, np.ndarray]:
    """Summarise the ranks of the true stimuli under each control.

    Parameters
    ----------
    ranks : mapping of control to array of shape (n_items, n_draws)
        From 1; ties share the mean of their ranks.
    n_pool : array of int, shape (n_items,)
        Candidates of each item.

    Returns
    -------
    measures : dict of ``<measure>_<control>`` to array of shape (n_draws,)
        ``top1``, ``two_way`` and ``median_rank``, as for the decoder itself: a tie is
        not found first, and counts half in two-way identification. A decoder that
        says the same of every brain is therefore at 0.5 in the latter, exactly.
    """
    measures = {}
    for control, rank in ranks.items():
        others = n_pool[:, None] - 1
        measures[f"top1_{control}"] = (rank <= 1).mean(axis=0)
        measures[f"two_way_{control}"] = ((others + 1 - rank) / others).mean(axis=0)
        measures[f"median_rank_{control}"] = np.median(rank, axis=0)
    return measures


def average_controls(
    subjects: Sequence[Mapping[str, np.ndarray]],
) -> dict[str, np.ndarray]:
    """Average controls over subjects, draw by draw.

    Parameters
    ----------
    subjects : sequence of mapping of measure to array of shape (n_draws,)

    Returns
    -------
    mean : dict of measure to array of shape (n_draws,)
        Of what all subjects have.
    """
    shared = [name for name in subjects[0] if all(name in one for one in subjects)]
    return {name: np.mean([one[name] for one in subjects], axis=0) for name in shared}
