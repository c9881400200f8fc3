"""Matrices on disk that grow by columns, or are joined by them.

Both are sliceable with shape and dtype, as ``write_store`` takes them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np

from boldwise.errors import ShapeMismatchError


class SpooledColumns:
    """Columns that were appended to a scratch file, to be read again.

    They lie one after another, so that any range of them is one piece of the file,
    however many were appended at a time.

    Parameters
    ----------
    file : binary file
        Empty; for reading and writing.
    first : array of shape (…, n_columns)
        The first columns: those that follow have its type and other axes.
    """

    def __init__(self, file: IO[bytes], first: np.ndarray) -> None:
        self._file, self._lead = file, first.shape[:-1]
        self.dtype, self._n_columns = first.dtype, 0
        self.append(first)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape with all columns that were appended so far."""
        return (*self._lead, self._n_columns)

    def append(self, values: np.ndarray) -> None:
        """Write more columns, of shape (…, n_more)."""
        self._file.seek(0, 2)
        self._file.write(np.ascontiguousarray(values.T, self.dtype).data)
        self._n_columns += values.shape[-1]

    def __getitem__(self, key: Any) -> np.ndarray:
        columns = key[-1] if isinstance(key, tuple) else key
        start, stop, _ = columns.indices(self._n_columns)
        shape = (max(0, stop - start), *self._lead[::-1])
        column = int(np.prod(self._lead)) * self.dtype.itemsize
        self._file.seek(start * column)
        piece = self._file.read(shape[0] * column)
        return np.frombuffer(piece, self.dtype).reshape(shape).T


class Spool:
    """A sink that keeps results on disk until they are written to a store.

    Use ``open_spool``, which gives their disk space back.

    Parameters
    ----------
    new_file : callable
        Gives an empty scratch file for each kind of result.
    """

    def __init__(self, new_file: Callable[[], IO[bytes]]) -> None:
        self._new_file = new_file
        self.results: dict[str, SpooledColumns] = {}
        self._n_columns = 0

    def __call__(self, columns: slice, results: Mapping[str, np.ndarray]) -> None:
        """Append the results of the next columns, each of shape (…, n_columns).

        Raises
        ------
        ShapeMismatchError
            If columns were left out, or come twice.
        """
        if columns.start != self._n_columns:
            raise ShapeMismatchError(
                f"results of column {columns.start} came after {self._n_columns} "
                "columns: they must come in order."
            )
        self._n_columns = columns.stop
        for name, values in results.items():
            if name in self.results:
                self.results[name].append(values)
                continue
            self.results[name] = SpooledColumns(self._new_file(), values)


@contextmanager
def open_spool(beside: str | Path) -> Iterator[Spool]:
    """Keep the results of a streamed fit on the disk of the store to come.

    Parameters
    ----------
    beside : path
        Target of the store; its folder is made if need be.

    Yields
    ------
    spool : Spool
        A sink; afterwards its ``results`` go to ``write_store``.
    """
    folder = Path(beside).parent
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # It has no name in the folder: nothing is left if the job is killed.
        yield Spool(lambda: stack.enter_context(TemporaryFile(dir=folder)))


class JoinedColumns:
    """Several matrices side by side, read when columns are sliced.

    Parameters
    ----------
    parts : sequence of sliceable, each of shape (…, n_columns of the part)
        At least one.

    Raises
    ------
    ShapeMismatchError
        If they differ in type or in another axis.
    """

    def __init__(self, parts: Sequence[Any]) -> None:
        kinds = {(part.shape[:-1], str(part.dtype)) for part in parts}
        if len(kinds) != 1:
            raise ShapeMismatchError(f"parts differ in shape or type: {sorted(kinds)}.")
        self._parts, self.dtype = parts, np.dtype(parts[0].dtype)
        self._ends = np.cumsum([part.shape[-1] for part in parts])
        self.shape = (*parts[0].shape[:-1], int(self._ends[-1]))

    def __getitem__(self, key: Any) -> np.ndarray:
        columns = key[-1] if isinstance(key, tuple) else key
        start, stop, _ = columns.indices(self.shape[-1])
        pieces = []
        for part, end in zip(self._parts, self._ends, strict=True):
            first = int(end) - part.shape[-1]
            here = slice(max(start - first, 0), max(min(stop, int(end)) - first, 0))
            pieces.append(part[..., here])
        return np.concatenate(pieces, axis=-1)
