"""Journals as arrays that may be larger than memory."""

from typing import Any

import numpy as np

from boldwise.errors import StoreError
from boldwise.io.journal import Journal

HELD_BYTES = 2**28
ROWS_AT_ONCE = 512


class JournalRows:
    """The array of a whole journal, as ``write_store`` takes it: larger than memory.

    Parameters
    ----------
    journal : Journal
        Whole.

    Attributes
    ----------
    shape : tuple of int
    dtype : dtype
    by_rows : bool
        Rows are sliced, not columns: each is a chunk of the store.
    """

    def __init__(self, journal: Journal) -> None:
        if journal.layout is None or not journal.is_whole:
            raise StoreError(f"{journal.path}: not whole yet. Run again to go on.")
        self._journal, layout = journal, journal.layout
        self.shape = (layout.n_rows, *layout.shape)
        self.dtype = np.dtype(layout.dtype)
        self.by_rows = len(layout.shape) > 1
        self._first, self._held = 0, np.empty((layout.n_rows, 0), self.dtype)

    def __getitem__(self, key: Any) -> np.ndarray:
        """Take some rows, or with ``[..., columns]`` some columns."""
        if not isinstance(key, tuple):
            start, stop, _ = key.indices(self.shape[0])
            return self._journal.read(start, stop)
        start, stop, _ = key[-1].indices(self.shape[-1])
        if start < self._first or stop > self._first + self._held.shape[1]:
            self._hold(start, stop)
        return self._held[:, start - self._first : stop - self._first]

    def _hold(self, start: int, stop: int) -> None:
        """Keep many columns at once: each reading goes through the whole file."""
        width = max(stop - start, HELD_BYTES // (self.shape[0] * self.dtype.itemsize))
        stop = min(start + width, self.shape[1])
        self._first = start
        self._held = np.empty((self.shape[0], stop - start), self.dtype)
        for first in range(0, self.shape[0], ROWS_AT_ONCE):
            rows = slice(first, first + ROWS_AT_ONCE)
            self._held[rows] = self[rows][:, start:stop]
