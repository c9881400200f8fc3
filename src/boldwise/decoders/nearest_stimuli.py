"""The training stimuli nearest to what was decoded, fold by fold of a split.

Works from what any decoder of a feature space leaves behind: predicted and true
patterns of the test stimuli. Training patterns are brought into the same unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from boldwise.decoders.nearest import medoids, name_categories
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.splits import Split
from boldwise.evaluation.training_neighbours import nearest_training
from boldwise.features.records import FittedFeatures

TOLERANCE = 1e-3  # of the largest value: targets are stored in single precision


@dataclass(frozen=True)
class TargetScale:
    """How features became targets: dimension by dimension, a slope and an offset.

    Attributes
    ----------
    slope, offset : array of shape (n_features,)
        From the unit of the features to that of the targets; slope 0 for a dimension
        that is the same in all test stimuli.
    """

    slope: np.ndarray
    offset: np.ndarray

    def apply(self, feature: np.ndarray) -> np.ndarray:
        """Bring features (n_rows, n_features) into the unit of the targets."""
        return np.asarray(feature * self.slope + self.offset)


@dataclass(frozen=True)
class NearestStimuli:
    """What a decoder points to among its training stimuli.

    Attributes
    ----------
    neighbour : array of str, shape (n_items, n_neighbours)
        Ids of training stimuli, the nearest first.
    r : array of shape (n_items, n_neighbours)
        Pearson correlation of the decoded with each one's true pattern.
    medoid : array of str, shape (n_items,)
        That of the neighbours which is most like all of them.
    """

    neighbour: np.ndarray
    r: np.ndarray
    medoid: np.ndarray

    @property
    def first(self) -> np.ndarray:
        """Id of the nearest, array of str of shape (n_items,)."""
        nearest: np.ndarray = self.neighbour[:, 0]
        return nearest


def match_scale(feature: np.ndarray, target: np.ndarray) -> TargetScale:
    """Find how a decoder scaled its targets, from the test stimuli alone.

    Parameters
    ----------
    feature, target : array of shape (n_items, n_features)
        The same stimuli as the feature space and as the decoder's store has them.

    Returns
    -------
    scale : TargetScale

    Raises
    ------
    ShapeMismatchError
        If the shapes differ.
    DataError
        If targets are no scaled features.
    """
    if feature.shape != target.shape:
        raise ShapeMismatchError(
            f"the features of the test stimuli have shape {feature.shape}, the targets "
            f"of the decoder {target.shape}; they must be of one space."
        )
    x, y = feature.astype(np.float64), target.astype(np.float64)
    centred = x - x.mean(axis=0)
    variance = (centred**2).sum(axis=0)
    known = variance > 1e-12 * np.maximum((x**2).sum(axis=0), 1e-300)
    slope = np.zeros(x.shape[1])
    np.divide((centred * y).sum(axis=0), variance, out=slope, where=known)
    scale = TargetScale(slope, y.mean(axis=0) - slope * x.mean(axis=0))
    off = float(np.abs(scale.apply(x) - y).max())
    if off > TOLERANCE * max(float(np.abs(y).max()), 1e-12):
        raise DataError(
            f"the decoder's targets are no scaled features (off by {off:.3g}), so its "
            "training stimuli cannot be compared with what it decoded. Name the "
            "feature space that it was fitted to."
        )
    return scale


def find_nearest_stimuli(
    decoded: Decoded,
    features: FittedFeatures,
    split: Split,
    seen: np.ndarray,
    *,
    n_neighbours: int,
) -> NearestStimuli:
    """Seek what was decoded among the training stimuli that the subject saw.

    Parameters
    ----------
    decoded : Decoded
        Patterns of shape (n_items, n_features).
    features : FittedFeatures
        The target space of the decoder.
    split : Split
    seen : array of str, shape (n_seen,)
        Ids of what the subject saw.
    n_neighbours : int
        At most all training stimuli of a fold.

    Returns
    -------
    nearest : NearestStimuli

    Raises
    ------
    DataError
        If the subject saw no training stimulus of a fold.
    """
    fold, ids = decoded.held_out.fold, decoded.held_out.stimulus_id
    trained = {
        int(k): split.train_ids(int(k))[np.isin(split.train_ids(int(k)), seen)]
        for k in np.unique(fold)
    }
    bare = [str(split.fold_name[k]) for k, own in trained.items() if not len(own)]
    if bare:
        raise DataError(
            f"this subject saw no training stimulus of fold {', '.join(bare)}: nothing "
            "can be nearest."
        )
    n = min(n_neighbours, *map(len, trained.values()))
    neighbour = np.empty((len(fold), n), split.stimulus_id.dtype)
    r, medoid = np.empty((len(fold), n)), np.empty(len(fold), neighbour.dtype)
    for k, own in trained.items():
        rows, space = np.flatnonzero(fold == k), features.fold(k)
        scale = match_scale(space.rows(ids[rows]), decoded.target[rows])
        pattern = scale.apply(space.rows(own))
        found, r[rows] = nearest_training(
            decoded.prediction[rows], pattern, n_neighbours=n
        )
        neighbour[rows] = own[found]
        medoid[rows] = own[medoids(found, pattern)]
    return NearestStimuli(neighbour, r, medoid)


def name_by_text(
    decoded: Decoded, features: FittedFeatures, text: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Name the category of what was decoded by embedded names: zero-shot.

    Names are brought into the unit of the targets, and centred over the categories:
    what all texts have in common sets them apart from pictures, not from one another.

    Parameters
    ----------
    decoded : Decoded
        Patterns of shape (n_items, n_features).
    features : FittedFeatures
        The target space of the decoder, which pictures and texts share.
    text : mapping of category to array of shape (n_features,)

    Returns
    -------
    named : array of str, shape (n_items,)
    """
    fold, ids = decoded.held_out.fold, decoded.held_out.stimulus_id
    classes = np.array(list(text))
    raw = np.stack([text[name] for name in classes])
    named = np.empty(len(fold), classes.dtype)
    for k in np.unique(fold):
        rows = np.flatnonzero(fold == k)
        true = features.fold(int(k)).rows(ids[rows])
        slope = match_scale(true, decoded.target[rows]).slope
        centred = (raw - raw.mean(axis=0)) * slope
        named[rows], _ = name_categories(decoded.prediction[rows], centred, classes)
    return named
