"""Mirrors src/boldwise/training/batches.py."""

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.training.batches import RowBatches, deal_rows


def rows_of(batches):
    return [batch.arrays["row"] for batch in batches]


def epoch(source, number=0, *, seed=0, start=0, batch_size=16):
    return list(source.training(number, batch_size=batch_size, seed=seed, start=start))


def equal(first, second):
    """Whether two lists of batches hold the same numbers."""
    same = len(first) == len(second)
    for one, other in zip(first, second, strict=False):
        same &= one.arrays.keys() == other.arrays.keys()
        same &= all(np.array_equal(one.arrays[k], other.arrays[k]) for k in one.arrays)
    return same


@settings(deadline=None, derandomize=True, max_examples=50)
@given(n_rows=st.integers(1, 50), batch_size=st.integers(1, 60), seed=st.integers(0, 9))
def test_each_training_row_comes_once_per_epoch(n_rows, batch_size, seed):
    source = RowBatches({"x": np.zeros((n_rows, 1))})

    steps = rows_of(epoch(source, seed=seed, batch_size=batch_size))
    sizes = [len(rows) for rows in steps]

    assert sorted(np.concatenate(steps).tolist()) == list(range(n_rows))
    assert max(sizes) <= batch_size
    assert max(sizes) - min(sizes) <= 1
    assert len(steps) == source.n_steps(batch_size)


def test_validation_rows_are_never_trained_on(source):
    held = set(source.validation_row.tolist())
    trained = {
        row for n in range(5) for rows in rows_of(epoch(source, n)) for row in rows
    }
    judged = np.concatenate(rows_of(source.validation(batch_size=5, seed=0)))

    assert held
    assert not held & trained
    assert trained | held == set(range(60))
    assert judged.tolist() == sorted(held)


def test_rows_are_ascending_within_a_batch(source):
    assert all((np.diff(rows) > 0).all() for rows in rows_of(epoch(source)))


def test_values_are_those_of_the_rows_and_columns(source, arrays):
    for batch in epoch(source):
        row, column = batch.arrays["row"], batch.arrays["y_column"]
        assert batch.n_rows == len(row)
        assert np.array_equal(batch.arrays["x"], arrays["x"][row])
        assert np.array_equal(batch.arrays["y"], arrays["y"][row][:, column])
        assert len(set(column.tolist())) == 4


def test_order_and_columns_hang_on_epoch_and_seed(source):
    first = epoch(source, 0, seed=0)

    assert equal(first, epoch(source, 0, seed=0))
    assert not equal(first, epoch(source, 1, seed=0))
    assert not equal(first, epoch(source, 0, seed=1))


def test_an_epoch_can_be_entered_at_any_step(source):
    whole = epoch(source)

    assert all(equal(epoch(source, start=n), whole[n:]) for n in range(len(whole) + 1))


def test_all_columns_are_drawn_in_the_long_run(source):
    drawn = [batch.arrays["y_column"] for n in range(20) for batch in epoch(source, n)]
    count = np.bincount(np.concatenate(drawn), minlength=7)

    # 60 steps that draw 4 of 7: 34 each, standard deviation 4.
    assert abs(count - 240 / 7).max() < 16


def test_validation_sees_the_same_columns_every_time(source):
    first, again = (list(source.validation(batch_size=5, seed=0)) for _ in range(2))

    assert equal(first, again)


def test_a_file_gives_the_batches_of_the_array(source, arrays, tmp_path):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        for name, values in arrays.items():
            file.create_dataset(name, data=values, chunks=(1, values.shape[1]))
        streamed = RowBatches(file, source.validation_row, drawn={"y": 4})

        assert equal(epoch(streamed), epoch(source))
        assert streamed.digest() == source.digest()


def test_an_array_may_hold_its_rows_elsewhere():
    token = np.arange(5.0)[:, None]
    place = np.array([4, 4, 0, 2])
    source = RowBatches({"y": np.zeros((4, 1)), "token": token}, place={"token": place})

    for batch in epoch(source, batch_size=2):
        found = batch.arrays["token"][:, 0]
        assert found.tolist() == place[batch.arrays["row"]].tolist()


def test_extras_are_in_every_batch():
    source = RowBatches({"x": np.zeros((9, 1))}, np.array([0]), extra={"subject": 3})
    batches = [*epoch(source, batch_size=3), *source.validation(batch_size=3, seed=0)]

    assert [batch.arrays["subject"] for batch in batches] == [3, 3, 3, 3]


@settings(deadline=None, derandomize=True, max_examples=50)
@given(n_labels=st.integers(1, 20), repeats=st.integers(1, 3), seed=st.integers(0, 50))
def test_rows_of_one_label_never_share_a_batch(n_labels, repeats, seed):
    label = np.repeat(np.arange(n_labels), repeats)
    generator = np.random.default_rng(seed)

    steps = deal_rows(np.arange(len(label)), repeats + 2, generator, apart=label)

    assert all(len(set(label[rows])) == len(rows) for rows in steps)
    assert sorted(np.concatenate(steps).tolist()) == list(range(len(label)))


def test_too_many_repeats_for_the_batches_are_refused():
    with pytest.raises(DataError, match="3 rows of one label must lie in different"):
        deal_rows(
            np.arange(4), 2, np.random.default_rng(0), apart=np.array([1, 1, 1, 2])
        )


def test_arrays_of_different_rows_are_refused():
    with pytest.raises(ShapeMismatchError, match="'x' 3, 'y' 4"):
        RowBatches({"x": np.zeros((3, 1)), "y": np.zeros((4, 1))})


def test_no_arrays_are_refused():
    with pytest.raises(ShapeMismatchError, match="equal rows; given: none"):
        RowBatches({})


def test_validation_rows_that_do_not_exist_are_refused():
    with pytest.raises(DataError, match="reach from 1 to 3, but there are rows 0 to 2"):
        RowBatches({"x": np.zeros((3, 1))}, np.array([1, 3]))


def test_validation_of_everything_is_refused():
    with pytest.raises(DataError, match="all 3 are for validation"):
        RowBatches({"x": np.zeros((3, 1))}, np.arange(3))


@pytest.mark.parametrize("n_drawn", [0, 5])
def test_columns_that_are_not_there_are_refused(n_drawn):
    with pytest.raises(DataError, match=r"it has 4\. Draw 1 to 4"):
        RowBatches({"y": np.zeros((3, 4))}, drawn={"y": n_drawn})


@pytest.mark.parametrize(
    "change",
    [
        {"validation_row": np.array([2])},
        {"drawn": {"x": 1}},
        {"apart": np.zeros(9)},
        {"extra": {"subject": 1}},
        {"place": {"x": np.arange(9)[::-1]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_digest_tells_what_differs(change):
    arrays = {"x": np.arange(18.0).reshape(9, 2)}

    assert RowBatches(arrays, **change).digest() != RowBatches(arrays).digest()
