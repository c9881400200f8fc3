"""Work side by side on the cores that linear algebra may use.

One thread per piece of work, and linear algebra with one thread inside each: faster
than many threads per product where products are small, and the bits of a result do
not depend on the number of cores.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import lru_cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Item = TypeVar("Item")
Result = TypeVar("Result")


def count_threads() -> int:
    """Count the threads that linear algebra may use, here and now."""
    return _most_threads(_find_pools(len(sys.modules)))


def side_by_side(
    function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Result]:
    """Map a function over items, as many at a time as there are threads.

    Parameters
    ----------
    function : callable
        May not share what it writes to.
    items : iterable
        Taken one by one, as threads come free, so that they may be read from disk.

    Yields
    ------
    result : object
        In the order of the items.
    """
    with ExitStack() as stack:
        controller = _find_pools(len(sys.modules))
        n_threads = _most_threads(controller)
        stack.enter_context(controller.limit(limits=1))
        if n_threads == 1:
            yield from map(function, items)
            return
        pool = stack.enter_context(ThreadPoolExecutor(n_threads))
        yield from _in_order(pool, function, iter(items), n_threads)


def _in_order(
    pool: ThreadPoolExecutor,
    function: Callable[[Item], Result],
    items: Iterator[Item],
    n_threads: int,
) -> Iterator[Result]:
    """Keep every thread busy, but never more than two items per thread in memory."""
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            if len(waiting) == 2 * n_threads:
                yield waiting.popleft().result()
            waiting.append(pool.submit(function, item))
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@lru_cache(maxsize=1)
def _find_pools(n_modules: int) -> ThreadpoolController:
    """Find the libraries of linear algebra again if modules came in since."""
    return ThreadpoolController().select(user_api="blas")


def _most_threads(controller: ThreadpoolController) -> int:
    return max((int(pool["num_threads"]) for pool in controller.info()), default=1)
