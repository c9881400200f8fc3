"""Where the columns of a beta matrix lie, and which of them can be used."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.io.foreign import read_fields
from boldwise.responses.records import Voxels


def number_voxels(n_voxels: int) -> Voxels:
    """Lay voxels of unknown position out in a line.

    Parameters
    ----------
    n_voxels : int

    Returns
    -------
    voxels : Voxels
    """
    line = np.column_stack([np.arange(n_voxels), np.zeros((n_voxels, 2), int)])
    return Voxels(line, (n_voxels, 1, 1))


def read_voxel_table(path: Path, about: Mapping[str, Any]) -> Voxels:
    """Read the positions of voxels from a MATLAB or HDF5 file.

    Parameters
    ----------
    path : Path
    about : mapping
        ``ijk`` and ``volume_shape``: places in the file; ``one_based``: whether
        indices start at 1.

    Returns
    -------
    voxels : Voxels
        Without an affine: the file does not tell.

    Raises
    ------
    DataError
        If indices are not (n_voxels, 3), or lie outside the volume.
    """
    fields = read_fields(path, [about["ijk"], about["volume_shape"]])
    ijk = fields[about["ijk"]]
    if ijk.ndim != 2 or ijk.shape[1] != 3 or fields[about["volume_shape"]].size != 3:
        raise DataError(
            f"{path}: '{about['ijk']}' has shape {ijk.shape} and "
            f"'{about['volume_shape']}' {fields[about['volume_shape']].size} values; "
            "(n_voxels, 3) and 3 are needed. Mend `dataset.voxels`."
        )
    ijk = ijk.astype(np.int64) - int(about["one_based"])
    i, j, k = (int(n) for n in fields[about["volume_shape"]].ravel())
    if (ijk < 0).any() or (ijk >= (i, j, k)).any():
        raise DataError(
            f"{path}: voxel indices run from {ijk.min(0).tolist()} to "
            f"{ijk.max(0).tolist()} (from 0), outside a volume of {(i, j, k)}. Is "
            "`one_based` right?"
        )
    return Voxels(ijk, (i, j, k))


def usable_voxels(response: np.ndarray, *, name: str) -> np.ndarray:
    """Find the voxels that carry information.

    Parameters
    ----------
    response : array of shape (n_trials, n_voxels)
    name : str
        File and subject; named in the message.

    Returns
    -------
    usable : array of bool, shape (n_voxels,)
        False where a voxel is constant over all trials, or not finite in one.

    Raises
    ------
    DataError
        If no voxel is left.
    """
    finite = np.isfinite(response).all(0)
    with np.errstate(invalid="ignore"):
        usable: np.ndarray = finite & (response.max(0) > response.min(0))
    if not usable.any():
        n_empty = int((~np.isfinite(response)).all(1).sum())
        raise DataError(
            f"{name} has no usable voxel: of {len(finite)}, {(~finite).sum()} are not "
            f"finite in some trial ({n_empty} trials have no value at all) and the "
            "others are constant. Leave out these trials, or the subject."
        )
    return usable
