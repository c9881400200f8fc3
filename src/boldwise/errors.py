"""Errors that say what is wrong, with which numbers, where, and what to do."""

import errno
from collections.abc import Iterable

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
BARRED = (errno.EROFS, errno.EACCES, errno.EPERM)


class BoldwiseError(Exception):
    """Base class of everything that boldwise refuses on purpose."""


class ConfigError(BoldwiseError):
    """The configuration cannot be run as written."""


class ShapeMismatchError(BoldwiseError, ValueError):
    """Two arrays that must agree along an axis do not."""


class DataError(BoldwiseError, ValueError):
    """A file of the user's holds something that cannot be used."""


class StoreError(BoldwiseError):
    """An HDF5 store is unfinished, damaged, of another version or lacks a field."""


class LeakageError(BoldwiseError):
    """A split would show a model what it is tested on."""


class WeightsError(BoldwiseError):
    """The weights of a feature model cannot be had."""


def name_some(names: Iterable[object], *, at_most: int = 5) -> str:
    """Quote the first few of many names, and count the rest.

    Parameters
    ----------
    names : iterable
        What to name; each is shown by ``str``.
    at_most : int
        How many to spell out.

    Returns
    -------
    text : str
        For example ``'a', 'b' and 3 more``.
    """
    listed = [f"'{name}'" for name in names]
    shown = ", ".join(listed[:at_most])
    rest = len(listed) - at_most
    return f"{shown} and {rest} more" if rest > 0 else shown


def first_line(error: object) -> str:
    """Tell an error of another library in one line.

    Parameters
    ----------
    error : exception or str

    Returns
    -------
    text : str
        Its first line; the name of its type where it says nothing.
    """
    return (str(error).splitlines() or [type(error).__name__])[0]


def tell_disk_trouble(error: OSError, path: object = None) -> str:
    """Turn the system's word of a full or barred disk into a sentence.

    Parameters
    ----------
    error : OSError
    path : path
        File that it is about; None: what the system names.

    Returns
    -------
    text : str
        Empty where it is about something else.
    """
    path = path or error.filename or "a result"
    if error.errno in FULL:
        return (
            f"{path}: cannot be written to its end, the disk or your quota is full "
            "(or files may not be so large). Make room, and run again."
        )
    if error.errno in BARRED:
        return (
            f"{path}: the system does not let you ({first_line(error)}). The folder is "
            "read-only or somebody else's; mend its rights, or run in a folder of your "
            "own (snakemake --directory)."
        )
    return ""
