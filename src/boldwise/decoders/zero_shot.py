"""Names of categories in the space that pictures and texts share."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from boldwise.features.backends.clip import clip_embedding
from boldwise.features.records import Stimuli


def embed_categories(
    category: np.ndarray | None, options: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Embed the name of each category by the text tower of a model.

    Parameters
    ----------
    category : array of str, shape (n_stimuli,), or None
        One or more labels each, separated by ``;``.
    options : mapping
        ``model``, ``weights`` and ``seed`` of the model, and ``template``: a sentence
        with ``{category}``. Empty: the target space has no texts in it.

    Returns
    -------
    text : dict of category to array of shape (n_features,)
        Empty where there are fewer than two categories, or no options.
    """
    if category is None or not options:
        return {}
    labels = {one.strip() for text in category for one in str(text).split(";")} - {""}
    names = sorted(labels)
    if len(names) < 2:
        return {}
    told = [options["template"].replace("{category}", name) for name in names]
    found = clip_embedding(
        Stimuli(np.array(names), caption=np.array(told)),
        model=options["model"],
        weights=options["weights"],
        tower="text",
        seed=options["seed"],
    )
    return dict(zip(names, found.feature, strict=True))
