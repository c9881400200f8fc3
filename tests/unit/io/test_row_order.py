"""A matrix by rows is the matrix, in memory or not."""

from pathlib import Path

import numpy as np
import pytest

from boldwise.io.row_order import by_rows
from boldwise.io.stores import open_store, write_store
from boldwise.training.batches import RowBatches

MATRIX = np.random.default_rng(0).standard_normal((30, 70)).astype(np.float32)


@pytest.fixture
def stored(tmp_path):
    write_store(tmp_path / "responses.h5", {"response": MATRIX}, schema="responses")
    with open_store(tmp_path / "responses.h5", schema="responses") as store:
        yield store["response"]


@pytest.mark.parametrize(
    ("memory_gb", "mapped"), [(1.0, False), (MATRIX.nbytes / 2**31, True), (0.0, True)]
)
def test_every_number_is_in_its_place(stored, memory_gb, mapped):
    with by_rows(stored, memory_gb=memory_gb) as rows:
        assert isinstance(rows, np.memmap) is mapped
        assert rows.dtype == MATRIX.dtype
        assert np.array_equal(rows, MATRIX)


def test_the_file_is_gone_afterwards(stored):
    with by_rows(stored, memory_gb=0.0) as rows:
        path = Path(rows.filename)
        assert path.exists()

    assert not path.exists()


def test_no_more_columns_are_read_at_a_time_than_fit():
    asked = []

    class Source:
        shape, dtype = MATRIX.shape, MATRIX.dtype

        def __getitem__(self, place):
            asked.append(MATRIX[place].nbytes)
            return MATRIX[place]

    with by_rows(Source(), memory_gb=MATRIX.nbytes / 2**31):
        pass

    assert max(asked) <= MATRIX.nbytes / 8
    assert sum(asked) == MATRIX.nbytes


def test_batches_from_it_are_those_from_memory(stored):
    with by_rows(stored, memory_gb=0.0) as rows:
        pair = [RowBatches({"y": one}, drawn={"y": 9}) for one in (rows, MATRIX)]
        first, other = (
            list(one.training(0, batch_size=8, seed=0, start=0)) for one in pair
        )

    assert str(first) == str(other)
    assert pair[1].digest()
