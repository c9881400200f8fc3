"""Matrices that lie by columns, laid out by rows for whoever reads row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

GIB = 2**30
SHARE = 4  # of the memory for the block of columns that is under way


@contextmanager
def by_rows(matrix: Any, *, memory_gb: float) -> Iterator[np.ndarray]:
    """Give a matrix in memory if it fits, or else in a file that is read by rows.

    Stores keep responses in blocks of columns, which suits ridge; a training step
    that wants 32 rows would read all of them.

    Parameters
    ----------
    matrix : sliceable of shape (n_rows, n_columns)
        For example a dataset of a store.
    memory_gb : float
        GiB that may be used.

    Yields
    ------
    rows : array of shape (n_rows, n_columns)
        In memory, or mapped from a file that is gone when the context is left.
    """
    n_rows, n_columns = matrix.shape
    row_bytes = n_columns * matrix.dtype.itemsize
    if n_rows * row_bytes <= memory_gb * GIB:
        yield np.asarray(matrix[:])
        return
    width = int(memory_gb * GIB / SHARE / (n_rows * matrix.dtype.itemsize))
    width = max(1, width)
    with TemporaryDirectory(prefix="boldwise-", ignore_cleanup_errors=True) as folder:
        rows = np.lib.format.open_memmap(
            Path(folder) / "rows.npy", "w+", matrix.dtype, matrix.shape
        )
        for start in range(0, n_columns, width):
            rows[:, start : start + width] = matrix[:, start : start + width]
        yield rows
