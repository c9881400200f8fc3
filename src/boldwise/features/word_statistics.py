"""What words give away without their meaning: how many, how long, and where."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from boldwise.features.captions import caption_words
from boldwise.features.records import FeatureSpace, Stimuli
from boldwise.features.resampling import Method
from boldwise.features.spoken import (
    SILENCE,
    Moment,
    WordOptions,
    bring_to_volumes,
    spoken_words,
    timeline_of,
)
from boldwise.features.timeline import Intervals

OF_CAPTIONS = ("words", "different words", "letters", "letters per word")
OF_STORIES = ("words per second", "letters per second", "position", "duration")


def word_statistics(
    stimuli: Stimuli,
    *,
    tier: str | None = None,
    ignore: Sequence[str] = SILENCE,
    at: Moment = "middle",
    resample: Method = "lanczos",
) -> FeatureSpace:
    """Count words and letters; what a model of language must beat.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a transcript, or stimuli with ``caption``.
    tier : str, optional
        Of a transcript; absent: the only one.
    ignore : sequence of str
        Labels of a transcript that are no words.
    at : str
        Where on the clock a word stands: its ``"onset"`` or its ``"middle"``.
    resample : str
        ``"lanczos"`` or ``"box"``, run by run.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_stimuli, 4). For captions: words, different words (in lower
        case), letters and letters per word. For stories, around each volume: words
        per second, letters per second, and of the words there the mean position in
        their run (0 to 1) and the mean duration (s).

    Raises
    ------
    DataError
        If there is no word.
    """
    if stimuli.timeline is None:
        columns, feature = OF_CAPTIONS, _of_captions(stimuli)
    else:
        spoken = spoken_words(stimuli, tier, ignore)
        options = WordOptions(at=at, resample=resample)
        columns, feature = OF_STORIES, _of_story(spoken, stimuli, options)
    return FeatureSpace(stimuli.stimulus_id, feature, {}, np.array(columns))


def position_in_story(words: Intervals) -> np.ndarray:
    """Where in its run each word stands, among the words.

    Parameters
    ----------
    words : Intervals
        Of shape (n_words,), in any order.

    Returns
    -------
    position : array of shape (n_words,)
        From 0, the first of its run, to 1, the last; 0 for a lone word.
    """
    position = np.zeros(len(words))
    for name in np.unique(words.run):
        here = np.flatnonzero(words.run == name)
        order = np.argsort(words.onset_s[here], kind="stable")
        position[here[order]] = np.arange(len(here)) / max(len(here) - 1, 1)
    return position


def _of_captions(stimuli: Stimuli) -> np.ndarray:
    words, owner = caption_words(stimuli)
    feature = np.zeros((len(stimuli), len(OF_CAPTIONS)))
    bounds = np.searchsorted(owner, np.arange(len(stimuli) + 1))
    for row, (start, stop) in enumerate(pairwise(bounds)):
        own = words[start:stop]
        letters = sum(map(_letters, own))
        different = len({word.lower() for word in own})
        feature[row] = len(own), different, letters, letters / max(len(own), 1)
    return feature


def _of_story(words: Intervals, stimuli: Stimuli, options: WordOptions) -> np.ndarray:
    letters = np.array([_letters(word) for word in words.label], float)
    counts = np.column_stack([np.ones(len(words)), letters])
    means = np.column_stack([position_in_story(words), words.offset_s - words.onset_s])
    averaged = WordOptions(at=options.at, resample=options.resample, combine="mean")
    return np.column_stack(
        [
            bring_to_volumes(counts, words, stimuli, options)
            / timeline_of(stimuli).tr_s,
            bring_to_volumes(means, words, stimuli, averaged),
        ]
    )


def _letters(word: str) -> int:
    return sum(map(str.isalnum, word))
