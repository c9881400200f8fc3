"""Room on a disk: what does not fit is told in one sentence, and before it is begun."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boldwise.errors import FULL, StoreError, tell_disk_trouble


def refuse_no_room(path: str | Path, arrays: Iterable[Any]) -> None:
    """Raise if arrays do not fit on the disk of a file to come.

    HDF5 takes a full disk badly: it may end the whole process.

    Parameters
    ----------
    path : path
        In a folder that exists.
    arrays : iterable of array, or of what has shape and dtype
        Text, and what has neither, takes next to nothing.

    Raises
    ------
    StoreError
        With both sizes.
    """
    needed = sum(_bytes_of(one) for one in arrays)
    free = shutil.disk_usage(Path(path).parent).free
    if needed > free:
        raise StoreError(
            f"{path}: takes {needed / 1e6:,.1f} MB, but its disk has "
            f"{free / 1e6:,.1f} MB free. Make room, or work on another disk, and run "
            "again."
        )


@contextmanager
def tell_full_disk(path: str | Path) -> Iterator[None]:
    """Turn the system's word of a full disk into a sentence about a file.

    Parameters
    ----------
    path : path
        That is written.

    Yields
    ------
    None

    Raises
    ------
    StoreError
        If the disk, a quota or the largest size of a file is reached.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise StoreError(tell_disk_trouble(error, path)) from error


def _bytes_of(values: Any) -> int:
    dtype, shape = getattr(values, "dtype", None), getattr(values, "shape", ())
    if dtype is None or dtype.kind not in "biufc":
        return 0
    size = int(dtype.itemsize)
    for n in shape:
        size *= int(n)
    return size
