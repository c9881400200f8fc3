"""Levels are read as one array, row by row."""

import numpy as np
import pytest

from boldwise.encoders.level_study import LevelStudy, StackedLevels
from boldwise.errors import ShapeMismatchError

RNG = np.random.default_rng(0)
LEVELS = [RNG.standard_normal((6, 3, 4)).astype("f2") for _ in range(2)]


@pytest.mark.parametrize("rows", [slice(1, 4), np.array([0, 2, 5]), np.array([3])])
def test_rows_are_those_of_numpy_and_stay_halves(rows):
    stacked = StackedLevels(LEVELS)

    assert (len(stacked), stacked.shape, stacked.dtype) == (6, (6, 2, 3, 4), "f2")
    np.testing.assert_array_equal(stacked[rows], np.stack(LEVELS, 1)[rows])
    assert stacked[rows].dtype == np.float16


def test_one_level_is_a_stack_and_none_is_refused():
    assert StackedLevels(LEVELS[:1]).shape == (6, 1, 3, 4)
    with pytest.raises(ShapeMismatchError, match="tokens of 0 levels"):
        StackedLevels([])


def test_repeats_of_a_stimulus_are_one_group_unless_groups_are_given():
    rows, tokens = np.array([4, 0, 4]), StackedLevels(LEVELS)
    told = tokens, np.zeros((3, 1)), rows, np.array([1, 1])

    np.testing.assert_array_equal(LevelStudy(*told).group, rows)
    assert LevelStudy(*told, ["a", "a", "b"]).group.tolist() == ["a", "a", "b"]


def test_tokens_of_one_level_must_be_stacked_too():
    with pytest.raises(ShapeMismatchError, match=r"shape \(6, 3, 4\), wanted are"):
        LevelStudy(LEVELS[0], np.zeros((1, 2)), np.array([0]), np.array([1]))
