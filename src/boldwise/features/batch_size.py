"""How many stimuli go through a network at once."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

MOST = {"cpu": 32, "cuda": 256}
"""No network was faster with more (measured on a CPU: ViT-B/32 and the tiny CLIP)."""
FEW, SOME = 1, 4  # stimuli of the two probes
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def choose_batch(
    run: Callable[[int], None],
    *,
    memory_bytes: float,
    most: int,
    measure: Callable[[Callable[[], None]], int | None],
    n_lanes: int = 1,
) -> int:
    """Choose the largest batch that memory holds, a power of two.

    Memory is taken to grow in proportion to the batch: it is probed with 1 and 4.

    Parameters
    ----------
    run : callable
        Describes as many stimuli as it is told.
    memory_bytes : float
        For all lanes together, the network included where it is loaded already.
    most : int
        Not more than this many stimuli.
    measure : callable
        Peak bytes while a function runs, as ``peak_of_process`` or ``peak_of_gpu``
        gives them; None where the system does not tell.
    n_lanes : int
        Batches at a time.

    Returns
    -------
    batch : int
        At least 1: what does not fit then fails as the system lets it.
    """
    run(FEW)  # What libraries set up once is no part of a batch.
    few, some = (measure(partial(run, n)) for n in (FEW, SOME))
    if few is None or some is None:
        return most
    each = max((some - few) / (SOME - FEW), 1.0)
    fixed = max(few - each * FEW, 0.0)
    fitting = int((memory_bytes - fixed) / n_lanes / each)
    batch = 1
    while batch * 2 <= min(fitting, most):
        batch *= 2
    return batch


def peak_of_process(function: Callable[[], None]) -> int | None:
    """Most memory that this process holds while a function runs.

    Parameters
    ----------
    function : callable

    Returns
    -------
    peak : int or None
        In bytes; None where the system has no such account (it is Linux's).
    """
    try:
        RESET.write_text("5")
    except OSError:
        return None
    function()
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    return int(found.group(1)) * 1024 if found else None


def peak_of_gpu(function: Callable[[], None]) -> int | None:
    """Most memory of the GPU that PyTorch holds while a function runs, in bytes.

    Parameters
    ----------
    function : callable

    Returns
    -------
    peak : int
    """
    import torch

    torch.cuda.reset_peak_memory_stats()
    function()
    return int(torch.cuda.max_memory_allocated())
