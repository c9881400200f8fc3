"""Batches of rows: a seeded order per epoch, read from memory or from disk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.training.rows import digest_of, take_rows
from boldwise.training.seeds import COLUMNS, JUDGED, ORDER, stream


@dataclass(frozen=True)
class Batch:
    """What one step sees.

    Attributes
    ----------
    n_rows : int
        Weight of its loss in means.
    arrays : dict
        By name: arrays of shape (n_rows, ...), numbers, or again such a dict. The
        model's ``loss`` gets it with tensors in place of arrays.
    """

    n_rows: int
    arrays: dict[str, Any]


class BatchSource(Protocol):
    """Where ``train`` takes its batches from."""

    def n_steps(self, batch_size: int) -> int:
        """Count the steps of one epoch."""

    def training(
        self, epoch: int, *, batch_size: int, seed: int, start: int
    ) -> Iterator[Batch]:
        """Batches of one epoch, from step ``start`` on; none depends on another."""

    def validation(self, *, batch_size: int, seed: int) -> Iterator[Batch]:
        """Batches to judge the model by: the same ones every time, or none."""

    def digest(self) -> str:
        """Tell this source from another, so that no run resumes on other data."""


@dataclass(frozen=True)
class RowBatches:
    """Rows of arrays that belong together: tokens and responses, say.

    Within a batch rows are ascending, so that files are read in their order. Each
    training row comes once per epoch.

    Attributes
    ----------
    arrays : mapping of str to sliceable of shape (n_rows, ...)
        What a batch holds; float16 reaches the model as float32.
    validation_row : array of int, shape (n_validation,)
        Rows to judge by (``training.split``); all others train.
    place : mapping of str to array of int, shape (n_rows,)
        For an array whose rows are others: where each row's values lie in it, for
        example the tokens of each trial's stimulus.
    drawn : mapping of str to int
        For an array of shape (n_rows, n_columns): draw so many columns per step. The
        batch then holds them, and ``<name>_column`` of shape (n_drawn,) says which.
        Validation always sees the same columns.
    apart : array of shape (n_rows,), or None
        Rows of one label never share a batch: repeats of one image, where a loss
        tells the images of a batch from one another.
    extra : mapping
        Constants that every batch holds, for example the number of the subject.

    Raises
    ------
    ShapeMismatchError
        If arrays differ in rows.
    DataError
        If a row does not exist, no row is left to train on, or more columns are
        drawn than there are.
    """

    arrays: Mapping[str, Any]
    validation_row: np.ndarray = field(default_factory=lambda: np.empty(0, int))
    place: Mapping[str, np.ndarray] = field(default_factory=dict)
    drawn: Mapping[str, int] = field(default_factory=dict)
    apart: np.ndarray | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counts = {name: self._n_rows_of(name) for name in self.arrays}
        if len(set(counts.values())) != 1:
            told = ", ".join(f"'{name}' {n}" for name, n in counts.items())
            raise ShapeMismatchError(
                f"the arrays of a batch must have equal rows; given: {told or 'none'}. "
                "Give `place` for an array whose rows are others."
            )
        rows = self.validation_row
        if len(rows) and not 0 <= rows.min() <= rows.max() < self.n_rows:
            raise DataError(
                f"validation rows reach from {rows.min()} to {rows.max()}, but there "
                f"are rows 0 to {self.n_rows - 1} only."
            )
        if not len(self.training_row):
            raise DataError(
                f"no row is left to train on: all {self.n_rows} are for validation. "
                "Choose a smaller validation share."
            )
        for name, n_drawn in self.drawn.items():
            n_columns = self.arrays[name].shape[1]
            if not 0 < n_drawn <= n_columns:
                raise DataError(
                    f"{n_drawn} columns of '{name}' are to be drawn per step, it has "
                    f"{n_columns}. Draw 1 to {n_columns}."
                )

    def _n_rows_of(self, name: str) -> int:
        return (
            len(self.place[name]) if name in self.place else self.arrays[name].shape[0]
        )

    @property
    def n_rows(self) -> int:
        """Rows of all kinds."""
        return self._n_rows_of(next(iter(self.arrays)))

    @property
    def training_row(self) -> np.ndarray:
        """Rows to train on, ascending, shape (n_training,)."""
        rows: np.ndarray = np.setdiff1d(np.arange(self.n_rows), self.validation_row)
        return rows

    def n_steps(self, batch_size: int) -> int:
        """Count the steps of one epoch: no row is dropped, sizes differ by one."""
        return -(-len(self.training_row) // batch_size)

    def training(
        self, epoch: int, *, batch_size: int, seed: int, start: int = 0
    ) -> Iterator[Batch]:
        """Batches of one epoch, from step ``start`` on."""
        steps = deal_rows(
            self.training_row,
            self.n_steps(batch_size),
            stream(seed, ORDER, epoch),
            apart=self.apart,
        )
        for step in range(start, len(steps)):
            yield self._read(steps[step], stream(seed, COLUMNS, epoch, step))

    def validation(self, *, batch_size: int, seed: int) -> Iterator[Batch]:
        """Batches to judge by: the same rows and columns every time."""
        rows = np.unique(self.validation_row)
        for step, start in enumerate(range(0, len(rows), batch_size)):
            batch = rows[start : start + batch_size]
            yield self._read(batch, stream(seed, JUDGED, 0, step))

    def digest(self) -> str:
        """Tell this source from another by shapes and by many of the values."""
        every = np.arange(self.n_rows)
        told = [
            f"{name}:{digest_of(array, self.place.get(name, every))}"
            for name, array in sorted(self.arrays.items())
        ]
        told += [str(np.unique(self.validation_row).tolist()), str(dict(self.drawn))]
        told += ["" if self.apart is None else str(np.asarray(self.apart).tolist())]
        return " ".join([*told, str(dict(self.extra))])

    def _read(self, rows: np.ndarray, generator: np.random.Generator) -> Batch:
        found: dict[str, Any] = {"row": rows, **self.extra}
        for name, array in self.arrays.items():
            values = take_rows(
                array, self.place[name][rows] if name in self.place else rows
            )
            if name in self.drawn:
                count = self.drawn[name]
                column = np.sort(
                    generator.choice(values.shape[1], count, replace=False)
                )
                values, found[f"{name}_column"] = values[:, column], column
            found[name] = values
        return Batch(len(rows), found)


def deal_rows(
    rows: np.ndarray,
    n_steps: int,
    generator: np.random.Generator,
    *,
    apart: np.ndarray | None = None,
) -> list[np.ndarray]:
    """Deal rows to the steps of an epoch at random, as one deals cards.

    Parameters
    ----------
    rows : array of int, shape (n_training,)
    n_steps : int
    generator : numpy.random.Generator
    apart : array of shape (n_rows,), or None
        Label of every row (also of those not dealt); rows of one label lie side by
        side in the pack, so that they go to different steps.

    Returns
    -------
    steps : list of array of int
        Rows of each step, ascending; sizes differ by one at most.

    Raises
    ------
    DataError
        If a label has more rows than there are steps.
    """
    pack = generator.permutation(rows)
    if apart is not None:
        _, label, count = np.unique(
            np.asarray(apart)[pack], return_inverse=True, return_counts=True
        )
        if count.max() > n_steps:
            raise DataError(
                f"{count.max()} rows of one label must lie in different batches, but "
                f"an epoch has {n_steps}. Choose a smaller batch_size, or average "
                "repeats."
            )
        pack = pack[np.argsort(generator.permutation(len(count))[label], kind="stable")]
    order = generator.permutation(n_steps)
    return [np.sort(pack[step::n_steps]) for step in order]
