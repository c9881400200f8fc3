"""Batches worked on side by side, in order, with few of them in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_lanes(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    n_lanes: int,
    ahead: int = 1,
    begin: Callable[[], None] | None = None,
) -> Iterator[Result]:
    """Map a function over items in threads; results come in the order of the items.

    Unlike ``linear.parallel.side_by_side`` it does not ask linear algebra how many
    threads to take, and begins the next items while the caller uses a result.

    Parameters
    ----------
    function : callable
        Thread-safe; worth it where most of its time is spent outside Python.
    items : iterable
        Taken one by one, ``n_lanes + ahead`` more than were yielded.
    n_lanes : int
        Threads.
    ahead : int
        Items that lanes may go on with while the caller is busy with a result.
    begin : callable, optional
        Called once in each thread before its first item.

    Yields
    ------
    result : object

    Raises
    ------
    Exception
        That of the first item, in their order, which failed.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(n_lanes, initializer=begin) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > n_lanes + ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
