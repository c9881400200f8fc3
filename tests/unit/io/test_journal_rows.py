"""A whole journal is an array, also for the writer of stores."""

import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.io.journal import open_journal
from boldwise.io.journal_rows import JournalRows
from boldwise.io.stores import open_store, write_store

IDENTITY = {"model": "small"}
N_ROWS, BLOCK = 10, 4


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.rows"


def rows(shape):
    return np.random.default_rng(0).standard_normal((N_ROWS, *shape)).astype("f4")


def lay_down(path, values, *, until=N_ROWS):
    with open_journal(path, IDENTITY) as journal:
        for start in range(0, until, BLOCK):
            block = values[start : start + BLOCK]
            journal.append(block, n_rows=N_ROWS, block=BLOCK)


@pytest.mark.parametrize("shape", [(3,), (300,), (2, 3)])
def test_a_store_written_from_it_is_the_same_bytes_as_from_the_array(
    tmp_path, path, shape, monkeypatch
):
    monkeypatch.setattr("boldwise.io.journal_rows.HELD_BYTES", 2**10)
    monkeypatch.setattr("boldwise.io.chunks.CHUNK_BYTES", 2**9)
    values = rows(shape)
    lay_down(path, values)

    with open_journal(path, IDENTITY) as journal:
        write_store(tmp_path / "a.h5", {"x": JournalRows(journal)}, schema="test")
    write_store(tmp_path / "b.h5", {"x": values}, schema="test")

    with open_store(tmp_path / "a.h5", schema="test") as store:
        np.testing.assert_array_equal(store["x"][()], values)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_no_store_is_written_from_a_part(path):
    lay_down(path, rows((3,)), until=BLOCK)

    with (
        open_journal(path, IDENTITY) as journal,
        pytest.raises(StoreError, match="not whole yet"),
    ):
        JournalRows(journal)
