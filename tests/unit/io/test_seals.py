"""Mirrors src/boldwise/io/seals.py."""

import hashlib

import h5py
import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.io.seals import MARK, TAIL_BYTES, check_seal, seal, spans_of_chunks
from boldwise.io.stores import open_store, write_store

STRIDE = 53  # Every such byte is changed: all of them take minutes.


@pytest.fixture
def path(tmp_path):
    """Write a store of all that stores hold."""
    path = tmp_path / "a.h5"
    datasets = {
        "x": np.arange(60.0).reshape(6, 10),
        "ids": np.array(["b", "äé"]),
        "roi/V1": np.ones(10, bool),
        "image": np.arange(96, dtype=np.uint8).reshape(2, 4, 4, 3),
        "one": np.float64(3),
    }
    write_store(path, datasets, schema="test", attributes={"a": "x" * 40_000, "b": 1})
    return path


def read_all(path):
    with open_store(path, schema="test") as store:
        return [store.attributes, *(np.array(store[name]) for name in store.names)]


@pytest.mark.parametrize("bit", [1, 128])
def test_no_changed_byte_is_ever_read_as_data(path, bit):
    raw = path.read_bytes()
    whole = read_all(path)

    for place in range(bit % STRIDE, len(raw), STRIDE):
        spoilt = bytearray(raw)
        spoilt[place] ^= bit
        path.write_bytes(spoilt)
        with pytest.raises(StoreError, match=r"a\.h5: .*snakemake again"):
            read_all(path)

    path.write_bytes(raw)
    np.testing.assert_equal(read_all(path), whole)


def test_a_file_without_a_seal_says_what_may_have_happened(path):
    path.write_bytes(path.read_bytes()[: -len(MARK)])

    with pytest.raises(StoreError, match=r"was not finished: its last bytes are no se"):
        check_seal(path)


def test_a_changed_header_says_so(path):
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)

    with pytest.raises(StoreError, match=r"other bytes than were written .* the disk"):
        check_seal(path)


@pytest.mark.parametrize("n", [0, 2, 2**20, 2**63, 2**64 - 1])
def test_a_changed_number_of_spans_is_refused_and_takes_no_memory(path, n):
    raw = path.read_bytes()
    place = len(raw) - len(MARK) - 8
    path.write_bytes(raw[:place] + n.to_bytes(8, "little") + MARK)

    with pytest.raises(StoreError, match="damaged"):
        check_seal(path)


def test_the_seal_is_the_hash_of_what_lies_between_the_chunks(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"headCHUNKmidCHUNKend")
    spans = np.array([[4, 9], [12, 17]])

    seal(path, spans)

    pairs = np.array([4, 9, 12, 17], "<u8").tobytes()
    expected = hashlib.sha256(pairs + b"headmidend").digest()
    assert path.read_bytes()[20:] == pairs + expected + (2).to_bytes(8, "little") + MARK
    check_seal(path)


def test_spans_cover_the_chunks_and_nothing_else(tmp_path):
    path, values = tmp_path / "a.h5", np.arange(2**20, dtype=np.float32)
    write_store(path, {"x": values.reshape(1024, 1024)}, schema="test")

    with h5py.File(path) as file:
        spans = spans_of_chunks(file)
        n_chunks = file["x"].id.get_num_chunks()

    assert (spans[:, 1] - spans[:, 0]).sum() == values.nbytes + 4 * n_chunks
    assert len(spans) <= n_chunks
    outside = path.stat().st_size - TAIL_BYTES - (spans[:, 1] - spans[:, 0]).sum()
    assert outside < 10_000


def test_other_programs_read_a_sealed_file_as_before(path):
    with h5py.File(path) as file:
        np.testing.assert_array_equal(file["x"][()], np.arange(60.0).reshape(6, 10))


def test_equal_data_have_equal_seals(path, tmp_path):
    whole = read_all(path)
    names = ["a", "b"]
    for name in names:
        write_store(tmp_path / name, {"x": whole[-1]}, schema="test")

    assert len({(tmp_path / name).read_bytes() for name in names}) == 1
