"""How far a streamed fit has come: in a log, or as a bar."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from boldwise.linear.blocks import Progress

EVERY_S = 10.0


def log_progress(
    log: logging.Logger, n_voxels: int, *, every_s: float = EVERY_S
) -> Progress:
    """Say in a log every few seconds how many voxels are done.

    Parameters
    ----------
    log : logging.Logger
    n_voxels : int
        How many there are.
    every_s : float
        Least seconds between two lines. The end is always told.

    Returns
    -------
    progress : callable
        For ``progress=`` of a streamed fit.
    """
    told = time.monotonic()

    def tell(done: int, seconds_left: float) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= every_s or done == n_voxels:
            told = now
            left = f"{seconds_left:,.0f} s left"
            log.info("%s of %s voxels, %s", f"{done:,}", f"{n_voxels:,}", left)

    return tell


@contextmanager
def show_progress(n_voxels: int) -> Iterator[Progress]:
    """Draw a bar on the terminal for as long as the context lasts.

    Parameters
    ----------
    n_voxels : int
        How many there are.

    Yields
    ------
    progress : callable
        For ``progress=`` of a streamed fit.
    """
    from tqdm import tqdm

    with tqdm(total=n_voxels, unit="voxel", unit_scale=True) as bar:
        # It works out the time left by itself.
        yield lambda done, _: bar.update(done - bar.n)
