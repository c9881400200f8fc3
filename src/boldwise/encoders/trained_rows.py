"""Responses of a subject as a trained encoder takes them: rows by id, fold by fold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from boldwise.errors import DataError
from boldwise.evaluation.grouping import groups_of
from boldwise.evaluation.held_out import HeldOut, find_held_out
from boldwise.evaluation.splits import Split
from boldwise.features.records import Stimuli, find_rows
from boldwise.responses.averaged import AveragedRepeats
from boldwise.responses.records import Responses, Voxels

DECLARED = ("stimulus", "group")  # what groups of stimuli alone can tell


@dataclass(frozen=True)
class FoldRows:
    """What one subject trains on and is tested on in one outer fold.

    Attributes
    ----------
    train_id : array of str, shape (n_train,)
    response : array of float32, shape (n_train, n_voxels)
        Mean over the repeats of each.
    group : array of str, shape (n_train,)
        Stimuli of one group are all trained on, or all validated.
    test_id : array of str, shape (n_test,)
    voxels : Voxels
    """

    train_id: np.ndarray
    response: np.ndarray
    group: np.ndarray
    test_id: np.ndarray
    voxels: Voxels

    def shuffled(self, rng: np.random.Generator) -> Self:
        """Give the responses to other training stimuli; all voxels move together."""
        order = rng.permutation(len(self.train_id))
        return replace(self, response=self.response[order])

    def fewer(self, n: int, *, seed: int) -> Self:
        """Keep ``n`` training stimuli at random; what few hold, more hold, too."""
        order = np.random.default_rng(seed).permutation(len(self.train_id))
        kept = np.sort(order[:n])
        return replace(
            self,
            train_id=self.train_id[kept],
            response=self.response[kept],
            group=self.group[kept],
        )

    def least_share(self, share: float) -> float:
        """Share of rows to validate, so that it holds one group at least; 0 stays 0."""
        if not share:
            return share
        _, size = np.unique(self.group, return_counts=True)
        return max(share, float(size.min()) / len(self.group))


@dataclass(frozen=True)
class SubjectRows:
    """One subject under one split, held in memory.

    Attributes
    ----------
    response : array of float32, shape (n_stimuli, n_voxels)
        Mean over the repeats of each stimulus.
    ids : array of str, shape (n_stimuli,)
    held_out : HeldOut
    group : Mapping of fold to array of str, shape (n_train of the fold,)
    train : Mapping of fold to array of int, shape (n_train of the fold,)
        Rows of ``response``.
    voxels : Voxels
    """

    response: np.ndarray
    ids: np.ndarray
    held_out: HeldOut
    group: Mapping[int, np.ndarray]
    train: Mapping[int, np.ndarray]
    voxels: Voxels

    @property
    def n_train(self) -> list[int]:
        """Training stimuli of each outer fold."""
        return [len(rows) for rows in self.train.values()]

    @property
    def tested(self) -> np.ndarray:
        """Responses to the held-out items, shape (n_test, n_voxels)."""
        rows = find_rows(self.ids, self.held_out.stimulus_id, what="responses")
        return np.asarray(self.response[rows])

    def fold(self, number: int) -> FoldRows:
        """Rows of one outer fold."""
        train, held_out = self.train[number], self.held_out
        return FoldRows(
            train_id=self.ids[train],
            response=self.response[train],
            group=self.group[number],
            test_id=held_out.stimulus_id[held_out.fold == number],
            voxels=self.voxels,
        )


def take_subject(
    responses: Responses, split: Split, stimuli: Stimuli, *, keep: str
) -> SubjectRows:
    """Find the rows of every outer fold of one subject.

    Parameters
    ----------
    responses : Responses
        Of shape (n_trials, n_voxels); may lie on disk.
    split : Split
        Its stimuli that this subject did not see are passed over.
    stimuli : Stimuli
        Their declared groups.
    keep : str
        What the inner folds of the split keep together. Groups of stimuli are kept
        one by one when training is judged; where runs, sessions or categories are
        to stay together, whole inner folds of the split are.

    Returns
    -------
    rows : SubjectRows

    Raises
    ------
    DataError
        If responses are a time series, or the subject saw no training or no test
        stimulus of a fold.
    """
    if responses.kind != "trials":
        raise DataError(
            f"a trained encoder takes one response per trial, and these are "
            f"'{responses.kind}'. Use ridge with delays."
        )
    response = AveragedRepeats(responses.response, responses.trials.stimulus_id)
    held_out = find_held_out(split, response.ids)
    train, group = {}, {}
    for number in range(split.n_folds):
        wanted = split.train_ids(number)
        seen = np.isin(wanted, response.ids)
        if not seen.any() or not (held_out.fold == number).any():
            what = "test" if seen.any() else "training"
            raise DataError(
                f"this subject saw none of the {what} stimuli of fold "
                f"{split.fold_name[number]} of split '{split.name}'. A trained encoder "
                "needs both; leave out the subject, or split in another way."
            )
        train[number] = find_rows(response.ids, wanted[seen], what="responses")
        group[number] = groups_of(wanted[seen], stimuli)
        if keep not in DECLARED:
            group[number] = split.inner_folds(number)[seen].astype(str)
    whole = response[:, :]
    return SubjectRows(whole, response.ids, held_out, group, train, responses.voxels)
