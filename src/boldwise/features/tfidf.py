"""Words of captions: counted once, weighted by what training captions tell."""

import re
from collections import Counter

import numpy as np

from boldwise.errors import DataError
from boldwise.features.records import FeatureSpace, Stimuli

WORD = re.compile(r"\w\w+")


def count_words(stimuli: Stimuli) -> FeatureSpace:
    """Count the words of each caption; nothing is fitted.

    A word is a run of two or more letters, digits or underscores, in lower case.

    Parameters
    ----------
    stimuli : Stimuli
        With ``caption``.

    Returns
    -------
    space : FeatureSpace
        Counts, shape (n_stimuli, n_words); columns are the sorted words.

    Raises
    ------
    DataError
        If no caption has a word.
    """
    counts = [
        Counter(WORD.findall(str(text).lower())) for text in stimuli.need("caption")
    ]
    words = sorted(set().union(*counts))
    if not words:
        raise DataError(
            f"the captions of all {len(stimuli)} stimuli are empty. Name the column "
            "that holds the text."
        )
    column = {word: place for place, word in enumerate(words)}
    feature = np.zeros((len(stimuli), len(words)), np.float32)
    for row, counted in enumerate(counts):
        for word, count in counted.items():
            feature[row, column[word]] = count
    return FeatureSpace(stimuli.stimulus_id, feature, column=np.array(words))


def fit_idf(count: np.ndarray, *, min_stimuli: int = 1) -> np.ndarray:
    """Inverse document frequency of each word among the training captions.

    Parameters
    ----------
    count : array of shape (n_train, n_words)
        Counts of words in the training captions.
    min_stimuli : int
        A word in fewer captions than this weighs nothing.

    Returns
    -------
    idf : array of float64, shape (n_words,)
        ``ln((1 + n_train) / (1 + n_with_word)) + 1`` [1]_; 0 for words left out.

    Raises
    ------
    DataError
        If no word is left.

    References
    ----------
    .. [1] Manning, Raghavan & Schütze (2008), "Introduction to Information
       Retrieval", section 6.2; smoothed as if one more caption had every word.
    """
    n_with_word = (count > 0).sum(axis=0)
    kept = n_with_word >= max(min_stimuli, 1)
    if not kept.any():
        raise DataError(
            f"no word occurs in {min_stimuli} or more of the {len(count)} training "
            f"captions (the commonest is in {int(n_with_word.max(initial=0))}). Lower "
            "min_stimuli."
        )
    idf: np.ndarray = np.log((1 + len(count)) / (1 + n_with_word)) + 1
    return np.where(kept, idf, 0.0)


def apply_idf(count: np.ndarray, idf: np.ndarray) -> np.ndarray:
    """Weight counts and give each caption length 1.

    Parameters
    ----------
    count : array of shape (n_stimuli, n_words)
    idf : array of shape (n_words,)

    Returns
    -------
    tfidf : array of float64, shape (n_stimuli, n_words)
        Rows have Euclidean length 1, or 0 where no word is known.
    """
    weighted = count * idf
    length = np.linalg.norm(weighted, axis=1, keepdims=True)
    scaled: np.ndarray = weighted / np.where(length > 0, length, 1.0)
    return scaled
