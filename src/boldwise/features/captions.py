"""Captions as lists of words."""

import re

import numpy as np

from boldwise.errors import DataError
from boldwise.features.records import Stimuli

# Letters and digits, with an apostrophe or hyphen inside: don't, well-known.
WORD = re.compile(r"\w+(?:['’-]\w+)*")


def caption_lines(stimuli: Stimuli) -> tuple[list[str], np.ndarray]:
    """All lines of all captions: a stimulus has a description on each.

    Parameters
    ----------
    stimuli : Stimuli
        With ``caption``.

    Returns
    -------
    lines : list of str
        Without empty ones; a stimulus without any text has one empty line.
    owner : array of int, shape (n_lines,)
        Row of the stimulus that each belongs to.

    Raises
    ------
    DataError
        If there are no captions, or all are empty.
    """
    texts = [str(text).splitlines() for text in stimuli.need("caption")]
    kept = [[line for line in own if line.strip()] or [""] for own in texts]
    if not any(line for own in kept for line in own):
        raise DataError(
            f"the captions of all {len(stimuli)} stimuli are empty. Name the column "
            "that holds the text."
        )
    owner = np.repeat(np.arange(len(kept)), [len(own) for own in kept])
    return [line for own in kept for line in own], owner


def caption_words(stimuli: Stimuli) -> tuple[list[str], np.ndarray]:
    """All words of all captions.

    Parameters
    ----------
    stimuli : Stimuli
        With ``caption``.

    Returns
    -------
    words : list of str
        As they are written, with an apostrophe or hyphen inside.
    owner : array of int, shape (n_words,)
        Row of the stimulus that each belongs to.

    Raises
    ------
    DataError
        If there are no captions, or none has a word.
    """
    lines, of_line = caption_lines(stimuli)
    found = [WORD.findall(line) for line in lines]
    if not any(found):
        raise DataError(
            f"the captions of all {len(stimuli)} stimuli are empty of words. Name the "
            "column that holds the text."
        )
    owner = np.repeat(of_line, [len(own) for own in found])
    return [word for own in found for word in own], owner


def mean_by_owner(values: np.ndarray, owner: np.ndarray, n_owners: int) -> np.ndarray:
    """Average the rows that belong together.

    Parameters
    ----------
    values : array of shape (n_rows, n_features)
    owner : array of int, shape (n_rows,)
        From 0.
    n_owners : int

    Returns
    -------
    mean : array of float64, shape (n_owners, n_features)
        0 where an owner has no row.
    """
    total = np.zeros((n_owners, values.shape[1]))
    np.add.at(total, owner, values)
    count = np.bincount(owner, minlength=n_owners)[:, None]
    mean: np.ndarray = total / np.maximum(count, 1)
    return mean


def unit_length(values: np.ndarray) -> np.ndarray:
    """Bring each row to length 1.

    Parameters
    ----------
    values : array of shape (n_rows, n_features)

    Returns
    -------
    scaled : array of shape (n_rows, n_features)
        A row of zeros stays.
    """
    length = np.linalg.norm(values, axis=1, keepdims=True)
    scaled: np.ndarray = values / np.where(length > 0, length, 1.0)
    return scaled
