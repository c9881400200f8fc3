"""The brain behind the voxels, and nilearn kept from dawdling."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

RESOLUTION_MM = 3  # of the grey background


@cache  # Resampling it takes half a second.
def load_template() -> Any:
    """Load the MNI template that comes with nilearn.

    Returns
    -------
    template : image of shape (i, j, k)
        At ``RESOLUTION_MM``.
    """
    from nilearn import datasets

    return datasets.load_mni152_template(resolution=RESOLUTION_MM)


@contextmanager
def little_garbage() -> Iterator[None]:
    """Spare the objects that exist already from garbage collection; a decorator, too.

    nilearn collects garbage a dozen times for each map, and each time Python looks at
    every object of every library: more than half of the time of a map.

    Yields
    ------
    None
    """
    import_module("nilearn.plotting")  # so that its objects are among them
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
