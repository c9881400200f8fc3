"""Maps and responses that belong together, and scales that see training rows only."""

import numpy as np
import pytest

from boldwise.encoders.map_study import (
    BLOCK,
    MapStudy,
    read_blocks,
    scale_of_columns,
    scale_of_features,
)
from boldwise.errors import DataError, ShapeMismatchError

RNG = np.random.default_rng(0)
MAPS = RNG.standard_normal((200, 6, 3)) * [1, 20, 0.01] + [5, -300, 0]


def test_features_are_scaled_as_by_all_training_rows_at_once():
    rows = RNG.permutation(200)[: 2 * BLOCK + 7]

    scale = scale_of_features(MAPS, rows)

    flat = MAPS[rows].reshape(-1, 3)
    np.testing.assert_allclose(scale.mean, flat.mean(0), rtol=1e-5)
    np.testing.assert_allclose(scale.width, flat.std(0), rtol=1e-5)


def test_repeats_of_a_stimulus_count_once():
    once, often = (scale_of_features(MAPS, rows) for rows in ([3, 9], [3, 3, 3, 9]))

    np.testing.assert_array_equal(once.mean, often.mean)


def test_a_column_that_does_not_vary_keeps_its_unit():
    scale = scale_of_columns(np.column_stack([np.full(5, 7.0), np.arange(5)]))

    assert scale.width[0] == 1
    np.testing.assert_array_equal(scale.apply(np.array([[7.0, 2.0]])), [[0, 0]])


def test_a_scale_is_undone():
    scale = scale_of_columns(MAPS[:, 0])

    np.testing.assert_allclose(
        scale.undo(scale.apply(MAPS[:, 0])), MAPS[:, 0], rtol=1e-5, atol=1e-6
    )


def test_rows_come_in_the_order_asked_for():
    rows = RNG.integers(0, 200, 3 * BLOCK)

    found = np.concatenate(list(read_blocks(MAPS, rows)))

    np.testing.assert_array_equal(found, MAPS[rows])


def test_all_that_does_not_agree_is_told_at_once():
    with pytest.raises(ShapeMismatchError) as raised:
        MapStudy(MAPS, (2, 4), np.zeros((3, 2)), np.arange(4), np.arange(9, 12))

    assert "not (n_stimuli, places, features) of a grid of 2 by 4" in str(raised.value)
    assert "4 training rows, but 3 responses" in str(raised.value)


def test_groups_must_be_one_per_row():
    rows, tested = np.arange(4), np.arange(9, 12)
    with pytest.raises(ShapeMismatchError, match="2 groups for 4 training rows"):
        MapStudy(MAPS, (2, 3), np.zeros((4, 2)), rows, tested, np.zeros(2))


def test_a_stimulus_cannot_be_trained_on_and_tested():
    with pytest.raises(DataError, match=r"1 stimuli are both trained on .*row 3 first"):
        MapStudy(MAPS, (2, 3), np.zeros((4, 2)), np.arange(4), np.array([3, 9]))


def test_without_groups_repeats_of_a_stimulus_are_one():
    study = MapStudy(MAPS, (2, 3), np.zeros((3, 2)), np.array([5, 5, 8]), np.array([9]))

    np.testing.assert_array_equal(study.group, [5, 5, 8])
