"""Rows out of anything that can be sliced: arrays in memory, HDF5 on disk."""

import hashlib
from itertools import pairwise
from typing import Any

import numpy as np

PROBED_BYTES = 2**26  # of rows that stand for an array when two runs are told apart


def take_rows(source: Any, rows: np.ndarray) -> np.ndarray:
    """Read rows, each once and in the order of the file.

    Parameters
    ----------
    source : sliceable of shape (n_rows, ...)
        Array, memory map or HDF5 dataset.
    rows : array of int, shape (n,)
        In any order; may repeat.

    Returns
    -------
    values : array of shape (n, ...)
    """
    if isinstance(source, np.ndarray):
        return np.ascontiguousarray(source[rows])
    unique, place = np.unique(rows, return_inverse=True)
    values = np.empty((len(unique), *source.shape[1:]), source.dtype)
    for first, last in _spans(unique):
        values[first:last] = source[unique[first] : unique[last - 1] + 1]
    return values if np.array_equal(place, np.arange(len(rows))) else values[place]


def digest_of(source: Any, rows: np.ndarray) -> str:
    """Tell two arrays apart by their shape, type and up to 64 MiB of their rows.

    Parameters
    ----------
    source : sliceable of shape (n_rows, ...)
    rows : array of int, shape (n,)
        Those that matter. Those that are read are spread over them.

    Returns
    -------
    digest : str
    """
    told = hashlib.sha256(f"{source.shape} {source.dtype} ".encode())
    told.update(np.ascontiguousarray(rows, np.int64).tobytes())
    if len(rows):
        row_bytes = max(1, int(np.prod(source.shape[1:])) * source.dtype.itemsize)
        n_probes = min(len(rows), max(2, PROBED_BYTES // row_bytes))
        probes = np.linspace(0, len(rows) - 1, n_probes).astype(int)
        told.update(take_rows(source, rows[probes]).tobytes())
    return told.hexdigest()


def _spans(rows: np.ndarray) -> list[tuple[int, int]]:
    """Cut ascending rows where they are not neighbours: (first, behind the last)."""
    cuts = np.flatnonzero(np.diff(rows) != 1) + 1
    ends = [0, *cuts.tolist(), len(rows)]
    return [(a, b) for a, b in pairwise(ends) if b > a]
