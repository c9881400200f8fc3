"""Mean and width of training rows, measured block by block, for models to hold."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.training.rows import take_rows

BLOCK_BYTES = 2**26  # of rows that are read at once


@dataclass(frozen=True)
class RowScale:
    """What training rows are like, element by element.

    Attributes
    ----------
    mean, width : array of float32, shape (...)
        Of one row, in its unit. The width of an element that never varies is 1: it
        becomes 0 and stays so.
    """

    mean: np.ndarray
    width: np.ndarray

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Standardise rows (n, ...)."""
        return np.asarray((values - self.mean) / self.width, np.float32)

    def undo(self, values: np.ndarray) -> np.ndarray:
        """Bring standardised rows (n, ...) back to their unit."""
        return np.asarray(values * self.width + self.mean, np.float32)


def scale_of_rows(
    source: Any, rows: np.ndarray, *, what: str, together: bool = False
) -> RowScale:
    """Measure some rows of anything that can be sliced.

    Parameters
    ----------
    source : sliceable of shape (n_rows, ...)
        Array, memory map or HDF5 dataset.
    rows : array of int, shape (n,)
        Training rows; a row that comes twice counts twice.
    what : str
        Named in the message.
    together : bool
        One mean and width for all elements, as for the pixels of a picture.

    Returns
    -------
    scale : RowScale

    Raises
    ------
    DataError
        If there is no row, or a value is not finite.
    """
    if not len(rows):
        raise DataError(f"no row to measure the {what} by: all are left out.")
    shape = source.shape[1:]
    count = max(1, BLOCK_BYTES // max(1, 8 * int(np.prod(shape))))
    blocks = [rows[first : first + count] for first in range(0, len(rows), count)]
    mean = sum(_read(source, b).sum(0) for b in blocks) / len(rows)
    spread = sum(((_read(source, b) - mean) ** 2).sum(0) for b in blocks) / len(rows)
    bad = ~np.isfinite(spread)
    if bad.any():
        raise DataError(
            f"{int(bad.sum())} of {bad.size} {what} hold NaN or infinity in "
            f"{len(rows)} training rows. Mask them out."
        )
    if together:
        spread = np.full(shape, np.mean(spread) + np.var(mean))
        mean = np.full(shape, np.mean(mean))
    width = np.sqrt(spread)
    still = width <= 1e-6 * np.maximum(1e-6, np.abs(mean))
    width = np.where(still, 1.0, width)
    return RowScale(np.asarray(mean, np.float32), np.asarray(width, np.float32))


def _read(source: Any, rows: np.ndarray) -> np.ndarray:
    return np.asarray(take_rows(source, rows), np.float64)
