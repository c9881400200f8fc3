"""Folders as users write them."""

import os
from pathlib import Path


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
