"""The same features, given to other stimuli: what a space scores by chance."""

from collections.abc import Sequence

import numpy as np

from boldwise.features.records import FittedFeatures, find_rows


def shuffle_features(
    fitted: FittedFeatures,
    parts: Sequence[Sequence[np.ndarray]],
    *,
    seed: int = 0,
) -> FittedFeatures:
    """Permute the features among the stimuli of each part of each outer fold.

    Training stimuli swap features among themselves, and so do test stimuli. Nothing
    that was fitted changes, and no test feature comes to a training stimulus: the
    model sees the same numbers, paired with other responses. Stimuli of no part keep
    their features.

    Parameters
    ----------
    fitted : FittedFeatures
        Of shape (n_folds or 1, n_stimuli, n_features).
    parts : sequence over outer folds, of sequences of array of str, shape (n_part,)
        Ids of the training stimuli, and of the test stimuli.
    seed : int
        Each fold and part draws an order of its own.

    Returns
    -------
    fitted : FittedFeatures
        One fold for each of ``parts``.

    Raises
    ------
    DataError
        If a stimulus has no features.
    """
    feature = np.empty((len(parts), *fitted.feature.shape[1:]), fitted.feature.dtype)
    for fold, own in enumerate(parts):
        order = np.arange(len(fitted.stimulus_id))
        for part, ids in enumerate(own):
            rows = find_rows(fitted.stimulus_id, ids, what="features")
            rng = np.random.default_rng([seed, fold, part])
            order[rows] = rng.permutation(rows)
        feature[fold] = fitted.feature[fold if len(fitted.feature) > 1 else 0][order]
    told = f"stimuli permuted within training and within test, seed {seed}"
    return FittedFeatures(
        fitted.stimulus_id, feature, {**fitted.notes, "shuffled": told}
    )
