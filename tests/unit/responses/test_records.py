"""Mirrors src/boldwise/responses/records.py."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.errors import ShapeMismatchError
from boldwise.responses.records import Responses, Trials, Voxels


@pytest.fixture
def trials():
    """Three trials with distinct values in every column."""
    return Trials(
        stimulus_id=np.array(["a", "b", "a"]),
        session=np.array(["1", "1", "2"]),
        run=np.array(["01", "02", "03"]),
        onset_s=np.array([0.0, 1.0, 2.0]),
        repeat=np.array([0, 0, 1]),
    )


@pytest.fixture
def voxels():
    """Two voxels, one of them in a region."""
    roi = {"V1": np.array([False, True])}
    return Voxels(np.array([[0, 0, 0], [1, 2, 3]]), (4, 4, 4), np.eye(4), roi)


@pytest.mark.parametrize("rows", [[2, 0], np.array([True, False, True])])
def test_all_columns_of_trials_are_taken_together(trials, rows):
    taken = trials.take(rows)

    assert len(taken) == 2
    for name, column in vars(trials).items():
        np.testing.assert_array_equal(getattr(taken, name), column[rows])


def test_regions_follow_the_voxels_that_are_taken(voxels):
    taken = voxels.take(np.array([1]))

    assert taken.ijk.tolist() == [[1, 2, 3]]
    assert taken.roi["V1"].tolist() == [True]
    assert taken.volume_shape == voxels.volume_shape


def test_columns_of_unequal_length_are_refused(trials):
    with pytest.raises(ShapeMismatchError, match=r"trial columns differ.*'run': 2"):
        replace(trials, run=trials.run[:2])


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (3,)])
def test_responses_that_do_not_fit_their_tables_are_refused(trials, voxels, shape):
    with pytest.raises(
        ShapeMismatchError, match=r"responses have shape .* 3 trials and 2 voxels"
    ):
        Responses(np.zeros(shape), trials, voxels)


@pytest.fixture
def mixed():
    """Lay out two vertices of each cortex, and two voxels below it."""
    left, right = ["CORTEX_LEFT"] * 2, ["CORTEX_RIGHT"] * 2
    return Voxels(
        ijk=np.array([[-1] * 3] * 4 + [[0, 0, 1], [1, 0, 0]]),
        volume_shape=(2, 2, 2),
        vertex=np.array([0, 4, 0, 5, -1, -1]),
        structure=np.array([*left, *right, "THALAMUS_LEFT", "BRAIN_STEM"]),
        n_vertices={"CORTEX_LEFT": 5, "CORTEX_RIGHT": 6},
    )


def test_places_are_numbers_of_their_own(mixed):
    assert mixed.place.tolist() == [8, 12, 13, 18, 1, 4]
    order = np.array([5, 2, 0])
    assert mixed.take(order).place.tolist() == [4, 13, 8]


def test_the_side_follows_from_the_structure(mixed, voxels):
    assert mixed.hemisphere.tolist() == ["L", "L", "R", "R", "L", ""]
    assert mixed.on_surface.tolist() == [True] * 4 + [False] * 2
    assert voxels.hemisphere.tolist() == ["", ""]
    assert not voxels.on_surface.any()


def test_places_of_a_volume_count_its_voxels(voxels):
    assert voxels.place.tolist() == [0, 1 * 16 + 2 * 4 + 3]


def test_columns_of_another_length_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"2 voxels, but columns of.*'V1': 3"):
        Voxels(np.zeros((2, 3), int), (1, 1, 1), roi={"V1": np.ones(3, bool)})
