"""Images read and prepared in processes of their own, handed over without copies.

A GPU describes thousands of images per second; one Python decodes some hundreds. Each
process fills a block of shared memory with one batch; while a batch is described, the
next ones are filled.
"""

import multiprocessing
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.shared_memory import SharedMemory
from queue import SimpleQueue
from types import ModuleType
from typing import Any

import numpy as np

from boldwise.errors import DataError

SHARED = "/dev/shm"
Read = Callable[[int, int], Sequence[np.ndarray]]
Prepare = Callable[[np.ndarray], np.ndarray]
_own: dict[str, Any] = {}
"""Of a process that prepares: what it reads, how, and where it puts it."""


@dataclass
class Block:
    """One prepared batch, in memory that must be given back.

    Attributes
    ----------
    start, stop : int
        Its images.
    pixels : array of float32, shape (stop - start, C, h, w)
        Valid until ``give_back``.
    give_back : callable
    """

    start: int
    stop: int
    pixels: np.ndarray
    give_back: Callable[[], object]


def prepare_elsewhere(
    read: Read,
    prepare: Prepare,
    ranges: Sequence[tuple[int, int]],
    *,
    n_workers: int,
    n_held: int,
) -> Iterator[Block]:
    """Read and prepare batches in processes, ahead of whoever takes them.

    Parameters
    ----------
    read : callable
        (start, stop) -> images of uint8, each (height, width, 3); picklable.
    prepare : callable
        One image -> float32 (C, h, w); picklable.
    ranges : sequence of (int, int)
        Start and stop of each batch; none is longer than the first.
    n_workers : int
        Processes.
    n_held : int
        Blocks that may be taken and not yet given back.

    Yields
    ------
    block : Block
        In order.

    Raises
    ------
    DataError
        As by ``read``; or if the system's shared memory is too small.
    """
    if not ranges:
        return
    first = prepare(read(ranges[0][0], ranges[0][0] + 1)[0])
    shape = (ranges[0][1] - ranges[0][0], *first.shape)
    with ExitStack() as stack:
        memory = _allocate(stack, shape, n_blocks=n_workers + n_held + 1)
        free: SimpleQueue[int] = SimpleQueue()
        for slot in range(len(memory)):
            free.put(slot)
        pool = ProcessPoolExecutor(
            n_workers,
            multiprocessing.get_context("forkserver"),
            initializer=_begin,
            initargs=(read, prepare, [one.name for one in memory], shape),
        )
        stack.callback(pool.shutdown, cancel_futures=True)
        waiting: deque[tuple[int, Future[tuple[int, int]]]] = deque()
        todo = deque(ranges)
        while todo or waiting:
            while todo and len(waiting) <= n_workers:
                slot = free.get()
                with _no_main():
                    future = pool.submit(_fill, slot, *todo.popleft())
                waiting.append((slot, future))
            slot, future = waiting.popleft()
            start, stop = future.result()
            whole = np.ndarray(shape, np.float32, memory[slot].buf)
            yield Block(start, stop, whole[: stop - start], partial(free.put, slot))


def _allocate(
    stack: ExitStack, shape: tuple[int, ...], *, n_blocks: int
) -> list[SharedMemory]:
    size = int(np.prod(shape)) * 4
    there = shutil.disk_usage(SHARED).free
    if size * n_blocks > there:
        raise DataError(
            f"{SHARED} has {there / 2**20:.0f} MiB free, but {n_blocks} batches of "
            f"{shape[0]} prepared images take {size * n_blocks / 2**20:.0f}. Give the "
            "job fewer threads, set a smaller batch_size, or give the container more "
            "(--shm-size)."
        )
    memory = []
    for _ in range(n_blocks):
        one = SharedMemory(create=True, size=size)
        stack.callback(one.unlink)
        memory.append(one)
    return memory


@contextmanager
def _no_main() -> Iterator[None]:
    """Keep new processes from running the script of this job once more each."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _begin(read: Read, prepare: Prepare, names: list[str], shape: tuple[int]) -> None:
    memory = [SharedMemory(name) for name in names]
    _own.update(read=read, prepare=prepare, memory=memory, shape=shape)


def _fill(slot: int, start: int, stop: int) -> tuple[int, int]:
    block = np.ndarray(_own["shape"], np.float32, _own["memory"][slot].buf)
    for row, image in enumerate(_own["read"](start, stop)):
        block[row] = _own["prepare"](image)
    return start, stop
