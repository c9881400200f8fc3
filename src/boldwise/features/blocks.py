"""Rows that do not fit into memory are read in blocks, always of one size."""

from collections.abc import Iterator

BLOCK = 2**24  # numbers; a constant, whatever the memory, so that sums never vary


def cut_rows(rows: slice, n_rows: int, width: int) -> Iterator[slice]:
    """Cut rows into blocks of at most 2**24 numbers.

    Parameters
    ----------
    rows : slice
        With a step of 1.
    n_rows : int
        Rows that there are.
    width : int
        Numbers of a row where it is read.

    Yields
    ------
    block : slice
        One row at least.

    Examples
    --------
    >>> [(one.start, one.stop) for one in cut_rows(slice(None), 5, BLOCK // 2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    start, stop, _ = rows.indices(n_rows)
    step = max(1, BLOCK // max(1, width))
    for first in range(start, stop, step):
        yield slice(first, min(first + step, stop))
