"""Tokens of several levels and responses of one subject, ready for training.

Letters for shapes: L levels, T tokens, D token width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.encoders.map_study import refuse_tested_rows
from boldwise.errors import ShapeMismatchError


class StackedLevels:
    """Token arrays of several layers as one, read when rows are asked for.

    Parameters
    ----------
    levels : sequence of sliceable of shape (n_stimuli, T, D)
        From the first level to the last, for example datasets of one store.

    Raises
    ------
    ShapeMismatchError
        If their shapes differ.
    """

    def __init__(self, levels: Sequence[Any]) -> None:
        shapes = {tuple(one.shape) for one in levels}
        if len(shapes) != 1:
            raise ShapeMismatchError(
                f"tokens of {len(levels)} levels have shapes {sorted(shapes)}; they "
                "must be equal. Take blocks of one transformer, without its class "
                "token in all of them or in none."
            )
        n_stimuli, n_tokens, width = shapes.pop()
        self._levels = list(levels)
        self.shape = (n_stimuli, len(levels), n_tokens, width)
        self.dtype = np.dtype(levels[0].dtype)

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Tokens (n, L, T, D) of some rows: a slice, or ascending indices."""
        return np.stack([np.asarray(one[rows]) for one in self._levels], axis=1)


@dataclass(frozen=True)
class LevelStudy:
    """What a voxel-embedding encoder is fitted to in one subject.

    Attributes
    ----------
    tokens : sliceable of shape (n_stimuli, L, T, D)
        Float16 or float32; for example ``StackedLevels``.
    responses : array of shape (n_train, n_voxels)
        Any unit.
    train_row : array of int, shape (n_train,)
        Row of ``tokens`` that each response is to; repeats name a row again.
    test_row : array of int, shape (n_test,)
    groups : array of shape (n_train,), optional
        Rows of one group are all trained on, or all validated; absent: those of
        one stimulus.

    Raises
    ------
    ShapeMismatchError
        If rows, groups, responses and tokens do not agree.
    DataError
        If a stimulus is both trained on and tested.
    """

    tokens: Any
    responses: np.ndarray
    train_row: np.ndarray
    test_row: np.ndarray
    groups: np.ndarray | None = None

    def __post_init__(self) -> None:
        if len(self.tokens.shape) != 4 or len(self.train_row) != len(self.responses):
            raise ShapeMismatchError(
                f"tokens have shape {tuple(self.tokens.shape)}, wanted are (n_stimuli, "
                f"levels, tokens, width); there are {len(self.responses)} responses to "
                f"{len(self.train_row)} training rows. Stack levels, join by id."
            )
        if len(self.group) != len(self.train_row):
            raise ShapeMismatchError(
                f"{len(self.group)} groups for {len(self.train_row)} training rows. "
                "Give each training row its group, joined by id."
            )
        refuse_tested_rows(self.train_row, self.test_row)

    @property
    def group(self) -> np.ndarray:
        """Groups, shape (n_train,): as given, or the stimuli."""
        return self.train_row if self.groups is None else np.asarray(self.groups)
