"""Mirrors src/boldwise/io/stores.py."""

import h5py
import numpy as np
import pytest

from boldwise.errors import DataError, StoreError
from boldwise.io.chunks import CHUNK_BYTES
from boldwise.io.seals import seal, spans_of_chunks
from boldwise.io.stores import (
    Dataset,
    open_foreign_hdf5,
    open_store,
    write_store,
)

TYPES = ["f4", "f8", "i1", "i8", "u1", "bool"]


@pytest.fixture
def path(tmp_path):
    """Write a small store: numbers, text, a group, attributes."""
    path = tmp_path / "a.h5"
    datasets = {"x": np.arange(6.0).reshape(2, 3), "ids": np.array(["b", "äé"])}
    write_store(path, {**datasets, "g/y": np.ones(4)}, schema="test")
    return path


def tamper(path, change):
    """Change a store as a boldwise of another kind would have written it."""
    with h5py.File(path, "a") as file:
        change(file)
    with h5py.File(path) as file:
        spans = spans_of_chunks(file)
    seal(path, spans)


def read(path, name):
    with open_store(path, schema="test") as store:
        return store[name][()]


@pytest.mark.parametrize("dtype", TYPES)
def test_numbers_come_back_as_they_were(tmp_path, dtype):
    values = np.array([[0, 1, 0], [1, 1, 0]], dtype=dtype)

    write_store(tmp_path / "a.h5", {"x": values}, schema="test")

    found = read(tmp_path / "a.h5", "x")
    np.testing.assert_array_equal(found, values)
    assert found.dtype == values.dtype


@pytest.mark.parametrize(
    "values",
    [
        np.array(["a", "", "日本", "with space "]),
        np.array([["a", "b"], ["cc", "d"]]),
        np.array(["x", "longer"], dtype=object),
        np.array([], dtype=str),
        np.array(["", ""]),
    ],
)
def test_text_comes_back_as_it_was(tmp_path, values):
    write_store(tmp_path / "a.h5", {"x": values}, schema="test")

    found = read(tmp_path / "a.h5", "x")

    assert found.dtype.kind == "U"
    assert found.shape == values.shape
    assert found.tolist() == values.tolist()


@pytest.mark.parametrize("shape", [(), (0,), (0, 5), (3, 0)])
def test_single_values_and_empty_arrays_keep_their_shape(tmp_path, shape):
    write_store(tmp_path / "a.h5", {"x": np.ones(shape)}, schema="test")

    assert read(tmp_path / "a.h5", "x").shape == shape


def test_none_is_left_out(tmp_path):
    write_store(tmp_path / "a.h5", {"x": np.ones(1), "y": None}, schema="test")

    with open_store(tmp_path / "a.h5", schema="test") as store:
        assert store.names == ["x"]
        assert "y" not in store


@pytest.mark.parametrize(
    "value",
    [
        *("text", "", 3, 2.5, True, None, [1, "a"], {"b": {"c": [1.5, None]}}),
        *('json:{"a": 1}', "x" * 100_000, ["y" * 100_000], -1.5e-300),
    ],
)
def test_attributes_come_back_as_they_were(tmp_path, value):
    write_store(tmp_path / "a.h5", {}, schema="test", attributes={"v": value})

    with open_store(tmp_path / "a.h5", schema="test") as store:
        assert store.attributes["v"] == value
        assert type(store.attributes["v"]) is type(value)
        assert store.names == []


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(4), 4),
        (np.bool_(True), True),
        ([np.float64(1.5)], [1.5]),
        ({"a": np.arange(3)}, {"a": [0, 1, 2]}),
    ],
)
def test_numpy_values_become_plain_attributes(tmp_path, value, plain):
    write_store(tmp_path / "a.h5", {}, schema="test", attributes={"v": value})

    with open_store(tmp_path / "a.h5", schema="test") as store:
        assert store.attributes["v"] == plain


def test_equal_data_give_equal_bytes(tmp_path, path):
    with open_store(path, schema="test") as store:
        datasets = {name: store[name][()] for name in store.names[::-1]}

    for name in ("b.h5", "deep/c.h5"):
        write_store(tmp_path / name, datasets, schema="test")

    assert (tmp_path / "b.h5").read_bytes() == (tmp_path / "deep/c.h5").read_bytes()


def test_names_shapes_and_types_are_listed_in_order(path):
    with open_store(path, schema="test") as store:
        assert store.datasets == [
            Dataset("g/y", (4,), "float64"),
            Dataset("ids", (2,), "text"),
            Dataset("x", (2, 3), "float64"),
        ]


def test_a_group_is_given_by_its_last_names(path):
    with open_store(path, schema="test") as store:
        assert list(store.group("g")) == ["y"]
        assert store.group("absent") == {}


def test_numbers_stay_on_disk_until_sliced(path):
    with open_store(path, schema="test") as store:
        assert isinstance(store["x"], h5py.Dataset)
        np.testing.assert_array_equal(store["x"][1, 1:], [4, 5])


@pytest.mark.parametrize(
    "shape", [(3,), (10, 7), (500, 3000), (4, 64, 64, 3), (2_000_000, 1)]
)
def test_chunks_hold_at_most_a_mebibyte_and_one_image(tmp_path, shape):
    values = np.zeros(shape, dtype=np.float32)

    write_store(tmp_path / "a.h5", {"x": values}, schema="test")

    with h5py.File(tmp_path / "a.h5") as file:
        chunks = file["x"].chunks
        assert np.prod(chunks) * 4 <= CHUNK_BYTES
        assert len(shape) < 3 or chunks == (1, *shape[1:])
        assert file["x"].fletcher32


def test_any_kind_of_store_opens_when_asked_so(path):
    with open_store(path, schema=None) as store:
        assert store.attributes["schema"] == "test/1"


def test_an_error_while_writing_leaves_no_file(tmp_path):
    with pytest.raises(TypeError):
        write_store(tmp_path / "a.h5", {"x": np.array([1 + 1j], "V3")}, schema="test")

    assert list(tmp_path.iterdir()) == []


def test_a_missing_store_says_how_to_make_it(tmp_path):
    with (
        pytest.raises(StoreError, match=r"a\.h5: no such store. Run snakemake"),
        open_store(tmp_path / "a.h5", schema="test"),
    ):
        pass


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_store_is_refused(path, share):
    raw = path.read_bytes()
    path.write_bytes(raw[: int(share * len(raw))])

    with (
        pytest.raises(StoreError, match=r"a\.h5: .*snakemake again"),
        open_store(path, schema="test") as store,
    ):
        store["x"][()]


def test_a_flipped_bit_in_the_data_is_found_when_it_is_read(path):
    raw = bytearray(path.read_bytes())
    raw[raw.index(np.arange(6.0).tobytes()) + 3] ^= 1
    path.write_bytes(raw)

    with (
        pytest.raises(StoreError, match=r"a\.h5: damaged \(.*Delete it and run"),
        open_store(path, schema="test") as store,
    ):
        store["x"][()]


def test_a_half_written_store_is_refused(path):
    tamper(path, lambda file: file.attrs.pop("complete"))

    with (
        pytest.raises(StoreError, match=r"was not finished .* Delete it and run"),
        open_store(path, schema="test"),
    ):
        pass


def test_a_store_of_another_kind_is_refused_with_both_names(path):
    with (
        pytest.raises(StoreError, match="holds 'test', but 'split' is needed"),
        open_store(path, schema="split"),
    ):
        pass


def test_a_store_of_another_version_is_refused_with_both_numbers(path):
    tamper(path, lambda file: file.attrs.update(schema="test/7"))

    with (
        pytest.raises(StoreError, match=r"under version 7 .* reads version 1. Delete"),
        open_store(path, schema="test"),
    ):
        pass


def test_a_store_that_hdf5_cannot_read_is_refused_though_it_is_sealed(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"no HDF5")
    seal(tmp_path / "a.h5", np.empty((0, 2)))

    with (
        pytest.raises(StoreError, match=r"cannot be read as HDF5 .* truncated or"),
        open_store(tmp_path / "a.h5", schema="test"),
    ):
        pass


def test_a_store_that_may_not_be_read_says_whose_right_it_is(path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("boldwise.io.stores.check_seal", refuse)
    with (
        pytest.raises(StoreError, match=r"you may not read it .* Ask its owner"),
        open_store(path, schema="test"),
    ):
        pass


def test_a_missing_dataset_lists_what_is_there(path):
    with (
        pytest.raises(StoreError, match="no dataset 'z'; it has g/y, ids, x"),
        open_store(path, schema="test") as store,
    ):
        store["z"]


def test_an_error_about_another_file_is_not_blamed_on_the_store(path):
    with pytest.raises(FileNotFoundError), open_store(path, schema="test"):
        path.with_name("other.txt").read_text()


def test_a_file_of_others_opens_without_any_mark(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = [1, 2]

    with open_foreign_hdf5(tmp_path / "a.h5") as file:
        assert file["x"][()].tolist() == [1, 2]


def test_a_damaged_file_of_others_is_to_be_fetched_again(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"no HDF5")

    with (
        pytest.raises(DataError, match=r"a\.h5: cannot be read as HDF5 .* Fetch it"),
        open_foreign_hdf5(tmp_path / "a.h5"),
    ):
        pass
