"""Features that others wrote: every format says the same, every defect is told."""

import h5py
import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.given_features import read_given_features, read_given_volumes

IDS = np.array(["b", "a"])
FEATURE = np.array([[1.5, -2.0, 0.0], [3.0, 4.0, 5.0]])


def write(path, ids=IDS, feature=FEATURE):
    if path.suffix == ".npz":
        np.savez(path, stimulus_id=ids, feature=feature)
    elif path.suffix in (".h5", ".hdf5"):
        with h5py.File(path, "w") as file:
            file["stimulus_id"] = ids.astype("S")
            file["feature"] = feature
    else:
        comma = "," if path.suffix == ".csv" else "\t"
        rows = [["stimulus_id", "x", "y", "z"]]
        rows += [[i, *row] for i, row in zip(ids, feature, strict=True)]
        lines = [comma.join(map(str, row)) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["f.csv", "f.tsv", "f.npz", "f.h5", "f.hdf5"])
def test_every_format_gives_the_same_features(tmp_path, name):
    space = read_given_features(write(tmp_path / name))

    assert space.stimulus_id.tolist() == ["b", "a"]
    np.testing.assert_array_equal(space.feature, FEATURE)
    assert space.feature.dtype == np.float32
    assert space.notes == {"file": name}


def test_columns_of_a_table_keep_their_names(tmp_path):
    table, array = write(tmp_path / "f.csv"), write(tmp_path / "f.npz")

    assert read_given_features(table).column.tolist() == ["x", "y", "z"]
    assert read_given_features(array).column is None


def test_only_the_columns_asked_for_are_read(tmp_path):
    path = tmp_path / "f.tsv"
    path.write_text("stimulus_id\tname\tx\ty\na\tdog\t1\t\nb\tcat\t2\tn/a\n")

    space = read_given_features(path, columns=["y", "x"])

    assert space.column.tolist() == ["y", "x"]
    np.testing.assert_array_equal(space.feature, [[np.nan, 1], [np.nan, 2]])


def test_text_among_numbers_is_told_with_its_row(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("stimulus_id,x\na,1\nb,dog\n")

    with pytest.raises(DataError, match=r"f.csv: row 3 of column 'x' holds 'dog'"):
        read_given_features(path)


@pytest.mark.parametrize("content", ["id,x\na,1\n", "stimulus_id,x\na,1\n"])
def test_a_missing_column_is_named(tmp_path, content):
    path = tmp_path / "f.csv"
    path.write_text(content)

    with pytest.raises(DataError, match=r"f.csv: no column '(stimulus_id|y)'"):
        read_given_features(path, columns=["y"])


def test_a_table_of_ids_alone_is_refused(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("stimulus_id\na\n")

    with pytest.raises(DataError, match="no column beside stimulus_id"):
        read_given_features(path)


@pytest.mark.parametrize("name", ["f.csv", "f.npz", "f.h5"])
def test_an_id_that_comes_twice_is_told_with_the_file(tmp_path, name):
    path = write(tmp_path / name, ids=np.array(["a", "a"]))

    with pytest.raises(DataError, match=rf"{name}: 1 stimulus ids .*: 'a'"):
        read_given_features(path)


@pytest.mark.parametrize("name", ["f.npz", "f.h5"])
def test_arrays_of_another_shape_or_type_are_refused(tmp_path, name):
    flat = write(tmp_path / name, feature=FEATURE[0])
    with pytest.raises(DataError, match=rf"{name}: 'feature' has shape \(3,\)"):
        read_given_features(flat)

    longer = write(tmp_path / name, feature=np.zeros((5, 2)))
    with pytest.raises(DataError, match=rf"{name}: features have shape \(5, 2\)"):
        read_given_features(longer)


def test_an_npz_without_features_says_what_it_has(tmp_path):
    path = tmp_path / "f.npz"
    np.savez(path, stimulus_id=IDS, features=FEATURE)

    with pytest.raises(DataError, match="no array 'feature'; it has stimulus_id, feat"):
        read_given_features(path)


def test_an_npz_that_needs_pickle_or_is_cut_is_refused(tmp_path):
    pickled = tmp_path / "p.npz"
    np.savez(pickled, stimulus_id=IDS.astype(object), feature=FEATURE)
    cut = write(tmp_path / "c.npz")
    cut.write_bytes(cut.read_bytes()[:-60])

    for path in (pickled, cut):
        with pytest.raises(DataError, match="cannot be read as NPZ without pickles"):
            read_given_features(path)


@pytest.mark.parametrize("name", ["f.csv", "f.npz", "f.h5"])
def test_an_absent_file_is_named(tmp_path, name):
    with pytest.raises(DataError, match=rf"{name}: no such file"):
        read_given_features(tmp_path / name)


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"not from '.xlsx'"):
        read_given_features(tmp_path / "f.xlsx")


def write_volumes(folder, *lengths, names=""):
    """Write a table of two columns for each run, without ids."""
    paths = {}
    for run, n in enumerate(lengths):
        rows = [f"{100 * run + k} {k}" for k in range(n)]
        paths[str(run)] = folder / f"{run}.txt"
        paths[str(run)].write_text("\n".join([names, *rows]) + "\n")
    return paths


def test_rows_without_ids_become_the_volumes_of_their_run(tmp_path):
    paths = write_volumes(tmp_path, 5, 4)

    space = read_given_volumes(paths, {"0": 3, "1": 2}, skip_rows=2, names=["a", "b"])

    assert space.stimulus_id[3] == "run-1_volume-0000"
    assert space.feature[:, 0].tolist() == [2, 3, 4, 102, 103]
    assert space.column.tolist() == ["a", "b"]


def test_names_in_the_table_serve_where_none_are_given(tmp_path):
    paths = write_volumes(tmp_path, 3, names="rate power")

    assert read_given_volumes(paths, {"0": 3}).column.tolist() == ["rate", "power"]


def test_all_tables_that_do_not_fit_their_run_are_told_at_once(tmp_path):
    paths = write_volumes(tmp_path, 5, 4)

    with pytest.raises(DataError) as caught:
        read_given_volumes(paths, {"0": 4, "1": 5})

    told = str(caught.value).splitlines()
    assert "5 rows less 0 skipped are 5, but the run has 4 volumes" in told[0]
    assert "4 rows less 0 skipped are 4, but the run has 5 volumes" in told[1]


def test_too_few_names_for_the_columns_are_told(tmp_path):
    with pytest.raises(DataError, match=r"2 columns, but 1 names \(a\)"):
        read_given_volumes(write_volumes(tmp_path, 3), {"0": 3}, names=["a"])


def test_tables_of_other_widths_are_refused_with_both(tmp_path):
    paths = write_volumes(tmp_path, 3, 3)
    paths["1"].write_text("1 2 3\n4 5 6\n7 8 9\n")

    with pytest.raises(DataError, match=r"have \[2, 3\] columns. Make them alike"):
        read_given_volumes(paths, {"0": 3, "1": 3})


def test_runs_keep_the_order_in_which_they_were_given(tmp_path):
    paths = write_volumes(tmp_path, 2, 2)
    backwards = {run: paths[run] for run in ("1", "0")}

    space = read_given_volumes(backwards, {"0": 2, "1": 2})

    assert space.feature[:, 0].tolist() == [100, 101, 0, 1]
    assert space.stimulus_id[0] == "run-1_volume-0000"
    assert space.notes["file"] == "1.txt, 0.txt"
