"""How far images have come through a network: a bar on a terminal, lines in a log."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_S = 10.0


@contextmanager
def show_images(
    log: logging.Logger, n_images: int, *, first: int = 0, every_s: float = EVERY_S
) -> Iterator[Callable[[int], None]]:
    """Draw a bar where somebody looks, and say in a log how fast it goes.

    Parameters
    ----------
    log : logging.Logger
    n_images : int
        How many there are.
    first : int
        How many were done before.
    every_s : float
        Least seconds between two lines of the log. The end is always told.

    Yields
    ------
    tell : callable
        Takes the number of images that are done by now.
    """
    from tqdm import tqdm

    begun = told = time.monotonic()
    with tqdm(total=n_images, initial=first, unit="image", disable=None) as bar:

        def _tell(done: int) -> None:
            nonlocal told
            bar.update(done - bar.n)
            now = time.monotonic()
            if now - told >= every_s or done == n_images:
                told = now
                rate = (done - first) / max(now - begun, 1e-9)
                left = (n_images - done) / rate
                log.info(
                    "%s of %s images, %.0f images/s, %.0f s left",
                    *(f"{done:,}", f"{n_images:,}", rate, left),
                )

        yield _tell
