"""How many targets a streamed fit may hold at once.

What a fit needs whatever the number of targets (decompositions, the work on tiles)
is subtracted from the budget; blocks of targets share the rest.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.linear.parallel import count_threads
from boldwise.linear.plan import RidgePlan
from boldwise.linear.solve import TILE

GIB = 2**30
IN_FLIGHT = 2
"""Blocks in memory: one is worked on while the next is read."""
BLOCK_BYTES = 2**27
"""Larger blocks read no faster, and the first is waited for."""


def plan_bytes(*plans: Any) -> int:
    """Memory that decompositions take, each array once.

    Parameters
    ----------
    *plans : RidgePlan, or any nest of records, lists and arrays
    """
    return sum({id(array): array.nbytes for array in _arrays(plans)}.values())


def work_bytes(*plans: RidgePlan) -> int:
    """Memory for the work on tiles: one per thread, with others waiting.

    Parameters
    ----------
    *plans : RidgePlan
        Used one after the other.
    """
    return count_threads() * max((_tile_bytes(plan) for plan in plans), default=0)


def _tile_bytes(plan: RidgePlan) -> int:
    """Memory of the solver for one tile: predictions for the rows left out, mostly."""
    moment, k = plan.into.shape
    largest = 0
    for fold in plan.folds:
        terms = sum(len(band.basis) for band in fold.bands)
        predicted = fold.seen.shape[1] * (terms + len(plan.alphas) + 4)
        paired = 0 if fold.pairs is None else 2 * k + 2 * len(plan.alphas)
        largest = max(largest, predicted, paired)
    moments = moment * (len(plan.folds) + 6)
    numbers = TILE * (largest + moments + 8 * k + 12 * plan.n_rows)
    rows = plan.n_rows * moment  # A copy of those that a fold needs.
    return int((numbers + rows) * plan.into.dtype.itemsize)


def choose_width(
    targets: Any, *, memory_gb: float, held: Mapping[str, int], results: int
) -> int:
    """Choose how many targets to read at a time.

    Parameters
    ----------
    targets : sliceable of shape (n, n_targets)
    memory_gb : float
        Budget in GiB, above what Python and its libraries take.
    held : mapping of str to int
        Bytes that are taken already, by what takes them.
    results : int
        Bytes that the results of one target take.

    Returns
    -------
    width : int
        A whole number of tiles.

    Raises
    ------
    DataError
        If not even blocks of one tile fit.
    """
    target = int(targets.shape[0] * targets.dtype.itemsize)
    tile = TILE * (IN_FLIGHT * target + results)
    taken = sum(held.values())
    if taken + tile > memory_gb * GIB:
        named = ", ".join(f"{what} {size / GIB:.3f}" for what, size in held.items())
        need = math.ceil((taken + tile) / GIB * 1000) / 1000
        raise DataError(
            f"a memory of {memory_gb:.3f} GiB is too little: {named}, and for {TILE} "
            f"targets {tile / GIB:.3f}, make {need:.3f} GiB. Give that or more, or "
            "take fewer features, rows or folds."
        )
    fitting = min(memory_gb * GIB - taken, IN_FLIGHT * GIB) // tile
    return TILE * max(1, min(int(fitting), BLOCK_BYTES // (TILE * target)))


def _arrays(record: Any) -> Iterator[np.ndarray]:
    """Every array within records, lists and mappings, at any depth."""
    if isinstance(record, np.ndarray):
        yield record
    elif is_dataclass(record) and not isinstance(record, type):
        names = {*(field.name for field in fields(record)), *vars(record)}
        for name in sorted(names):
            yield from _arrays(getattr(record, name))
    elif isinstance(record, list | tuple):
        for member in record:
            yield from _arrays(member)
    elif isinstance(record, Mapping):
        yield from _arrays(list(record.values()))
