"""Mirrors src/boldwise/training/rows.py."""

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldwise.training.rows import digest_of, take_rows


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    values = np.random.default_rng(0).standard_normal((30, 2, 3)).astype(np.float32)
    path = tmp_path_factory.mktemp("rows") / "tokens.h5"
    with h5py.File(path, "w") as file:
        file["token"] = values
    with h5py.File(path) as file:
        yield values, file["token"]


@settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(st.integers(0, 29), max_size=40))
def test_rows_of_a_file_are_those_of_the_array(stored, rows):
    values, dataset = stored
    rows = np.array(rows, int)

    found = take_rows(dataset, rows)

    assert found.dtype == values.dtype
    assert np.array_equal(found, values[rows])
    assert np.array_equal(take_rows(values, rows), found)


def test_a_file_is_read_in_its_order_and_each_row_once():
    asked = []

    class Source:
        shape, dtype = (20, 1), np.dtype(np.float32)

        def __getitem__(self, span):
            asked.append((span.start, span.stop))
            return np.arange(span.start, span.stop, dtype=np.float32)[:, None]

    found = take_rows(Source(), np.array([7, 3, 4, 5, 7, 19]))

    assert asked == [(3, 6), (7, 8), (19, 20)]
    assert found[:, 0].tolist() == [7, 3, 4, 5, 7, 19]


def test_a_digest_is_the_same_from_memory_and_from_disk(stored):
    values, dataset = stored
    rows = np.arange(5, 25)

    assert digest_of(values, rows) == digest_of(dataset, rows)


@pytest.mark.parametrize("change", ["value", "type", "rows"])
def test_a_digest_tells_what_differs(stored, change):
    values, rows = stored[0], np.arange(20)
    other = values.copy()
    other[7, 1, 2] += change == "value"
    other = other.astype(np.float64) if change == "type" else other
    other_rows = rows[::-1] if change == "rows" else rows

    assert digest_of(other, other_rows) != digest_of(values, rows)


def test_a_digest_of_no_rows_can_be_had(stored):
    assert digest_of(stored[0], np.empty(0, int))
