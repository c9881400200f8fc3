"""Random numbers that belong to a step: none depends on what ran before it."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

ORDER, COLUMNS, STEP, JUDGED = range(4)  # what a stream of random numbers is for


def stream(*key: int) -> np.random.Generator:
    """Make the generator of one purpose of one epoch or step.

    Parameters
    ----------
    *key : int
        Seed, purpose, epoch, step: not negative.

    Returns
    -------
    generator : numpy.random.Generator
    """
    return np.random.default_rng(key)


def seed_torch(device: torch.device, *key: int) -> None:
    """Seed torch's own generators for one step.

    Steps that bring their own seed need no saved state to be repeated: a resumed
    run draws the same dropout as one that was never killed.

    Parameters
    ----------
    device : torch.device
        Seeded beside the CPU; no other is touched.
    *key : int
        As of ``stream``.
    """
    seed = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> 1)
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        with torch.cuda.device(device):
            torch.cuda.manual_seed(seed)


@contextmanager
def seeded(seed: int, *, device: str = "cpu") -> Iterator[None]:
    """Draw torch's random numbers from a seed, and leave the caller's as they were.

    Parameters
    ----------
    seed : int
    device : str
        Its generator is seeded beside that of the CPU.

    Yields
    ------
    None

    Examples
    --------
    >>> with seeded(0):
    ...     model = torch.nn.Linear(3, 2)
    """
    place = torch.device(device)
    with torch.random.fork_rng([place] if place.type == "cuda" else []):
        seed_torch(place, seed)
        yield


@contextmanager
def threads(n_threads: int) -> Iterator[None]:
    """Let torch use so many threads, and as many as before afterwards.

    Parameters
    ----------
    n_threads : int

    Yields
    ------
    None
    """
    before = torch.get_num_threads()
    torch.set_num_threads(n_threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
