"""Arrays of MATLAB and HDF5 files come as MATLAB shows them."""

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from boldwise.errors import DataError
from boldwise.io.foreign import read_fields

BETAS = np.arange(6.0).reshape(3, 2)
NAMES = ["cat1", "dog_2"]


@pytest.fixture
def version_5(tmp_path):
    cells = np.array(NAMES, dtype=object)
    content = {
        "B": {"set1": {"betas": BETAS, "condNames": cells}},
        "id": np.array([[7, 12]]),
        "column": np.array([[7.0], [12.0]]),
        "padded": np.array(["cat1 ", "dog_2"]),
    }
    savemat(tmp_path / "five.mat", content)
    return tmp_path / "five.mat"


@pytest.fixture
def version_73(tmp_path):
    """Write what MATLAB 7.3 writes: HDF5 behind 512 bytes, axes turned round."""
    path = tmp_path / "seven.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        betas = file.create_dataset("B/set1/betas", data=BETAS.T)
        betas.attrs["MATLAB_class"] = np.bytes_("double")
        places = []
        for row, name in enumerate(NAMES):
            codes = np.array([[ord(letter)] for letter in name], np.uint16)
            places.append(file.create_dataset(f"#refs#/{row}", data=codes).ref)
        cell = file.create_dataset("B/set1/condNames", (1, 2), h5py.ref_dtype)
        cell[0] = places
        cell.attrs["MATLAB_class"] = np.bytes_("cell")
        letters = [[ord(letter) for letter in name.ljust(5)] for name in NAMES]
        padded = file.create_dataset("padded", data=np.array(letters, np.uint16).T)
        padded.attrs["MATLAB_class"] = np.bytes_("char")
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file".ljust(512))
    return path


@pytest.mark.parametrize("version", ["version_5", "version_73"])
def test_structs_are_folders_whatever_the_version(version, request):
    path = request.getfixturevalue(version)

    fields = read_fields(path, ["B/set1/betas", "B/set1/condNames", "padded"])

    np.testing.assert_array_equal(fields["B/set1/betas"], BETAS)
    assert fields["B/set1/condNames"].tolist() == NAMES
    assert fields["padded"].tolist() == NAMES


def test_numbers_stay_numbers(version_5):
    assert read_fields(version_5, ["id"])["id"].tolist() == [[7, 12]]


def test_empty_and_numeric_cells_are_text_too(tmp_path):
    savemat(tmp_path / "c.mat", {"id": np.array(["", 7, "cat"], dtype=object)})

    assert read_fields(tmp_path / "c.mat", ["id"])["id"].tolist() == ["", "7", "cat"]


def test_a_column_stays_a_column(version_5):
    assert read_fields(version_5, ["column"])["column"].shape == (2, 1)


def test_hdf5_keeps_its_axes(tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["betas"] = BETAS
        file["fixed"] = np.array([b"cat1", b"dog_2"])
        file["text"] = NAMES

    fields = read_fields(tmp_path / "b.h5", ["betas", "fixed", "text"])

    np.testing.assert_array_equal(fields["betas"], BETAS)
    assert fields["fixed"].tolist() == fields["text"].tolist() == NAMES


@pytest.mark.parametrize("version", ["version_5", "version_73"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("B/set2/betas", r"no '.*set2.*"),
        ("C", "no 'C' .*beside it stand 'B'"),
        ("B/set1", "'B/set1' is a .* with 'betas', 'condNames'"),
    ],
)
def test_places_that_do_not_exist_are_refused(version, name, said, request):
    with pytest.raises(DataError, match=said):
        read_fields(request.getfixturevalue(version), [name])


def test_absent_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"gone.mat: no such file"):
        read_fields(tmp_path / "gone.mat", ["B"])


def test_files_of_other_kinds_are_refused(files):
    with pytest.raises(DataError, match=r"not from '.npy'"):
        read_fields(files.text("betas.npy", "x"), ["B"])


def test_files_that_are_no_matlab_files_are_refused(files):
    with pytest.raises(DataError, match="cannot be read as a MATLAB file"):
        read_fields(files.text("betas.mat", *["no matlab file"] * 50), ["B"])


@pytest.mark.parametrize("version", ["version_5", "version_73"])
def test_truncated_files_are_refused(version, request):
    path = request.getfixturevalue(version)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(DataError, match=r"cannot be read|no 'B'"):
        read_fields(path, ["B/set1/betas"])
