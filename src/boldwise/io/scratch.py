"""Runs and responses larger than memory, in a folder that is gone afterwards."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from boldwise.responses.records import Responses, Voxels
from boldwise.responses.ridge_responses import ridge_responses
from boldwise.responses.runs import Recipe, Run


def estimate_on_disk(runs: Iterable[Run], voxels: Voxels, recipe: Recipe) -> Responses:
    """Estimate single-trial responses by the full recipe, with one run in memory.

    Runs are laid down uncompressed, as blocks of voxels are read from all of them
    several times. The responses lie on disk too, in a file without a name: the system
    frees it when nobody holds them any more.

    Parameters
    ----------
    runs : iterable of Run
        Each is dropped before the next is asked for.
    voxels : Voxels
        The columns of every run.
    recipe : Recipe

    Returns
    -------
    responses : Responses
        As of ``ridge_responses``.

    Raises
    ------
    DataError
        As by ``ridge_responses``.
    """
    with TemporaryDirectory(prefix="boldwise-", ignore_cleanup_errors=True) as folder:

        def _allocate(shape: tuple[int, int]) -> np.ndarray:
            return _new(Path(folder) / "responses.npy", shape)

        kept = [_lay_down(run, Path(folder) / f"{n}.npy") for n, run in enumerate(runs)]
        return ridge_responses(kept, voxels, recipe, allocate=_allocate)


def _lay_down(run: Run, path: Path) -> Run:
    n_volumes, n_voxels = run.bold.shape
    bold = _new(path, (n_volumes, n_voxels))
    bold[:] = run.bold
    return replace(run, bold=bold)


def _new(path: Path, shape: tuple[int, int]) -> np.ndarray:
    if 0 in shape:
        return np.zeros(shape, np.float32)
    return np.lib.format.open_memmap(path, "w+", np.float32, shape)
