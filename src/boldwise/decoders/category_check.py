"""What a feature space knows about categories: decoded from it alone, and scored."""

from collections.abc import Mapping
from typing import Any

from boldwise.decoders.category_folds import decode_from_features
from boldwise.decoders.data import Decoded
from boldwise.evaluation import decoding
from boldwise.evaluation.held_out import find_held_out
from boldwise.evaluation.measures import Measure
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli

CLASSIFIER = "shrinkage_lda"  # fixed: nothing about the check can be tuned


def check_categories(
    space: FittedFeatures, stimuli: Stimuli, split: Split, *, options: Mapping[str, Any]
) -> tuple[Decoded, Measure]:
    """Decode the category of held-out stimuli from a feature space, and score it.

    Parameters
    ----------
    space : FittedFeatures
        float32 of shape (n_folds, n_stimuli, n_features).
    stimuli : Stimuli
        With one category each.
    split : Split
    options : mapping
        ``n_permutations``, ``n_bootstraps``, ``seed``.

    Returns
    -------
    decoded : Decoded
        What each test stimulus was taken for, in the order of the folds.
    accuracy : Measure
        Share that is right; chance is 1 over the number of categories, the null
        permutes labels within folds.

    Raises
    ------
    DataError
        If a stimulus has not one category, or a fold trains on one alone.
    """
    decoded = decode_from_features(space, stimuli, split, classifier=CLASSIFIER)
    held_out = find_held_out(split, decoded.stimulus_id)
    found = decoding.score_decoder(
        decoding.Decoded(
            "category",
            held_out,
            prediction=decoded.arrays["predicted_label"],
            target=decoded.arrays["label"],
            classes=decoded.arrays["classes"],
        ),
        pool_sizes=[],
        options=options,
    )
    return decoded, found.measures["accuracy"]
