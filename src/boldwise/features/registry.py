"""Kinds of feature spaces and the functions that extract them.

Imports nothing heavy: the workflow reads it whenever it plans. Each job then
imports the one extractor that it needs, so that its code hash knows only that one.
"""

from difflib import get_close_matches

from boldwise.errors import ConfigError

EXTRACTORS = {
    "gabor_pyramid": "boldwise.features.gabor:gabor_pyramid",
    "colour_statistics": "boldwise.features.colour:colour_statistics",
    "open_clip": "boldwise.features.backends.clip:clip_embedding",
    "tfidf": "boldwise.features.tfidf:count_words",
    "category": "boldwise.features.category:category_labels",
    "word_rate": "boldwise.features.story:word_rate",
    "onsets": "boldwise.features.story:interval_onsets",
    "sound_power": "boldwise.features.story:sound_power",
    "position": "boldwise.features.story:position_in_run",
}


def extractor_of(kind: str) -> str:
    """Name the function that extracts a kind of feature space.

    Every extractor is called as ``extractor(stimuli, **options)`` and returns a
    ``FeatureSpace`` in which nothing is fitted.

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
    if kind not in EXTRACTORS:
        close = get_close_matches(kind, EXTRACTORS, n=1)
        hint = f"did you mean '{close[0]}'?" if close else "known: "
        known = "" if close else ", ".join(sorted(EXTRACTORS)) + "."
        raise ConfigError(f"no extractor for features of kind '{kind}'; {hint}{known}")
    return EXTRACTORS[kind]
