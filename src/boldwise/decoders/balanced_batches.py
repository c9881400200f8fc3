"""Batches with equally many rows of each subject, and no stimulus twice.

Letters for shapes: B rows of one subject in a batch, V voxels.

Where a loss tells the stimuli of a batch from one another, a stimulus that is there
twice, be it shown to two subjects, is a wrong answer that is right.
"""

import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.training.batches import Batch
from boldwise.training.rows import digest_of, take_rows
from boldwise.training.seeds import ORDER, stream


@dataclass(frozen=True)
class SubjectRows:
    """Trials of one subject to train on and to judge by.

    Attributes
    ----------
    responses : sliceable of shape (n_trials, V)
    stimulus_row : array of int, shape (n_trials,)
        Where each trial's stimulus lies among the targets: equal for repeats, and
        for subjects who saw the same.
    train, validation : array of int
        Rows of trials.
    """

    responses: Any
    stimulus_row: np.ndarray
    train: np.ndarray
    validation: np.ndarray


@dataclass(frozen=True)
class BalancedBatches:
    """Steps of ``training.loop.train``: ``batch_size`` rows of each subject.

    The order of the names changes nothing. An epoch is as long as the subject with
    the most trials needs; the others come round again. A row whose stimulus is in
    the batch already waits for a later step.

    Attributes
    ----------
    subjects : mapping of str to SubjectRows
    targets : mapping of str to sliceable of shape (n_stimuli, ...)
        What the model is to tell of a stimulus, by name.
    alone : sequence of str
        If given: subjects of whom each step sees one only, in turn, beside all the
        others (reset-tuning pairs a new subject with one known one). Nothing is judged
        by them.

    Raises
    ------
    DataError
        If there is no subject.
    """

    subjects: Mapping[str, SubjectRows]
    targets: Mapping[str, Any]
    alone: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.subjects or not self.targets:
            raise DataError(
                f"{len(self.subjects)} subjects and {len(self.targets)} targets are "
                "given to make batches of; one of each is the least."
            )

    def n_steps(self, batch_size: int) -> int:
        """Count the steps of one epoch."""
        kept = set(self.subjects) - set(self.alone) or set(self.subjects)
        longest = max(len(self.subjects[name].train) for name in kept)
        return -(-longest // batch_size)

    def training(
        self, epoch: int, *, batch_size: int, seed: int, start: int = 0
    ) -> Iterator[Batch]:
        """Batches of one epoch, from step ``start`` on."""
        turns = sorted(self.alone)
        deal = Dealer(self.subjects, (seed, epoch))
        for step in range(self.n_steps(batch_size)):
            off = set(turns) - {turns[step % len(turns)]} if turns else set()
            rows = deal.step(batch_size, leave_out=off)
            if step >= start:
                yield self._read(rows)

    def validation(self, *, batch_size: int, seed: int) -> Iterator[Batch]:
        """Batches to judge by: all validation rows once, the same every time."""
        left = {
            name: deque(np.sort(one.validation).tolist())
            for name, one in sorted(self.subjects.items())
            if name not in self.alone
        }
        while any(left.values()):
            taken: set[int] = set()
            rows = {
                name: _take(pack, self.subjects[name].stimulus_row, batch_size, taken)
                for name, pack in left.items()
            }
            yield self._read({name: one for name, one in rows.items() if one})

    def digest(self) -> str:
        """Tell this source from another by shapes and by many of the values."""
        told = []
        for name, one in sorted(self.subjects.items()):
            used = np.sort(np.concatenate([one.train, one.validation]))
            parts = (one.stimulus_row, one.train, one.validation)
            told.append(f"{name}:{digest_of(one.responses, used)}")
            told += [digest_of(np.asarray(p), np.arange(len(p))) for p in parts]
        for name, target in sorted(self.targets.items()):
            told.append(f"{name}:{digest_of(target, np.arange(target.shape[0]))}")
        return " ".join([*told, str(sorted(self.alone))])

    def _read(self, rows: Mapping[str, list[int]]) -> Batch:
        parts, count = {}, 0
        for name, chosen in rows.items():
            one, row = self.subjects[name], np.sort(np.array(chosen, int))
            shown = one.stimulus_row[row]
            parts[name] = {
                "row": row,
                "responses": take_rows(one.responses, row),  # (B, V)
                "targets": {k: take_rows(t, shown) for k, t in self.targets.items()},
            }
            count += len(row)
        return Batch(count, parts)


class Dealer:
    """Deals the training rows of an epoch to its steps.

    Parameters
    ----------
    subjects : mapping of str to SubjectRows
    key : tuple of int
        Seed and epoch.
    """

    def __init__(
        self, subjects: Mapping[str, SubjectRows], key: tuple[int, int]
    ) -> None:
        self._subjects = dict(sorted(subjects.items()))
        self._packs: dict[str, deque[int]] = {name: deque() for name in subjects}
        self._random = {
            name: stream(zlib.crc32(f"{key[0]} {name}".encode()), ORDER, key[1])
            for name in subjects
        }

    def step(
        self, size: int, *, leave_out: set[str] | None = None
    ) -> dict[str, list[int]]:
        """Deal the rows of the next step, ``size`` to each subject.

        Raises
        ------
        DataError
            If there are too few stimuli for a step without doubles.
        """
        taken: set[int] = set()
        return {
            name: self._deal(name, size, taken)
            for name in self._subjects
            if name not in (leave_out or ())
        }

    def _deal(self, name: str, size: int, taken: set[int]) -> list[int]:
        one, pack = self._subjects[name], self._packs[name]
        size = min(size, len(np.unique(one.stimulus_row[one.train])))
        rows = _take(pack, one.stimulus_row, size, taken)
        if len(rows) < size:  # What is left clashes or has run out: round again.
            pack.extend(self._random[name].permutation(one.train).tolist())
            rows += _take(pack, one.stimulus_row, size - len(rows), taken)
        if len(rows) < size:
            raise DataError(
                f"subject '{name}' has too few stimuli that nobody else has in a batch "
                f"already: {len(rows)} of {size} rows could be dealt. Choose a smaller "
                "batch_size."
            )
        return rows


def _take(
    pack: "deque[int]", stimulus_row: np.ndarray, size: int, taken: set[int]
) -> list[int]:
    """Take the first rows of a pack whose stimuli are not taken; the others stay."""
    rows: list[int] = []
    passed: list[int] = []
    while pack and len(rows) < size:
        row = pack.popleft()
        stimulus = int(stimulus_row[row])
        if stimulus in taken:
            passed.append(row)
        else:
            taken.add(stimulus)
            rows.append(row)
    pack.extendleft(reversed(passed))
    return rows
