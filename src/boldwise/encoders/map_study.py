"""Maps of features and responses of one subject, ready for a model that is trained.

Letters for shapes: B stimuli of a batch, T places of the map, D features, V voxels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError

BLOCK = 64  # stimuli read at once


@dataclass(frozen=True)
class MapStudy:
    """What a spatial readout is fitted to, and what it predicts.

    Attributes
    ----------
    maps : sliceable of shape (n_stimuli, T, D)
        Features of every place, row by row from the top left; float16 or float32.
    grid : (int, int)
        Rows and columns; T is their product.
    responses : array of shape (n_train, n_voxels)
        Any unit.
    train_row : array of int, shape (n_train,)
        Row of ``maps`` that each response is to; repeats name a row again.
    test_row : array of int, shape (n_test,)
    groups : array of shape (n_train,), optional
        Rows of one group are all trained on, or all validated; absent: those of
        one stimulus.

    Raises
    ------
    ShapeMismatchError
        If grid and places, or rows and responses, do not agree.
    DataError
        If a stimulus is both trained on and tested.
    """

    maps: Any
    grid: tuple[int, int]
    responses: np.ndarray
    train_row: np.ndarray
    test_row: np.ndarray
    groups: np.ndarray | None = None

    def __post_init__(self) -> None:
        n_rows, n_columns = self.grid
        problems = []
        if len(self.maps.shape) != 3 or self.maps.shape[1] != n_rows * n_columns:
            problems.append(
                f"maps of shape {tuple(self.maps.shape)} are not (n_stimuli, places, "
                f"features) of a grid of {n_rows} by {n_columns}"
            )
        if len(self.train_row) != len(self.responses):
            problems.append(
                f"{len(self.train_row)} training rows, but {len(self.responses)} "
                "responses"
            )
        if self.groups is not None and len(self.groups) != len(self.train_row):
            problems.append(
                f"{len(self.groups)} groups for {len(self.train_row)} training rows"
            )
        if problems:
            raise ShapeMismatchError(
                "; ".join(problems) + ". Take them from one feature store and one "
                "response store, joined by stimulus id."
            )
        refuse_tested_rows(self.train_row, self.test_row)

    @property
    def group(self) -> np.ndarray:
        """Groups, shape (n_train,): as given, or the stimuli."""
        return self.train_row if self.groups is None else np.asarray(self.groups)


@dataclass(frozen=True)
class Scale:
    """A shift and a width per column.

    Attributes
    ----------
    mean, width : array of float32, shape (n_columns,)
        Width is 1 where a column does not vary.
    """

    mean: np.ndarray
    width: np.ndarray

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Standardise values of shape (..., n_columns), as float32."""
        return np.asarray((values - self.mean) / self.width, np.float32)

    def undo(self, values: np.ndarray) -> np.ndarray:
        """Turn standardised values of shape (..., n_columns) back, as float32."""
        return np.asarray(values * self.width + self.mean, np.float32)


def scale_of_features(maps: Any, rows: np.ndarray) -> Scale:
    """Mean and spread of each feature over stimuli and places, read in blocks.

    Parameters
    ----------
    maps : sliceable of shape (n_stimuli, ..., D)
        Maps of T places, or pictures of D planes.
    rows : array of int, shape (n_train,)
        Training stimuli; a stimulus counts once.

    Returns
    -------
    scale : Scale
        D columns.
    """
    count, mean, squares = 0, np.zeros(0), np.zeros(0)
    for block in read_blocks(maps, np.unique(rows)):
        values = np.asarray(block, np.float64).reshape(-1, block.shape[-1])  # (B T, D)
        here = values.mean(0)
        away = ((values - here) ** 2).sum(0)
        if not count:
            count, mean, squares = len(values), here, away
            continue
        total = count + len(values)
        squares = squares + away + (here - mean) ** 2 * count * len(values) / total
        mean = mean + (here - mean) * len(values) / total
        count = total
    return _scale(mean, np.sqrt(squares / max(count, 1)))


def scale_of_columns(values: np.ndarray) -> Scale:
    """Mean and spread of each column of responses.

    Parameters
    ----------
    values : array of shape (n_rows, n_voxels)

    Returns
    -------
    scale : Scale

    Raises
    ------
    DataError
        If a response is NaN or infinite.
    """
    refuse_gaps(values)
    wide = np.asarray(values, np.float64)
    return _scale(wide.mean(0), wide.std(0))


def refuse_tested_rows(train_row: np.ndarray, test_row: np.ndarray) -> None:
    """Raise if a stimulus is both trained on and tested.

    Parameters
    ----------
    train_row : array of int, shape (n_train,)
    test_row : array of int, shape (n_test,)

    Raises
    ------
    DataError
        Telling how many, and the first row.
    """
    shared = np.intersect1d(train_row, test_row)
    if len(shared):
        raise DataError(
            f"{len(shared)} stimuli are both trained on and tested (row "
            f"{shared[0]} first). Take both from one split."
        )


def refuse_gaps(responses: np.ndarray) -> None:
    """Refuse responses (n_rows, n_voxels) that are NaN or infinite.

    Raises
    ------
    DataError
    """
    wrong = np.flatnonzero(~np.isfinite(responses).all(0))
    if len(wrong):
        raise DataError(
            f"{len(wrong)} of {responses.shape[1]} voxels have responses that are NaN "
            f"or infinite (column {wrong[0]} first). Voxels of one model are trained "
            "together: leave these out."
        )


def read_blocks(maps: Any, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Read rows in blocks, in the order that is asked for.

    Parameters
    ----------
    maps : sliceable of shape (n_stimuli, ...)
    rows : array of int, shape (n,)
        In any order; repeats are allowed.

    Yields
    ------
    block : array of shape (B, ...)
    """
    for start in range(0, len(rows), BLOCK):
        wanted = rows[start : start + BLOCK]
        ascending, place = np.unique(wanted, return_inverse=True)
        yield np.asarray(maps[ascending])[place]


def _scale(mean: np.ndarray, spread: np.ndarray) -> Scale:
    flat = spread <= 1e-6 * np.maximum(np.abs(mean), 1e-12)
    width = np.where(flat, 1.0, spread)
    return Scale(mean.astype(np.float32), width.astype(np.float32))
