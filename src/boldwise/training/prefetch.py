"""Batches that are read while the step before them still computes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Full, Queue
from typing import Any, TypeVar

Item = TypeVar("Item")
PATIENCE_S = 0.1  # between two looks whether the reader is still wanted


class _End:
    """Marks the end of the batches, and the error that ended them."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


@contextmanager
def read_ahead(items: Iterator[Item], depth: int) -> Iterator[Iterator[Item]]:
    """Go through items that a thread makes, up to ``depth`` ahead.

    Parameters
    ----------
    items : iterator
        It is only touched by the thread. What it raises is raised to the reader.
    depth : int
        0: no thread.

    Yields
    ------
    items : iterator
        The same, in order. The thread has ended when the context is left.
    """
    if not depth:
        yield items
        return
    ready: Queue[Any] = Queue(depth)
    unwanted = threading.Event()
    reader = threading.Thread(
        target=_fill, args=(items, ready, unwanted), name="read_ahead", daemon=True
    )
    reader.start()
    try:
        yield _drain(ready, reader)
    finally:
        unwanted.set()
        reader.join()


def _fill(items: Iterator[Any], ready: "Queue[Any]", unwanted: threading.Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if not _offer(item, ready, unwanted):
                return
    except BaseException as caught:  # It belongs to the one who waits for the item.
        error = caught
    _offer(_End(error), ready, unwanted)


def _offer(item: Any, ready: "Queue[Any]", unwanted: threading.Event) -> bool:
    while not unwanted.is_set():
        try:
            ready.put(item, timeout=PATIENCE_S)
        except Full:
            continue
        return True
    return False


def _drain(ready: "Queue[Any]", reader: threading.Thread) -> Iterator[Any]:
    while True:
        try:
            item = ready.get(timeout=PATIENCE_S)
        except Empty:
            if not reader.is_alive() and ready.empty():
                return  # The interpreter is going down; nothing will come.
            continue
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return
        yield item
