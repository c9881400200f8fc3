"""What decoders of many subjects are given, outer fold by outer fold of a split.

Letters for shapes: V voxels of one subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.decoders.brain_study import Brain, BrainStudy
from boldwise.decoders.scan_time import seconds_of_scanning
from boldwise.errors import DataError
from boldwise.evaluation.grouping import groups_of
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli, find_rows
from boldwise.responses.records import Responses
from boldwise.training.rows import take_rows

DECLARED = ("stimulus", "group")  # what groups of stimuli alone can tell


@dataclass(frozen=True)
class GivenTarget:
    """Something to be told of stimuli, that no fold shaped: tokens, or pictures.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    value : sliceable of shape (n_stimuli, T, D) or (n_stimuli, C, h, w)
        May lie on disk.
    """

    stimulus_id: np.ndarray
    value: Any


@dataclass(frozen=True)
class PickedRows:
    """Some rows of a source, read when they are asked for.

    Attributes
    ----------
    source : sliceable of shape (n_rows, ...)
    rows : array of int, shape (n,)
        In any order.
    """

    source: Any
    rows: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """As if the rows were alone: (n, ...)."""
        return (len(self.rows), *self.source.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the source."""
        found: np.dtype[Any] = np.dtype(self.source.dtype)
        return found

    def __getitem__(self, rows: slice) -> np.ndarray:
        return take_rows(self.source, self.rows[rows])


@dataclass(frozen=True)
class SharedData:
    """Many subjects, and what is to be told of their stimuli.

    Attributes
    ----------
    subjects : mapping of str to Responses
        Of shape (n_trials, V); may lie on disk. Their order changes nothing.
    split : Split
    targets : mapping of str to FittedFeatures or GivenTarget
        The first one identifies stimuli.
    stimuli : Stimuli
        Their declared groups.
    keep : str
        What the inner folds of the split keep together, and so validation too.

    Raises
    ------
    DataError
        If responses are a time series.
    """

    subjects: Mapping[str, Responses]
    split: Split
    targets: Mapping[str, FittedFeatures | GivenTarget]
    stimuli: Stimuli
    keep: str = "group"

    def __post_init__(self) -> None:
        for name, one in self.subjects.items():
            if one.kind != "trials":
                raise DataError(
                    f"a decoder that subjects share takes one response per trial, and "
                    f"those of subject '{name}' are '{one.kind}'. Estimate trials "
                    "first."
                )

    @property
    def identifies(self) -> str:
        """Name of the target that identifies stimuli."""
        return next(iter(self.targets))

    def study(self, fold: int) -> BrainStudy:
        """Part the trials of all subjects as one outer fold does.

        Parameters
        ----------
        fold : int

        Returns
        -------
        study : BrainStudy
            Its targets have one row for each stimulus of ``fold_ids``.

        Raises
        ------
        DataError
            If a subject has no trial to train on, or none to be tested on.
        """
        ids = self.fold_ids(fold)
        regions = common_regions(self.subjects)
        return BrainStudy(
            brains={
                name: self._brain(name, fold, ids, regions) for name in self.subjects
            },
            targets={
                name: _rows_of(one, ids, fold) for name, one in self.targets.items()
            },
            groups=self._groups(fold, ids),
        )

    def fold_ids(self, fold: int) -> np.ndarray:
        """Stimuli of one outer fold: those that train, then those that are tested."""
        return np.concatenate([self.split.train_ids(fold), self.split.test_ids(fold)])

    def _brain(
        self, name: str, fold: int, ids: np.ndarray, regions: list[str]
    ) -> Brain:
        own = self.subjects[name]
        shown = own.trials.stimulus_id
        train, test = (
            np.flatnonzero(np.isin(shown, part))
            for part in (self.split.train_ids(fold), self.split.test_ids(fold))
        )
        if not (len(train) and len(test)):
            what = "test" if len(train) else "training"
            raise DataError(
                f"subject '{name}' saw none of the {what} stimuli of fold "
                f"{self.split.fold_name[fold]} of split '{self.split.name}'. A decoder "
                "that subjects share needs both; leave out the subject, or split in "
                "another way."
            )
        row = np.full(len(shown), -1)
        used = np.concatenate([train, test])
        row[used] = find_rows(ids, shown[used], what="place in the split")
        place = _region_of(own, regions)
        time_s = seconds_of_scanning(own.trials)
        return Brain(own.response, row, train, test, region=place, time_s=time_s)

    def _groups(self, fold: int, ids: np.ndarray) -> np.ndarray:
        train = self.split.train_ids(fold)
        found = groups_of(train, self.stimuli)
        if self.keep not in DECLARED:
            found = self.split.inner_folds(fold).astype(str)
        beyond = np.full(len(ids) - len(train), "")
        return np.concatenate([found.astype(str), beyond])


def common_regions(subjects: Mapping[str, Responses]) -> list[str]:
    """Name the regions that all subjects have, sorted.

    Parameters
    ----------
    subjects : mapping of str to Responses

    Returns
    -------
    names : list of str
    """
    own = [
        {name for name, inside in one.voxels.roi.items() if inside.any()}
        for one in subjects.values()
    ]
    return sorted(set.intersection(*own)) if own else []


def _region_of(responses: Responses, regions: list[str]) -> np.ndarray:
    """Region of each voxel, shape (V,): the first of several, -1 for none."""
    found = np.full(len(responses.voxels), -1)
    for number in reversed(range(len(regions))):
        found[responses.voxels.roi[regions[number]]] = number
    return found


def _rows_of(target: FittedFeatures | GivenTarget, ids: np.ndarray, fold: int) -> Any:
    if isinstance(target, FittedFeatures):
        return np.asarray(target.fold(fold).rows(ids), np.float32)
    return PickedRows(target.value, find_rows(target.stimulus_id, ids, what="target"))
