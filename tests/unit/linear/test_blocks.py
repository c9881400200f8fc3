"""Blocks are read once, ahead and in order; nothing goes on behind an error."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.linear.blocks import (
    Clock,
    Columns,
    Gather,
    Rows,
    cut_part,
    stream_blocks,
)
from boldwise.linear.solve import TILE

WAIT_S = 20  # Far more than it takes: only a failing test waits so long.


class Watched:
    """Targets that note which columns are read, and may wait or fail."""

    def __init__(self, values, before=lambda start: None):
        self.values, self.before, self.read = values, before, []
        self.shape, self.dtype = values.shape, values.dtype

    def __getitem__(self, key):
        rows, columns = key
        assert rows == slice(None)
        self.before(columns.start)
        self.read.append((columns.start, columns.stop))
        return self.values[key]


def sums(block):
    return {"sum": block.sum(axis=0)}


def stream(targets, work=sums, sink=None, *, width=10, progress=None):
    found = Gather(targets.shape[1]) if sink is None else sink
    clock = Clock(targets.shape[1], progress)
    stream_blocks(targets, work, found, width=width, clock=clock)
    return found


@pytest.fixture
def values():
    return np.random.default_rng(0).standard_normal((3, 35))


@pytest.mark.parametrize("width", [1, 10, 35, 1000])
def test_every_column_is_read_once_and_in_order(values, width):
    targets = Watched(values)

    found = stream(targets, width=width)

    np.testing.assert_array_equal(found.results["sum"], values.sum(axis=0))
    assert [start for start, _ in targets.read] == list(range(0, 35, width))
    assert [stop for _, stop in targets.read[:-1]] == list(range(0, 35, width))[1:]
    assert targets.read[-1][1] == 35


def test_the_next_block_is_read_during_the_work_on_one(values):
    reading = {start: threading.Event() for start in range(0, 35, 10)}
    targets = Watched(values, before=lambda start: reading[start].set())
    seen = []

    def work(block):
        here = 10 * len(seen)
        seen.append(here + 10 not in reading or reading[here + 10].wait(WAIT_S))
        return sums(block)

    stream(targets, work)

    assert seen == [True] * 4


def test_no_more_than_one_block_is_read_ahead(values):
    working, ahead = [], []

    def before(start):
        ahead.append(start // 10 - len(working))

    def work(block):
        working.append(block)
        return sums(block)

    stream(Watched(values, before), work)

    assert max(ahead) <= 1


def test_reading_happens_in_a_thread_of_its_own(values):
    readers = set()

    stream(Watched(values, before=lambda _: readers.add(threading.get_ident())))

    assert len(readers) == 1
    assert threading.get_ident() not in readers


def test_an_error_of_the_reader_surfaces_after_the_blocks_before_it(values):
    def before(start):
        if start == 20:
            raise OSError("the disk is gone")

    found = []
    with pytest.raises(OSError, match="the disk is gone"):
        stream(
            Watched(values, before), sink=lambda columns, _: found.append(columns.start)
        )

    assert found == [0, 10]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("where", ["work", "sink"])
def test_an_error_ends_the_reading(values, error, where):
    targets = Watched(values)

    def fail(*_):
        raise error

    parts = {"work": sums, "sink": lambda *_: None, where: fail}
    with pytest.raises(error):
        stream(targets, parts["work"], parts["sink"])

    assert targets.read in ([(0, 10)], [(0, 10), (10, 20)])
    assert all(thread.name != "ThreadPoolExecutor" for thread in threading.enumerate())


def test_without_targets_the_sink_learns_of_what_shape_they_would_be(values):
    found = stream(Watched(values[:, :0]), progress=pytest.fail)

    assert found.results["sum"].shape == (0,)


def test_progress_grows_to_the_end_and_leaves_no_time(values):
    told = []

    stream(Watched(values), progress=lambda done, left: told.append((done, left)))

    assert [done for done, _ in told] == [10, 20, 30, 35]
    assert all(left > 0 for _, left in told[:-1])
    assert told[-1][1] == 0.0


def test_time_left_is_that_of_the_pace_so_far(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("boldwise.linear.blocks.time.monotonic", lambda: now[0])
    told = []
    clock = Clock(40, lambda *both: told.append(both), n_passes=2)

    for _ in range(4):
        now[0] += 3.0
        clock.add(20)

    assert told == [(10, 9.0), (20, 6.0), (30, 3.0), (40, 0.0)]


@pytest.mark.parametrize("n_targets", [0, 1, TILE, 3 * TILE + 5, 10 * TILE])
@pytest.mark.parametrize("n_parts", [1, 2, 3, 7])
def test_parts_are_whole_tiles_and_make_the_whole(n_targets, n_parts):
    parts = [cut_part(n_targets, number, n_parts) for number in range(1, n_parts + 1)]

    assert parts[0].start == 0
    assert parts[-1].stop == n_targets
    assert all(a.stop == b.start for a, b in pairwise(parts))
    assert all(part.start % TILE == 0 or part.start == n_targets for part in parts)
    tiles = [-(-(part.stop - part.start) // TILE) for part in parts]
    assert max(tiles) - min(tiles) <= 1


@pytest.mark.parametrize("number", [0, 4])
def test_a_part_that_does_not_exist_is_refused(number):
    with pytest.raises(DataError, match=f"there is no part {number} of 3"):
        cut_part(100, number, 3)


def test_columns_count_from_their_own_start(values):
    some = Columns(values, slice(5, 15))

    assert some.shape == (3, 10)
    np.testing.assert_array_equal(some[:, 2:100], values[:, 7:15])
    assert Columns(values, slice(35, 35)).shape == (3, 0)


def test_rows_are_taken_for_the_columns_that_are_sliced(values):
    rows = np.array([2, 0])
    some = Rows(values, rows)

    assert some.shape == (2, 35)
    np.testing.assert_array_equal(some[:, 3:9], values[rows, 3:9])
