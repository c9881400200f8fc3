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
