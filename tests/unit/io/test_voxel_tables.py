"""Voxels have a place in a volume; those without information are found."""

import numpy as np
import pytest
from scipy.io import savemat

from boldwise.errors import DataError
from boldwise.io.voxel_tables import number_voxels, read_voxel_table, usable_voxels

ABOUT = {"ijk": "coords", "volume_shape": "dims", "one_based": True}


@pytest.fixture
def write(tmp_path):
    def write_table(coords, dims=(4, 3, 2)):
        path = tmp_path / "voxels.mat"
        savemat(path, {"coords": np.array(coords), "dims": np.array(dims)})
        return path

    return write_table


def test_matlab_indices_start_at_one(write):
    voxels = read_voxel_table(write([[1, 1, 1], [4, 3, 2]]), ABOUT)

    np.testing.assert_array_equal(voxels.ijk, [[0, 0, 0], [3, 2, 1]])
    assert voxels.volume_shape == (4, 3, 2)
    assert voxels.affine is None


@pytest.mark.parametrize("coords", [[[0, 1, 1]], [[1, 1, 3]]])
def test_indices_outside_the_volume_are_refused(write, coords):
    with pytest.raises(DataError, match=r"outside a volume of \(4, 3, 2\).*one_based"):
        read_voxel_table(write(coords), ABOUT)


def test_other_shapes_are_refused(write):
    with pytest.raises(DataError, match=r"'coords' has shape \(1, 2\)"):
        read_voxel_table(write([[1, 1]]), ABOUT)
    with pytest.raises(DataError, match="'dims' 2 values"):
        read_voxel_table(write([[1, 1, 1]], (4, 3)), ABOUT)


def test_voxels_without_a_place_lie_in_a_line():
    voxels = number_voxels(3)

    np.testing.assert_array_equal(voxels.ijk, [[0, 0, 0], [1, 0, 0], [2, 0, 0]])
    assert voxels.volume_shape == (3, 1, 1)


def test_constant_and_unknown_voxels_are_not_usable():
    response = np.array([[1.0, 5.0, np.nan, 1.0], [2.0, 5.0, 1.0, np.inf]])

    usable = usable_voxels(response, name="x")

    assert usable.tolist() == [True, False, False, False]


def test_a_subject_without_usable_voxels_is_refused_by_name():
    response = np.array([[1.0, 5.0], [np.nan, np.nan], [2.0, 5.0]])

    with pytest.raises(
        DataError, match=r"sub 3 has no usable voxel: of 2, 2.*1 trials"
    ):
        usable_voxels(response, name="sub 3")
