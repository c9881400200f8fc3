"""Pictures and captions without a generator: those of the nearest training stimuli."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.identification import correlate_rows
from boldwise.evaluation.training_neighbours import nearest_training


def medoids(neighbour: np.ndarray, embedding: np.ndarray) -> np.ndarray:
    """Pick of each item's neighbours the one that is most like all of them.

    Parameters
    ----------
    neighbour : array of int, shape (n_items, n_neighbours)
        Rows of the embedding.
    embedding : array of shape (n_train, n_features)
        Of whatever is to be picked, such as captions.

    Returns
    -------
    row : array of int, shape (n_items,)
        Row with the highest sum of correlations with the others; of equals, the
        nearest neighbour.
    """
    chosen = np.empty(len(neighbour), np.int64)
    for k, rows in enumerate(neighbour):
        similarity = np.nan_to_num(correlate_rows(embedding[rows], embedding[rows]))
        chosen[k] = rows[np.argmax(similarity.sum(axis=1).round(10))]
    return chosen


@dataclass(frozen=True)
class NearestImages:
    """An image generator that shows the training picture of the nearest embedding.

    Parameters
    ----------
    embedding : array of shape (n_train, n_features)
        In the space of the predictions.
    images : sliceable of uint8, shape (n_train, height, width, 3)
        Of the same training stimuli.
    """

    embedding: np.ndarray
    images: np.ndarray

    def __post_init__(self) -> None:
        _refuse_unpaired(self.embedding, len(self.images), "pictures")

    def generate(self, prediction: np.ndarray) -> np.ndarray:
        """Show a picture for each predicted embedding.

        Parameters
        ----------
        prediction : array of shape (n_items, n_features)

        Returns
        -------
        images : array of uint8, shape (n_items, height, width, 3)
        """
        rows, _ = nearest_training(prediction, self.embedding)
        return np.stack([np.asarray(self.images[int(row)]) for row in rows[:, 0]])


@dataclass(frozen=True)
class NearestCaptions:
    """A captioner that says what was said of the nearest training stimuli.

    Parameters
    ----------
    embedding : array of shape (n_train, n_features)
        In the space of the predictions.
    captions : sequence of str, length n_train
        Of the same training stimuli.
    caption_embedding : array of shape (n_train, n_text_features), or None
        To find the medoid caption by; None: the embedding itself.
    n_neighbours : int
        1: the caption of the nearest.
    """

    embedding: np.ndarray
    captions: Sequence[str]
    caption_embedding: np.ndarray | None = None
    n_neighbours: int = 5

    def __post_init__(self) -> None:
        _refuse_unpaired(self.embedding, len(self.captions), "captions")

    def caption(self, prediction: np.ndarray) -> list[str]:
        """Caption each predicted embedding.

        Parameters
        ----------
        prediction : array of shape (n_items, n_features)

        Returns
        -------
        captions : list of str, length n_items
        """
        rows, _ = nearest_training(
            prediction, self.embedding, n_neighbours=self.n_neighbours
        )
        space = self.caption_embedding
        chosen = medoids(rows, self.embedding if space is None else space)
        return [str(self.captions[int(row)]) for row in chosen]


def name_categories(
    prediction: np.ndarray, text: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Name the category whose text is most like the predicted embedding: zero-shot.

    No category is trained on: only the space is shared by pictures and texts.

    Parameters
    ----------
    prediction : array of shape (n_items, n_features)
    text : array of shape (n_classes, n_features)
        Embeddings of the names, or of sentences about them, in the same space and
        scale (z-scored like the predictions, where those are).
    classes : array of str, shape (n_classes,)

    Returns
    -------
    named : array of str, shape (n_items,)
    evidence : array of shape (n_items, n_classes)
        Pearson correlations.

    Raises
    ------
    ShapeMismatchError
        If texts and classes differ in number.
    DataError
        If fewer than 2 classes are given, or a prediction or text does not vary.
    """
    if len(text) != len(classes):
        raise ShapeMismatchError(
            f"{len(text)} texts for {len(classes)} classes: each needs one."
        )
    if len(classes) < 2:
        raise DataError(f"{len(classes)} class to choose from: give at least 2.")
    evidence = correlate_rows(prediction, text)
    lost = int(np.isnan(evidence).any(axis=1).sum())
    if lost:
        raise DataError(
            f"{lost} of {len(evidence)} predictions cannot be compared with all "
            "classes, as a prediction or a text is the same in all features."
        )
    return classes[np.argmax(evidence, axis=1)], evidence


def _refuse_unpaired(embedding: np.ndarray, n: int, what: str) -> None:
    if len(embedding) != n:
        raise ShapeMismatchError(
            f"{len(embedding)} training embeddings, but {n} {what}: each row must be "
            "one training stimulus in both."
        )
