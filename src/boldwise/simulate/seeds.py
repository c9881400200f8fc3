"""Random numbers by name: one part of the world never shifts those of another."""

import zlib

import numpy as np


def named_rng(seed: int, *names: str) -> np.random.Generator:
    """Random generator of one named part of the world.

    Parameters
    ----------
    seed : int
        Seed of the world.
    *names : str
        Path of the part, for example ``"scanner", "01", "run-02"``.

    Returns
    -------
    rng : numpy.random.Generator
        Other names, other numbers; the same names, the same numbers.
    """
    return np.random.default_rng([seed, *(zlib.crc32(n.encode()) for n in names)])
