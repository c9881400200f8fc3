"""Folders as users write them."""

import os
from pathlib import Path, PurePosixPath


def expand(folder: str) -> Path:
    """Turn a folder of the config into a path.

    Parameters
    ----------
    folder : str
        May start with ``~`` and hold ``$VARIABLE``; relative to where the workflow
        runs.

    Returns
    -------
    path : Path
    """
    return Path(os.path.expandvars(folder)).expanduser()


def fixed_folder(pattern: str) -> str:
    """Folder that all files of a pattern lie below.

    Parameters
    ----------
    pattern : str
        With ``*``, ``?`` or ``[``, or without.

    Returns
    -------
    folder : str
        ``images`` of ``images/*/*.jpg``.
    """
    parts = PurePosixPath(pattern).parts[:-1]
    open_ = [i for i, part in enumerate(parts) if any(c in part for c in "*?[")]
    return str(PurePosixPath(*parts[: open_[0] if open_ else len(parts)]))
