"""Targets that are read ahead, block by block.

Blocks are whole tiles of the solver, so results are the same bytes whatever their
width, and whichever part of the targets a job has.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.linear.solve import TILE

Sink = Callable[[slice, Mapping[str, np.ndarray]], None]
"""Takes the columns that results are about, and the results by name; the last axis
of each is that of the columns. Called in order, for every block once."""

Progress = Callable[[int, float], None]
"""Takes the number of targets done, and the seconds that the rest will take."""


class Clock:
    """Says how many targets are done, and how long the rest will take.

    Parameters
    ----------
    n_targets : int
    progress : callable, or None
        Told on every step.
    n_passes : int
        How often each target will be worked on: a target is done after the last.
    """

    def __init__(
        self, n_targets: int, progress: Progress | None = None, *, n_passes: int = 1
    ) -> None:
        self._progress, self._n_passes = progress, n_passes
        self._total, self._worked = n_targets * n_passes, 0
        self._started = time.monotonic()

    def add(self, n: int) -> None:
        """Count ``n`` more targets."""
        self._worked += n
        if self._progress is not None and self._worked:
            pace = (time.monotonic() - self._started) / self._worked
            left = (self._total - self._worked) * pace
            self._progress(self._worked // self._n_passes, left)


class Columns:
    """Some neighbouring columns of something sliceable; nothing is read before.

    Parameters
    ----------
    whole : sliceable of shape (n, n_targets)
    columns : slice
    """

    def __init__(self, whole: Any, columns: slice) -> None:
        self._whole = whole
        self._start, stop, _ = columns.indices(whole.shape[1])
        self.shape = (whole.shape[0], max(0, stop - self._start))
        self.dtype = whole.dtype

    def __getitem__(self, key: tuple[slice, slice]) -> Any:
        rows, columns = key
        start, stop, _ = columns.indices(self.shape[1])
        return self._whole[rows, self._start + start : self._start + stop]


class Rows:
    """Some rows of an array, taken for those columns that are sliced.

    Parameters
    ----------
    whole : array of shape (n, n_targets)
    rows : array of int, shape (n_rows,)
    """

    def __init__(self, whole: np.ndarray, rows: np.ndarray) -> None:
        self._whole, self._rows = whole, rows
        self.shape, self.dtype = (len(rows), whole.shape[1]), whole.dtype

    def __getitem__(self, key: tuple[slice, slice]) -> np.ndarray:
        rows, columns = key
        chosen: np.ndarray = self._whole[:, columns][self._rows][rows]
        return chosen


def cut_part(n_targets: int, number: int, n_parts: int) -> slice:
    """Columns of one of several parts: whole tiles, equally many up to one.

    Parameters
    ----------
    n_targets : int
    number : int
        From 1.
    n_parts : int

    Returns
    -------
    columns : slice
        Empty if there are fewer tiles than parts.

    Raises
    ------
    DataError
        If there is no such part.

    Examples
    --------
    >>> [cut_part(3 * TILE, n, 2).start // TILE for n in (1, 2)]
    [0, 1]
    """
    if not 1 <= number <= n_parts:
        raise DataError(f"there is no part {number} of {n_parts}.")
    n_tiles = -(-n_targets // TILE)
    first, last = ((number + k) * n_tiles // n_parts * TILE for k in (-1, 0))
    return slice(min(first, n_targets), min(last, n_targets))


def stream_blocks(
    targets: Any,
    work: Callable[[np.ndarray], Mapping[str, np.ndarray]],
    sink: Sink,
    *,
    width: int,
    clock: Clock,
) -> None:
    """Work on every block of targets while the next is read.

    Parameters
    ----------
    targets : sliceable with shape (n, n_targets) and dtype
        Read once, in order, as ``targets[:, a:b]``, by a thread of its own.
    work : callable
        Gets a block, array of shape (n, width) or narrower; gives results by name.
    sink : callable
        Takes the results of each block. Without targets it gets those of none, once.
    width : int
        Targets to read at a time: a multiple of TILE.
    clock : Clock
        Told after every block.

    Raises
    ------
    Exception
        Whatever reading, work or sink raised; nothing goes on behind it.
    """
    n_targets = targets.shape[1]
    blocks = [
        slice(start, min(start + width, n_targets))
        for start in range(0, max(n_targets, 1), width)
    ]

    def read(block: slice) -> Any:
        return targets[:, block]

    with ThreadPoolExecutor(max_workers=1) as reader:
        ahead: Future[Any] = reader.submit(read, blocks[0])
        for here, following in zip_longest(blocks, blocks[1:]):
            values = ahead.result()
            if following is not None:
                ahead = reader.submit(read, following)
            sink(here, work(values))
            clock.add(here.stop - here.start)
            del values  # The read after next must not find it in memory.


class Gather:
    """A sink that keeps everything in memory.

    Parameters
    ----------
    n_targets : int
        How many will come.

    Attributes
    ----------
    results : dict of array, each of shape (…, n_targets)
    """

    def __init__(self, n_targets: int) -> None:
        self.results: dict[str, np.ndarray] = {}
        self._n_targets = n_targets

    def __call__(self, columns: slice, results: Mapping[str, np.ndarray]) -> None:
        """Keep the results of some columns, each of shape (…, n_columns)."""
        for name, values in results.items():
            if name not in self.results:
                shape = (*values.shape[:-1], self._n_targets)
                self.results[name] = np.empty(shape, values.dtype)
            self.results[name][..., columns] = values
