"""Kinds of feature spaces and the functions that extract them.

Imports nothing heavy: the workflow reads it whenever it plans. Each job then
imports the one extractor that it needs, so that its code hash knows only that one.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from boldwise.errors import ConfigError

EXTRACTORS = {
    "gabor_pyramid": "boldwise.features.gabor:gabor_pyramid",
    "colour_statistics": "boldwise.features.colour:colour_statistics",
    "hog": "boldwise.features.hog:oriented_gradients",
    "spectral_slope": "boldwise.features.spectrum:spectral_slope",
    "pixels": "boldwise.features.pixels:pixels",
    "motion_energy": "boldwise.features.backends.motion_energy:motion_energy",
    "open_clip": "boldwise.features.backends.clip:clip_embedding",
    "tfidf": "boldwise.features.tfidf:count_words",
    "language_model": "boldwise.features.backends.huggingface_text:language_layers",
    "word_vectors": "boldwise.features.word_vectors:word_vectors",
    "word_statistics": "boldwise.features.word_statistics:word_statistics",
    "category": "boldwise.features.category:category_labels",
    "word_rate": "boldwise.features.story:word_rate",
    "onsets": "boldwise.features.story:interval_onsets",
    "sound_power": "boldwise.features.story:sound_power",
    "position": "boldwise.features.story:position_in_run",
}

# Networks that describe images: each module builds the models of one library, which
# ``backends.backbone`` runs.
NETWORKS = {
    "open_clip": "boldwise.features.backends.open_clip_models:build",
    "timm": "boldwise.features.backends.timm_models:build",
    "torchvision": "boldwise.features.backends.torchvision_models:build",
    "huggingface": "boldwise.features.backends.huggingface_models:build",
}


def is_network(options: Mapping[str, Any]) -> bool:
    """Tell whether a feature space is a network that describes images.

    Parameters
    ----------
    options : mapping
        Of the feature space, with its ``kind``.

    Returns
    -------
    is_network : bool
        False for the text tower of open_clip.
    """
    return options["kind"] in NETWORKS and options.get("tower") != "text"


def extractor_of(kind: str) -> str:
    """Name the function that extracts a kind of feature space.

    Every extractor is called as ``extractor(stimuli, **options)`` and returns a
    ``FeatureSpace`` in which nothing is fitted; kinds that are networks only have
    ``build(options)`` instead, which ``backends.backbone`` calls.

    Parameters
    ----------
    kind : str
        As in the config.

    Returns
    -------
    name : str
        ``"module:function"``, for ``boldwise.features.extraction``.

    Raises
    ------
    ConfigError
        If there is no such kind.
    """
    known_kinds = {**NETWORKS, **EXTRACTORS}
    if kind not in known_kinds:
        close = get_close_matches(kind, known_kinds, n=1)
        hint = f"did you mean '{close[0]}'?" if close else "known: "
        known = "" if close else ", ".join(sorted(known_kinds)) + "."
        raise ConfigError(f"no extractor for features of kind '{kind}'; {hint}{known}")
    return known_kinds[kind]
