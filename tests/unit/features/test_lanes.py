"""Order is kept, little is held, errors come through."""

import threading
import time

import pytest

from boldwise.features.lanes import in_lanes


@pytest.mark.parametrize("n_lanes", [1, 2, 5])
def test_results_come_in_the_order_of_the_items(n_lanes):
    def slow_first(item):
        time.sleep(0.01 if item == 0 else 0)
        return item * 2

    found = list(in_lanes(slow_first, range(20), n_lanes=n_lanes))

    assert found == [2 * item for item in range(20)]


def test_lanes_work_at_the_same_time():
    both = threading.Barrier(2, timeout=5)  # Breaks unless two meet.

    list(in_lanes(lambda _: both.wait(), range(4), n_lanes=2))


def test_few_items_are_taken_ahead_of_the_results():
    taken = []

    def items():
        for item in range(100):
            taken.append(item)
            yield item

    results = in_lanes(lambda item: item, items(), n_lanes=2)
    next(results)

    assert len(taken) == 4  # The lanes', one that waits, and the one that came.


def test_every_lane_begins_before_its_first_item():
    begun = set()
    lanes = in_lanes(
        lambda _: threading.get_ident() in begun,
        range(10),
        n_lanes=3,
        begin=lambda: begun.add(threading.get_ident()),
    )

    assert all(lanes)


def test_the_error_of_the_first_item_that_failed_is_raised():
    def fail(item):
        if item >= 3:
            raise ValueError(f"item {item}")
        return item

    lanes = in_lanes(fail, range(10), n_lanes=3)

    assert [next(lanes) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="item 3"):
        next(lanes)
