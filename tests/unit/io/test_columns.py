"""Columns on disk come back as they were, however they came."""

import h5py
import numpy as np
import pytest

from boldwise.errors import ShapeMismatchError
from boldwise.io.columns import JoinedColumns, open_spool
from boldwise.io.stores import write_store

WIDTHS = [[100], [1, 99], [30, 0, 30, 40], [0, 100]]


@pytest.fixture
def results():
    rng = np.random.default_rng(0)
    return {
        "matrix": rng.standard_normal((7, 100), "f4"),
        "row": rng.standard_normal(100),
        "whole": rng.integers(0, 9, (2, 100)),
    }


def pieces(widths):
    ends = np.cumsum(widths)
    return [slice(int(end - n), int(end)) for n, end in zip(widths, ends, strict=True)]


def fill(spool, results, widths):
    for columns in pieces(widths):
        spool(columns, {name: values[..., columns] for name, values in results.items()})


@pytest.mark.parametrize("widths", WIDTHS)
def test_what_was_spooled_comes_back(results, widths, tmp_path):
    with open_spool(tmp_path / "a.h5") as spool:
        fill(spool, results, widths)

        for name, values in results.items():
            found = spool.results[name]
            assert (found.shape, found.dtype) == (values.shape, values.dtype)
            np.testing.assert_array_equal(found[..., :], values)
            np.testing.assert_array_equal(found[..., 25:63], values[..., 25:63])
        np.testing.assert_array_equal(spool.results["row"][3:5], results["row"][3:5])


@pytest.mark.parametrize("widths", WIDTHS)
def test_a_store_of_spooled_columns_is_that_of_the_arrays(results, widths, tmp_path):
    write_store(tmp_path / "a.h5", results, schema="test", attributes={"n": 1})

    with open_spool(tmp_path / "b.h5") as spool:
        fill(spool, results, widths)
        more = {"attributes": {"n": 1}, "schema": "test"}
        write_store(tmp_path / "b.h5", spool.results, **more)

    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_no_file_is_left_nor_seen(results, tmp_path):
    with open_spool(tmp_path / "new/a.h5") as spool:
        fill(spool, results, [50, 50])

        assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("again", [slice(0, 50), slice(60, 100)])
def test_columns_out_of_order_are_refused(results, again, tmp_path):
    with open_spool(tmp_path / "a.h5") as spool:
        fill(spool, results, [50])

        with pytest.raises(ShapeMismatchError, match=r"after 50 columns: they must"):
            spool(again, {"row": results["row"][again]})


@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("name", ["matrix", "row"])
def test_parts_side_by_side_are_the_whole(results, widths, name):
    values = results[name]

    joined = JoinedColumns([values[..., columns] for columns in pieces(widths)])

    assert (joined.shape, joined.dtype) == (values.shape, values.dtype)
    for start, stop in [(0, 100), (0, 1), (29, 31), (59, 100), (5, 5)]:
        expected = values[..., start:stop]
        np.testing.assert_array_equal(joined[..., start:stop], expected)


def test_parts_of_other_kinds_are_refused(results):
    with pytest.raises(ShapeMismatchError, match="parts differ in shape or type"):
        JoinedColumns([results["matrix"], results["whole"]])


@pytest.mark.parametrize("shape", [(3, 50_000), (5000, 300), (300_000,), (9, 9)])
def test_a_store_is_the_same_bytes_from_disk_as_from_memory(tmp_path, shape):
    values = np.random.default_rng(0).standard_normal(shape, "f4")
    write_store(tmp_path / "a.h5", {"x": values}, schema="test")

    with h5py.File(tmp_path / "a.h5") as file:
        write_store(tmp_path / "b.h5", {"x": file["x"]}, schema="test")

    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


@pytest.mark.parametrize("n_rows", [1, 100, 2000, 4096, 9000])
def test_blocks_of_voxels_start_where_chunks_do(tmp_path, n_rows):
    values = np.broadcast_to(np.float32(0), (n_rows, 300))
    write_store(tmp_path / "a.h5", {"x": values}, schema="test")

    with h5py.File(tmp_path / "a.h5") as file:
        rows, columns = file["x"].chunks
    assert columns == 300 or (columns >= 64 and 2048 % columns == 0)
    assert rows == n_rows or n_rows > 4096
