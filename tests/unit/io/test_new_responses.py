"""Responses from outside are put in the order of the model's voxels, or refused."""

import numpy as np
import pytest

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.io.images import write_volume
from boldwise.io.new_responses import read_new_responses
from boldwise.io.records import write_responses
from boldwise.responses.records import Responses, Trials, Voxels

SHAPE = (4, 3, 2)
IJK = np.array([[0, 0, 1], [3, 2, 0], [1, 1, 1]])
VOXELS = Voxels(IJK, SHAPE, np.diag([2.0, 2.0, 2.0, 1.0]))
RESPONSE = np.arange(12.0, dtype="f4").reshape(4, 3)


def store(path, *, ijk=IJK, shape=SHAPE, unit="z", ids="abca", response=RESPONSE):
    trials = Trials(
        np.array(list(ids)),
        *(np.full(4, "1"), np.full(4, "1")),
        np.arange(4.0),
        np.zeros(4, int),
    )
    voxels = Voxels(np.asarray(ijk), shape, VOXELS.affine)
    made = Responses(response, trials, voxels, unit=unit)
    write_responses(path, made, provenance={})
    return path


def read(path):
    return read_new_responses(path, VOXELS, unit="z")


def test_repeats_of_an_id_are_averaged(tmp_path):
    ids, response = read(store(tmp_path / "new.h5"))

    assert ids.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(response, [[4.5, 5.5, 6.5], [3, 4, 5], [6, 7, 8]])


def test_voxels_of_a_store_are_found_by_their_place(tmp_path):
    more = np.array([[2, 0, 0], *IJK[::-1]])
    wide = np.concatenate([np.full((4, 1), 99.0), RESPONSE[:, ::-1]], axis=1)
    path = store(tmp_path / "new.h5", ijk=more, response=wide.astype("f4"), ids="abcd")

    np.testing.assert_array_equal(read(path)[1], RESPONSE)


def test_an_image_is_read_at_the_voxels_of_the_model(tmp_path):
    volume = np.zeros((*SHAPE, 4), "f4")
    volume[tuple(IJK.T)] = RESPONSE.T
    write_volume(tmp_path / "new.nii.gz", volume, VOXELS.affine)

    ids, response = read(tmp_path / "new.nii.gz")

    assert ids.tolist() == ["row-1", "row-2", "row-3", "row-4"]
    np.testing.assert_array_equal(response, RESPONSE)


def test_a_matrix_and_a_table_are_taken_in_the_order_of_the_model(tmp_path):
    np.save(tmp_path / "new.npy", RESPONSE)
    rows = [
        "\t".join([name, *map(str, row)])
        for name, row in zip("dcba", RESPONSE, strict=True)
    ]
    text = "\n".join(["stimulus_id\tv1\tv2\tv3", *rows])
    (tmp_path / "new.tsv").write_text(text)

    np.testing.assert_array_equal(read(tmp_path / "new.npy")[1], RESPONSE)
    ids, response = read(tmp_path / "new.tsv")
    assert ids.tolist() == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(response, RESPONSE[::-1])


def test_rows_without_ids_keep_their_order(tmp_path):
    many = np.arange(36.0).reshape(12, 3)
    np.save(tmp_path / "new.npy", many)

    ids, response = read(tmp_path / "new.npy")

    assert ids[[0, 9, 11]].tolist() == ["row-01", "row-10", "row-12"]
    np.testing.assert_array_equal(response, many)


def test_another_number_of_voxels_is_refused(tmp_path):
    np.save(tmp_path / "new.npy", RESPONSE[:, :2])

    with pytest.raises(
        ShapeMismatchError, match=r"2 columns, but .* fitted to 3 voxels"
    ):
        read(tmp_path / "new.npy")


def test_what_is_no_number_is_refused(tmp_path):
    broken = RESPONSE.copy()
    broken[1, 2] = np.nan
    np.save(tmp_path / "new.npy", broken)

    with pytest.raises(DataError, match=r"1 of 12 responses are NaN .* in 1 voxels"):
        read(tmp_path / "new.npy")


def test_missing_voxels_are_counted(tmp_path):
    path = store(tmp_path / "new.h5", ijk=[[0, 0, 1], [3, 2, 0], [0, 0, 0]])

    with pytest.raises(DataError, match="lacks 1 of the 3 voxels"):
        read(path)


def test_another_space_is_refused(tmp_path):
    path = store(tmp_path / "new.h5", shape=(5, 5, 5))

    with pytest.raises(ShapeMismatchError, match=r"volume of shape \(5, 5, 5\)"):
        read(path)


def test_another_unit_is_refused(tmp_path):
    path = store(tmp_path / "new.h5", unit="percent signal change")

    with pytest.raises(DataError, match=r"in 'percent signal change', but .* to 'z'"):
        read(path)


def test_an_image_elsewhere_in_space_is_refused(tmp_path):
    moved = VOXELS.affine.copy()
    moved[0, 3] = 4.0
    write_volume(tmp_path / "new.nii.gz", np.zeros((*SHAPE, 2), "f4"), moved)

    with pytest.raises(DataError, match=r"another affine .* up to 4 mm"):
        read(tmp_path / "new.nii.gz")


def test_an_unknown_file_is_refused(tmp_path):
    (tmp_path / "new.gii").write_text("")

    with pytest.raises(DataError, match=r"responses are read from \.h5"):
        read(tmp_path / "new.gii")
