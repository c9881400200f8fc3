"""What brains saw and how they responded: what trained decoders are given.

Letters for shapes: V voxels of one subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError, name_some
from boldwise.training.split import validation_rows

Parts = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Brain:
    """Trials of one subject.

    Attributes
    ----------
    responses : sliceable of shape (n_trials, V)
        Any unit; a dataset on disk is read batch by batch.
    stimulus_row : array of int, shape (n_trials,)
        Row of each trial's stimulus among the targets.
    train, test : array of int
        Rows of trials.
    region : array of int, shape (V,), or None
        Region or parcel of each voxel; -1: none.
    time_s : array of shape (n_trials,), or None
        Seconds of scanning until the trial was over, over all sessions: what budgets
        count. Absent: trials lie in the order in which they were shown.
    """

    responses: Any
    stimulus_row: np.ndarray
    train: np.ndarray
    test: np.ndarray
    region: np.ndarray | None = None
    time_s: np.ndarray | None = None

    def __post_init__(self) -> None:
        n_trials = self.responses.shape[0]
        if len(self.stimulus_row) != n_trials:
            raise ShapeMismatchError(
                f"{n_trials} responses, but the stimuli of {len(self.stimulus_row)} "
                "trials: join them by trial."
            )

    def within(
        self, *, trials: int | None = None, minutes: float | None = None
    ) -> "Brain":
        """Keep the first training trials in the order of time.

        Parameters
        ----------
        trials : int, optional
            So many.
        minutes : float, optional
            Those that are over after so many minutes of scanning; trials that are not
            for training pass the time, too.

        Returns
        -------
        brain : Brain
            With fewer rows to train on; all else is the same.

        Raises
        ------
        DataError
            If there are fewer trials, none in time, or no times to go by.
        """
        order = self.train
        if self.time_s is not None:
            order = order[np.argsort(self.time_s[order], kind="stable")]
        else:
            order = np.sort(order)
        if minutes is not None:
            if self.time_s is None:
                raise DataError(
                    f"a budget of {minutes:g} minutes needs the time of each trial: "
                    "give `time_s`, or a budget in trials."
                )
            order = order[self.time_s[order] <= 60 * minutes]
            if not len(order):
                raise DataError(
                    f"no training trial is over after {minutes:g} minutes of "
                    "scanning; the first is after "
                    f"{self.time_s[self.train].min() / 60:.3g}. Give a larger budget."
                )
        wanted = len(order) if trials is None else trials
        if not 0 < wanted <= len(order):
            raise DataError(
                f"a budget of {wanted} trials was asked for, but {len(order)} training "
                "trials are there in that time. Choose another budget."
            )
        return replace(self, train=order[:wanted])


@dataclass(frozen=True)
class BrainStudy:
    """Subjects, and what is to be told of their stimuli.

    Attributes
    ----------
    brains : mapping of str to Brain
    targets : mapping of str to sliceable of shape (n_stimuli, ...)
        Embeddings (n_stimuli, D), tokens (n_stimuli, T, D) or pictures (n_stimuli, C,
        h, w).
    groups : array of shape (n_stimuli,), or None
        Stimuli of one group are all trained on, or all validated, for all subjects
        together; absent: each is its own.

    Raises
    ------
    DataError
        If a stimulus that one subject trains on is a test of any.
    """

    brains: Mapping[str, Brain]
    targets: Mapping[str, Any]
    groups: np.ndarray | None = None

    def __post_init__(self) -> None:
        shared = np.intersect1d(self.shown("train"), self.shown("test"))
        if len(shared):
            raise DataError(
                f"{len(shared)} stimuli are trained on by one subject and are tests of "
                f"another or the same (row {shared[0]} first). What subjects share "
                "needs one split for all."
            )
        counts = {name: target.shape[0] for name, target in self.targets.items()}
        if len(set(counts.values())) != 1:
            told = [f"'{name}' {n}" for name, n in counts.items()]
            raise ShapeMismatchError(
                f"targets tell of different numbers of stimuli: {name_some(told)}. "
                "Each needs one row per stimulus."
            )

    def shown(self, part: str) -> np.ndarray:
        """List stimuli of ``"train"`` or ``"test"`` of any subject: shape (n,)."""
        rows = [one.stimulus_row[getattr(one, part)] for one in self.brains.values()]
        return np.unique(np.concatenate(rows))

    def only(self, subjects: Sequence[str]) -> "BrainStudy":
        """Keep some subjects."""
        return replace(self, brains={name: self.brains[name] for name in subjects})

    def split(self, share: float, seed: int) -> dict[str, Parts]:
        """Part the training trials for training and for validation.

        Stimuli are drawn, in whole groups, for all subjects together.

        Parameters
        ----------
        share : float
            Of the training stimuli; 0: no validation.
        seed : int

        Returns
        -------
        rows : dict of (array of int, array of int)
            By subject: trials to train on and to judge by.

        Raises
        ------
        DataError
            If a subject has no trial left to train on.
        """
        shown = self.shown("train")
        groups = shown if self.groups is None else np.asarray(self.groups)[shown]
        held = shown[validation_rows(groups, share, seed)]
        found = {}
        for name, one in self.brains.items():
            judged = np.isin(one.stimulus_row[one.train], held)
            if judged.all():
                raise DataError(
                    f"all {len(judged)} training trials of subject '{name}' are for "
                    "validation. Choose a smaller validation share, or 0 for none."
                )
            found[name] = one.train[~judged], one.train[judged]
        return found
