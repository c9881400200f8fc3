"""What was shown, and how a model describes it: joined by stimulus id."""

from dataclasses import dataclass, field

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError, name_some
from boldwise.features.timeline import Timeline


@dataclass(frozen=True)
class Stimuli:
    """The stimuli of a dataset.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
        Unique.
    image : sliceable of uint8, shape (n_stimuli, height, width, 3), or None
    caption : array of str, shape (n_stimuli,), or None
        One text per stimulus; several descriptions are joined by newlines.
    category : array of str, shape (n_stimuli,), or None
        One or more labels, separated by ``;``.
    group : array of str, shape (n_stimuli,), or None
        Stimuli of one group are near-duplicates (or exemplars of one thing)
        and must never be torn apart by a split that claims to hold groups out.
    timeline : Timeline or None
        For the volumes of time series: when they were taken, and what was told.
    frame : sliceable of uint8, shape (n_stimuli, n_frames, height, width, 3), or None
        Clips of one length.
    frame_rate_hz : float or None
        Frames per second of the clips.
    """

    stimulus_id: np.ndarray
    image: np.ndarray | None = None
    caption: np.ndarray | None = None
    category: np.ndarray | None = None
    group: np.ndarray | None = None
    timeline: Timeline | None = None
    frame: np.ndarray | None = None
    frame_rate_hz: float | None = None

    def __post_init__(self) -> None:
        refuse_duplicates(self.stimulus_id, what="stimulus ids")
        for name in ("image", "caption", "category", "group", "timeline", "frame"):
            values = getattr(self, name)
            if values is not None and len(values) != len(self.stimulus_id):
                raise ShapeMismatchError(
                    f"{len(values)} {name} entries for {len(self.stimulus_id)} stimuli."
                )

    def __len__(self) -> int:
        return len(self.stimulus_id)

    def need(self, name: str) -> np.ndarray:
        """One of the columns, which must be there.

        Parameters
        ----------
        name : str
            ``"image"``, ``"caption"``, ``"category"``, ``"group"`` or ``"frame"``.

        Returns
        -------
        values : sliceable of shape (n_stimuli, ...)

        Raises
        ------
        DataError
            If the stimuli came without it.
        """
        values: np.ndarray | None = getattr(self, name)
        if values is None:
            raise DataError(
                f"the {len(self)} stimuli have no {name}. Name the file of the "
                f"{name}s under dataset.stimuli, or leave out the feature spaces that "
                "need it."
            )
        return values


@dataclass(frozen=True)
class FeatureSpace:
    """One feature vector per stimulus.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    feature : array of float32, shape (n_stimuli, n_features)
    notes : dict of str
        Model, layer, weights hash, preprocessing id: what made the features.
    column : array of str, shape (n_features,), or None
        What each feature is, where it has a name.
    """

    stimulus_id: np.ndarray
    feature: np.ndarray
    notes: dict[str, str] = field(default_factory=dict)
    column: np.ndarray | None = None

    def __post_init__(self) -> None:
        refuse_duplicates(self.stimulus_id, what="stimulus ids of the feature space")
        if self.feature.ndim != 2 or len(self.feature) != len(self.stimulus_id):
            raise ShapeMismatchError(
                f"features have shape {self.feature.shape}, but there are "
                f"{len(self.stimulus_id)} stimuli; expected (n_stimuli, n_features)."
            )
        if self.column is not None and len(self.column) != self.feature.shape[1]:
            raise ShapeMismatchError(
                f"{len(self.column)} column names for {self.feature.shape[1]} features."
            )

    def rows(self, stimulus_id: np.ndarray) -> np.ndarray:
        """Features of the named stimuli, in their order.

        Parameters
        ----------
        stimulus_id : array of str, shape (n,)

        Returns
        -------
        feature : array of shape (n, n_features)

        Raises
        ------
        DataError
            If a stimulus has no features.
        """
        rows = find_rows(self.stimulus_id, stimulus_id, what="features")
        feature: np.ndarray = self.feature[rows]
        return feature


@dataclass(frozen=True)
class FittedFeatures:
    """Feature vectors as the training stimuli of each outer fold shaped them.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    feature : array of float32, shape (n_folds, n_stimuli, n_features)
        With one fold only, that one serves every outer fold of the split.
    notes : dict of str
        What made the features, and what was fitted.
    """

    stimulus_id: np.ndarray
    feature: np.ndarray
    notes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse_duplicates(self.stimulus_id, what="stimulus ids of the fitted features")
        if self.feature.ndim != 3 or self.feature.shape[1] != len(self.stimulus_id):
            raise ShapeMismatchError(
                f"fitted features have shape {self.feature.shape}, but there are "
                f"{len(self.stimulus_id)} stimuli; expected (n_folds, n_stimuli, "
                "n_features)."
            )

    def fold(self, fold: int) -> FeatureSpace:
        """Features to use in one outer fold of the split.

        Parameters
        ----------
        fold : int
            From 0.

        Returns
        -------
        space : FeatureSpace

        Raises
        ------
        ShapeMismatchError
            If the features were fitted under a split of fewer folds.
        """
        n_folds = len(self.feature)
        if n_folds > 1 and fold >= n_folds:
            raise ShapeMismatchError(
                f"fold {fold} was asked for, but these features were fitted in "
                f"{n_folds} folds. Fit them under the same split."
            )
        feature = self.feature[fold if n_folds > 1 else 0]
        return FeatureSpace(self.stimulus_id, feature, self.notes)


def refuse_duplicates(ids: np.ndarray, *, what: str) -> None:
    """Raise if an id occurs twice.

    Parameters
    ----------
    ids : array of str, shape (n,)
    what : str
        Named in the message.

    Raises
    ------
    DataError
        Naming the ids that occur more than once.
    """
    unique, counts = np.unique(ids, return_counts=True)
    if len(unique) != len(ids):
        raise DataError(
            f"{int((counts > 1).sum())} {what} occur more than once: "
            f"{name_some(unique[counts > 1])}. Give each its own id."
        )


def refuse_not_finite(space: FeatureSpace) -> None:
    """Raise if a feature is NaN or infinite.

    Parameters
    ----------
    space : FeatureSpace

    Raises
    ------
    DataError
        Naming the stimuli.
    """
    bad = ~np.isfinite(space.feature)
    if bad.any():
        rows = bad.any(axis=1)
        raise DataError(
            f"{int(bad.sum())} of {bad.size} feature values are NaN or infinite, for "
            f"{int(rows.sum())} stimuli: {name_some(space.stimulus_id[rows])}. "
            "Mend their files or leave these stimuli out."
        )


def find_rows(known: np.ndarray, wanted: np.ndarray, *, what: str) -> np.ndarray:
    """Index of each wanted id among the known ones: every join goes through here.

    Parameters
    ----------
    known : array of str, shape (n_known,)
        Unique.
    wanted : array of str, shape (n_wanted,)
    what : str
        What the known ids label; named in the message.

    Returns
    -------
    row : array of int, shape (n_wanted,)

    Raises
    ------
    DataError
        Naming the ids that are not known.
    """
    known = np.append(known, "")  # a place for ids beyond the last
    order = np.argsort(known, kind="stable")
    place = np.searchsorted(known, wanted, sorter=order)
    row = order[np.minimum(place, len(known) - 1)]
    nowhere = (known[row] != wanted) | (row == len(known) - 1)
    lost = np.unique(np.asarray(wanted)[nowhere])
    if len(lost):
        raise DataError(
            f"{len(lost)} stimulus ids have no {what}: {name_some(lost)}. "
            f"Known ids look like {name_some(known[:-1], at_most=3)}."
        )
    return row
