"""Mirrors src/boldwise/training/joined.py."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.training.batches import RowBatches
from boldwise.training.joined import JoinedBatches

SIZES = {"01": 30, "02": 12, "03": 7}


@pytest.fixture
def sources():
    return {
        name: RowBatches(
            {"x": 1000.0 * int(name) + np.arange(size, dtype=float)[:, None]},
            validation_row=np.arange(3),
        )
        for name, size in SIZES.items()
    }


def epoch(joined, number=0, *, start=0, seed=0):
    return list(joined.training(number, batch_size=4, seed=seed, start=start))


def told(batches):
    """Batches as text, so that any difference shows."""
    return [str(batch) for batch in batches]


@pytest.mark.parametrize("together", [False, True])
def test_an_epoch_can_be_entered_at_any_step(sources, together):
    joined = JoinedBatches(sources, together=together)
    whole = told(epoch(joined, 1))

    assert len(whole) == joined.n_steps(4)
    for start in range(len(whole) + 1):
        assert told(epoch(joined, 1, start=start)) == whole[start:]


@pytest.mark.parametrize("together", [False, True])
def test_the_order_of_subjects_changes_nothing(sources, together):
    turned = dict(reversed(sources.items()))
    pair = [JoinedBatches(one, together=together) for one in (sources, turned)]

    assert told(epoch(pair[0])) == told(epoch(pair[1]))
    first, other = (told(one.validation(batch_size=2, seed=0)) for one in pair)
    assert first == other
    assert pair[0].digest() == pair[1].digest()


def test_apart_each_row_comes_once_and_each_step_sees_one_subject(sources):
    batches = epoch(JoinedBatches(sources))

    for name, size in SIZES.items():
        rows = [b.arrays["row"] for b in batches if b.arrays["source"] == name]
        assert sorted(np.concatenate(rows).tolist()) == list(range(3, size))
    for batch in batches:
        assert set(batch.arrays["x"][:, 0] // 1000) == {int(batch.arrays["source"])}


def test_apart_subjects_are_mixed(sources):
    names = [batch.arrays["source"] for batch in epoch(JoinedBatches(sources))]
    orders = {
        tuple(batch.arrays["source"] for batch in epoch(JoinedBatches(sources), number))
        for number in range(4)
    }

    assert names != sorted(names)
    assert len(orders) == 4


def test_together_every_subject_is_in_every_batch_with_rows_of_its_own(sources):
    batches = epoch(JoinedBatches(sources, together=True))

    assert len(batches) == 7  # 27 rows of the largest, 4 at a time
    for batch in batches:
        assert set(batch.arrays) == set(SIZES)
        assert batch.n_rows == sum(len(one["row"]) for one in batch.arrays.values())
        for name, part in batch.arrays.items():
            assert set(part["x"][:, 0] // 1000) == {int(name)}


def test_together_small_subjects_come_round_again_in_another_order(sources):
    batches = epoch(JoinedBatches(sources, together=True))
    rows = [batch.arrays["02"]["row"] for batch in batches]
    first, second = rows[:3], rows[3:6]

    for turn in (first, second):
        assert sorted(np.concatenate(turn).tolist()) == list(range(3, 12))
    assert str(first) != str(second)


def test_together_no_order_is_used_twice(sources):
    joined = JoinedBatches(sources, together=True)
    rows = [
        [batch.arrays["02"]["row"] for batch in epoch(joined, number)]
        for number in range(4)
    ]
    turns = [str(one[start : start + 3]) for one in rows for start in (0, 3)]

    assert len(set(turns)) == len(turns) == 8


def test_subjects_of_equal_size_are_dealt_differently():
    sources = {name: RowBatches({"x": np.zeros((20, 1))}) for name in ("01", "02")}
    batches = epoch(JoinedBatches(sources, together=True))

    assert any(
        not np.array_equal(one.arrays["01"]["row"], one.arrays["02"]["row"])
        for one in batches
    )


@pytest.mark.parametrize("together", [False, True])
def test_validation_sees_each_held_out_row_once(sources, together):
    joined = JoinedBatches(sources, together=together)
    batches = list(joined.validation(batch_size=2, seed=0))

    assert sum(batch.n_rows for batch in batches) == 9


def test_a_digest_tells_what_differs(sources):
    fewer = {name: sources[name] for name in ("01", "02")}
    digests = {
        JoinedBatches(sources).digest(),
        JoinedBatches(sources, together=True).digest(),
        JoinedBatches(fewer).digest(),
    }

    assert len(digests) == 3


def test_no_source_is_refused():
    with pytest.raises(DataError, match="no source of batches"):
        JoinedBatches({})
