"""Mirrors src/boldwise/io/matrices.py."""

import h5py
import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.matrices import read_matrix, refuse_other_length

X = np.array([[1.0, -2.5e-3], [3.0, 4.0], [5.0, 6.0]])


def write(path, suffix):
    """Write X in one of the formats."""
    path = path / f"x{suffix}"
    if suffix == ".npy":
        np.save(path, X)
    elif suffix == ".hf5":
        with h5py.File(path, "w") as file:
            file["data"] = X
    else:
        separator = {".csv": ",", ".tsv": "\t"}.get(suffix, "   ")
        rows = [separator.join(map(str, row)) for row in X.tolist()]
        path.write_text("\n".join(["# comment", *rows, ""]))
    return path


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".tsv", ".1D", ".npy", ".hf5"])
def test_every_format_gives_the_same_numbers(tmp_path, suffix):
    matrix, names = read_matrix(write(tmp_path, suffix))

    np.testing.assert_array_equal(matrix, X)
    assert names == []


def test_a_line_of_names_is_known_as_such(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('"rate","power"\n1,n/a\n2,3\n')

    matrix, names = read_matrix(path)

    assert names == ["rate", "power"]
    np.testing.assert_array_equal(matrix, [[1, np.nan], [2, 3]])


def test_a_vector_has_one_column(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(4))

    assert read_matrix(tmp_path / "x.npy")[0].shape == (4, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 2\n3\n", r"row 2 holds 1 values, where 2 numbers"),
        ("1 2\n3 x\n", r"row 2 holds 'x', where 2 numbers"),
        ("a b\n", r"holds no numbers"),
    ],
)
def test_text_that_is_no_matrix_is_told(tmp_path, text, told):
    path = tmp_path / "x.txt"
    path.write_text(text)

    with pytest.raises(DataError, match=rf"x\.txt: {told}"):
        read_matrix(path)


def test_other_arrays_are_refused_with_their_shape(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((2, 2, 2)))

    with pytest.raises(DataError, match=r"shape \(2, 2, 2\) and type float64"):
        read_matrix(tmp_path / "x.npy")


def test_a_damaged_array_and_an_absent_file_are_told(tmp_path):
    (tmp_path / "x.npy").write_bytes(b"nothing")

    with pytest.raises(DataError, match="cannot be read as a NumPy array"):
        read_matrix(tmp_path / "x.npy")
    with pytest.raises(DataError, match="no such file"):
        read_matrix(tmp_path / "y.npy")


def test_rows_without_ids_must_be_as_many_as_volumes():
    refuse_other_length("x.txt", 372, skip_rows=10, n_volumes=362)

    with pytest.raises(DataError, match=r"372 rows less 0 skipped are 372, .* 362 vol"):
        refuse_other_length("x.txt", 372, skip_rows=0, n_volumes=362)
