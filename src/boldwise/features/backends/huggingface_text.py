"""Captions and stories as a language model understands them, in context.

Letter for shapes: D width of a layer.
"""

from typing import Any

import numpy as np

from boldwise.errors import ConfigError
from boldwise.features.backends.text_loading import load_text_model
from boldwise.features.backends.text_model import TextModel
from boldwise.features.backends.text_pooling import Pooling, find_pooling
from boldwise.features.backends.text_reading import (
    LanguageOptions,
    find_layers,
    refuse_reading,
    states_of_lines,
    states_of_words,
    stride_of,
)
from boldwise.features.backends.text_source import find_text_source
from boldwise.features.captions import caption_lines, mean_by_owner, unit_length
from boldwise.features.records import FeatureSpace, Stimuli
from boldwise.features.spoken import bring_to_volumes, spoken_words

THREADS = 1  # a constant, so that bytes never vary


def language_model(stimuli: Stimuli, **options: Any) -> FeatureSpace:
    """Describe captions, or words in time, by a layer of a language model.

    Volumes with a transcript: each word of a run is read with the words before it
    and never with one after it or of another run, its sub-words are averaged, and
    words are brought to the volumes. Other stimuli: captions, the mean of their lines.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a transcript, or stimuli with ``caption``.
    **options
        Fields of ``LanguageOptions``, with one layer.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_stimuli, D).

    Raises
    ------
    WeightsError
        If the model cannot be had.
    ConfigError
        If it has no such layer, or the context does not fit into it.
    DataError
        If there are no words.

    References
    ----------
    .. [1] Jain & Huth (2018), "Incorporating context into language encoding models
       for fMRI", NeurIPS. There as here the number of words to the left is an
       option; at a stride above 1 our words share windows and some have more.
    """
    spaces = language_layers(stimuli, **options)
    if len(spaces) != 1:
        raise ConfigError(
            f"{len(spaces)} layers were asked for where one fits. Name one as layer."
        )
    return next(iter(spaces.values()))


def language_layers(stimuli: Stimuli, **options: Any) -> dict[str, FeatureSpace]:
    """Describe stimuli by several layers of a language model, from one pass.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a transcript, or stimuli with ``caption``.
    **options
        Fields of ``LanguageOptions``.

    Returns
    -------
    spaces : dict of FeatureSpace
        Of shape (n_stimuli, D) each, by layer as it was asked for, in that order.
    """
    import torch

    chosen = LanguageOptions(**options)
    source = find_text_source(chosen.model, chosen.weights)
    pooling = find_pooling(source) if chosen.read == "pooled" else None
    n_threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        model = load_text_model(
            source,
            seed=chosen.seed,
            device=_device(chosen.device),
            precision=chosen.precision,
        )
        names = find_layers(model, chosen)
        refuse_reading(model, chosen)
        describe = _of_captions if stimuli.timeline is None else _of_story
        features, notes = describe(stimuli, model, chosen, pooling)
    finally:
        torch.set_num_threads(n_threads)
    told = {**model.card.told(), "direction": model.card.notes, **notes}
    return {
        asked: FeatureSpace(stimuli.stimulus_id, feature, {**told, "layer": name})
        for (asked, name), feature in zip(names.items(), features, strict=True)
    }


def _of_captions(
    stimuli: Stimuli,
    model: TextModel,
    options: LanguageOptions,
    pooling: Pooling | None,
) -> tuple[list[np.ndarray], dict[str, str]]:
    lines, owner = caption_lines(stimuli)
    states, n_cut = states_of_lines(model, lines, options, pooling)
    features = [mean_by_owner(state, owner, len(stimuli)) for state in states]
    if pooling and pooling.normalise:
        features = [unit_length(feature) for feature in features]
    notes = {"texts": f"{len(lines)}, of which {n_cut} were cut to fit the model"}
    return features, notes


def _of_story(
    stimuli: Stimuli,
    model: TextModel,
    options: LanguageOptions,
    pooling: Pooling | None,
) -> tuple[list[np.ndarray], dict[str, str]]:
    words = spoken_words(stimuli, options.tier, options.ignore)
    words = words.take(np.lexsort((words.onset_s, words.run)))
    parts = [
        states_of_words(model, words.label[words.run == run].tolist(), options, pooling)
        for run in np.unique(words.run)
    ]
    features = [
        bring_to_volumes(np.concatenate(part), words, stimuli, options)
        for part in zip(*parts, strict=True)
    ]
    stride = stride_of(model, options)
    most = options.context + stride - 1
    seen = f"{options.context}" if stride == 1 else f"{options.context} to {most}"
    return features, {
        "words": str(len(words)),
        "context": f"{seen} words to the left, within the run; none to the right",
    }


def _device(asked: str) -> str:
    import torch

    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if asked == "cuda" and not torch.cuda.is_available():
        raise ConfigError(
            "device: cuda was asked for, but torch sees no GPU here. Set device to "
            "auto or cpu."
        )
    return asked
