"""Similarity of decoded with true patterns, averaged over subjects."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.identification import correlate_rows
from boldwise.evaluation.splits import Split
from boldwise.features.records import Stimuli, find_rows

CENTRED = ("across_subjects", "aligned_subjects")


@dataclass(frozen=True)
class Similarities:
    """Decoded by true patterns of the test stimuli, mean over subjects.

    Attributes
    ----------
    r : array of shape (n_items, n_items)
        Rows: decoded; columns: true. NaN across folds, and where nobody saw both.
    stimulus_id, label : array of str, shape (n_items,)
        ``label``: first category, or the fold where there are none.
    by_category : bool
        Whether rows are sorted by category.
    n_subjects : int
    """

    r: np.ndarray
    stimulus_id: np.ndarray
    label: np.ndarray
    by_category: bool
    n_subjects: int


def pool_similarities(
    decoded: Sequence[Decoded], split: Split, stimuli: Stimuli
) -> Similarities:
    """Average similarities of several subjects, stimulus by stimulus.

    Parameters
    ----------
    decoded : sequence of Decoded
        Patterns of shape (n_items, n_features).
    split : Split
    stimuli : Stimuli

    Returns
    -------
    similarities : Similarities
        Sorted by fold, then by category where there is one, then by id.
    """
    keys = sorted({key for one in decoded for key in _keys(one)})
    fold = np.array([key[0] for key in keys])
    ids = np.array([key[1] for key in keys])
    label, by_category = _labels(stimuli, ids)
    order = np.lexsort((ids, label, fold))
    place = {keys[row]: k for k, row in enumerate(order)}
    total, count = np.zeros((2, len(keys), len(keys)))
    for one in decoded:
        rows = np.array([place[key] for key in _keys(one)])
        for k in np.unique(one.held_out.fold):
            own = np.flatnonzero(one.held_out.fold == k)
            r = correlate_rows(
                one.prediction[own], one.target[own], centre=one.kind in CENTRED
            )
            where = np.ix_(rows[own], rows[own])
            total[where] += np.nan_to_num(r)
            count[where] += np.isfinite(r)
    r = np.full(total.shape, np.nan)
    np.divide(total, count, out=r, where=count > 0)
    label = label if by_category else split.fold_name[fold]
    return Similarities(r, ids[order], label[order], by_category, len(decoded))


def _keys(one: Decoded) -> list[tuple[int, str]]:
    pairs = zip(one.held_out.fold.tolist(), one.held_out.stimulus_id, strict=True)
    return [(fold, str(name)) for fold, name in pairs]


def _labels(stimuli: Stimuli, ids: np.ndarray) -> tuple[np.ndarray, bool]:
    """First category of each stimulus; nothing where there is none."""
    if stimuli.category is None:
        return np.full(len(ids), ""), False
    rows = find_rows(stimuli.stimulus_id, ids, what="category")
    first = np.array([str(one).partition(";")[0] for one in stimuli.category[rows]])
    return first, bool((first != "").any())
