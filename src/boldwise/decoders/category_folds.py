"""Categories over the outer folds of a split, from responses or from features."""

from typing import Protocol

import numpy as np

from boldwise.decoders.category import CategoryDecoder
from boldwise.decoders.data import Decoded
from boldwise.errors import DataError, name_some
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli, find_rows


class TrainAndTest(Protocol):
    """Rows of a fold: ``train`` (n_train, n_columns) and ``test`` (n_test, …)."""

    @property
    def train(self) -> np.ndarray:
        """Training rows, shape (n_train, n_columns)."""

    @property
    def test(self) -> np.ndarray:
        """Held-out rows, shape (n_test, n_columns)."""


def decode_from_features(
    space: FittedFeatures, stimuli: Stimuli, split: Split, *, classifier: str
) -> Decoded:
    """Decode the category of held-out stimuli from a feature space, without a brain.

    A check of the features, which no voxel can know more about than they do: a space
    that does not tell categories apart here predicts no category elsewhere.

    Parameters
    ----------
    space : FittedFeatures
        float32 of shape (n_folds, n_stimuli, n_features), as the training stimuli of
        each fold shaped them.
    stimuli : Stimuli
        With one category each.
    split : Split
        Every fold is trained on its training and scored on its test stimuli.
    classifier : str
        As of ``CategoryDecoder``; nothing is tuned.

    Returns
    -------
    decoded : Decoded
        ``label``, ``predicted_label`` and ``evidence`` of each test stimulus.

    Raises
    ------
    DataError
        If stimuli have not one category each, or a fold trains on one alone.
    """
    folds = range(split.n_folds)
    tested = [np.sort(split.test_ids(fold)) for fold in folds]
    trained = [category_of_each(stimuli, split.train_ids(fold)) for fold in folds]
    classes = np.unique(np.concatenate(trained))
    evidence = []
    for fold in folds:
        features = space.fold(fold)
        rows = _Rows(features.rows(split.train_ids(fold)), features.rows(tested[fold]))
        evidence.append(
            fit_categories(rows, trained[fold], classes, classifier=classifier)
        )
    votes = np.concatenate(evidence)
    test_id = np.concatenate(tested)
    arrays = {
        "label": category_of_each(stimuli, test_id),
        "predicted_label": classes[votes.argmax(axis=1)],
        "evidence": votes,
        "classes": classes,
    }
    held_out_in = np.repeat(folds, [len(ids) for ids in tested])
    return Decoded(test_id, held_out_in, arrays, "evidence for each class")


def fit_categories(
    rows: TrainAndTest, label: np.ndarray, classes: np.ndarray, *, classifier: str
) -> np.ndarray:
    """Fit a classifier on training rows, and weigh the classes for test rows.

    Parameters
    ----------
    rows : object with ``train`` and ``test``
    label : array of str, shape (n_train,)
    classes : array of str, shape (n_classes,)
        Sorted; those of all folds.
    classifier : str

    Returns
    -------
    evidence : array of float32, shape (n_test, n_classes)
        -inf for a class that does not occur among the labels.
    """
    decoder = CategoryDecoder(classifier).fit(rows.train, label)
    evidence = np.full((len(rows.test), len(classes)), -np.inf, np.float32)
    evidence[:, np.searchsorted(classes, decoder.classes_)] = decoder.decide(rows.test)
    return evidence


def category_of_each(stimuli: Stimuli | None, stimulus_id: np.ndarray) -> np.ndarray:
    """Look up the one category of each stimulus.

    Parameters
    ----------
    stimuli : Stimuli or None
    stimulus_id : array of str, shape (n,)

    Returns
    -------
    category : array of str, shape (n,)

    Raises
    ------
    DataError
        If there are no categories, or a stimulus has none or several.
    """
    if stimuli is None or stimuli.category is None:
        raise DataError(
            "the stimuli have no categories to decode. Give a table with a column "
            "`category`, or leave this decoder out."
        )
    row = find_rows(stimuli.stimulus_id, stimulus_id, what="category")
    category: np.ndarray = stimuli.category[row]
    several = stimulus_id[(np.char.find(category, ";") >= 0) | (category == "")]
    if len(several):
        raise DataError(
            f"{len(several)} stimuli have no category or several: "
            f"{name_some(several)}. A category decoder needs one each."
        )
    return category


class _Rows:
    """Training and test rows of one fold."""

    def __init__(self, train: np.ndarray, test: np.ndarray) -> None:
        self.train, self.test = train, test
