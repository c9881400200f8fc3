"""Rows of two feature stores, one under the other, read when they are sliced."""

from typing import Any

import numpy as np

from boldwise.errors import ShapeMismatchError


class StackedRows:
    """Two sliceable matrices as one.

    Parameters
    ----------
    first : sliceable of shape (n_first, p)
    second : sliceable of shape (n_second, p_second)
    columns : array of int, shape (p_second,), optional
        Column of the first that each column of the second stands for; -1: none.
        Absent: they are the same.

    Raises
    ------
    ShapeMismatchError
        If they differ in their columns, and it is not said how.
    """

    def __init__(
        self, first: Any, second: Any, columns: np.ndarray | None = None
    ) -> None:
        if columns is None and first.shape[1] != second.shape[1]:
            raise ShapeMismatchError(
                f"new features have {second.shape[1]} columns, those of the study "
                f"{first.shape[1]}. Are they of the same model and layer?"
            )
        self._first, self._second, self._columns = first, second, columns
        self.dtype = np.dtype(np.float32)
        self.shape = (first.shape[0] + second.shape[0], first.shape[1])
        self.ndim = 2

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, key: Any) -> np.ndarray:
        """Read a range of rows: shape (n_rows, p)."""
        rows, *others = key if isinstance(key, tuple) else (key,)
        start, stop, _ = rows.indices(len(self))
        cut = self._first.shape[0]
        above = np.asarray(self._first[min(start, cut) : min(stop, cut)])
        below = np.asarray(self._second[max(start - cut, 0) : max(stop - cut, 0)])
        both = np.concatenate([above, self._placed(below)]).astype(self.dtype)
        return np.asarray(both[(slice(None), *others)])

    def _placed(self, rows: np.ndarray) -> np.ndarray:
        if self._columns is None:
            return rows
        placed = np.zeros((len(rows), self.shape[1]), rows.dtype)
        known = self._columns >= 0
        placed[:, self._columns[known]] = rows[:, known]
        return placed


def place_columns(
    known: np.ndarray | None, new: np.ndarray | None
) -> np.ndarray | None:
    """Find named columns among those of the study: words, categories.

    Parameters
    ----------
    known : array of str, shape (p,), or None
    new : array of str, shape (p_second,), or None

    Returns
    -------
    columns : array of int, shape (p_second,), or None
        As of ``StackedRows``; None where columns have no names.

    Examples
    --------
    >>> place_columns(np.array(["cat", "dog"]), np.array(["dog", "owl"])).tolist()
    [1, -1]
    """
    if known is None or new is None:
        return None
    place = {str(name): number for number, name in enumerate(known)}
    return np.array([place.get(str(name), -1) for name in new], dtype=int)
