"""Mirrors src/boldwise/training/prefetch.py."""

import threading

import pytest

from boldwise.training.prefetch import read_ahead


def readers():
    return [one for one in threading.enumerate() if one.name == "read_ahead"]


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_items_come_in_order(depth):
    with read_ahead(iter(range(50)), depth) as items:
        assert list(items) == list(range(50))


def test_the_next_item_is_made_while_one_is_used():
    made = threading.Event()

    def make():
        yield 0
        made.set()
        yield 1

    with read_ahead(make(), 1) as items:
        next(items)
        assert made.wait(timeout=60)


def test_no_more_is_read_than_asked_for():
    made = []

    def make():
        for number in range(99):
            made.append(number)
            yield number

    with read_ahead(make(), 2) as items:
        next(items)
    # One used, two ready, one in the reader's hand.
    assert len(made) <= 4


@pytest.mark.parametrize("depth", [0, 2])
def test_an_error_of_the_reader_reaches_the_user_in_its_place(depth):
    def make():
        yield 1
        raise OSError("the disk is gone")

    with read_ahead(make(), depth) as items:
        assert next(items) == 1
        with pytest.raises(OSError, match="the disk is gone"):
            next(items)


def test_the_thread_ends_with_the_context():
    found = []

    def leave():
        with read_ahead(iter(range(10**9)), 2) as items:
            next(items)
            found.extend(readers())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()

    assert len(found) == 1
    assert readers() == []
