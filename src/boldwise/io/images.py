"""NIfTI volumes and their grids."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np

from boldwise.atomic import new_file
from boldwise.errors import DataError, first_line

SECONDS = {"sec": 1.0, "msec": 1e-3, "usec": 1e-6}
MM_TOLERANCE = 1e-3
BROKEN = (  # what damage raises
    *(OSError, EOFError, ValueError, MemoryError, zlib.error),
    *(nib.filebasedimages.ImageFileError, nib.spatialimages.HeaderDataError),
)


@dataclass(frozen=True)
class Grid:
    """Where the voxels of a volume lie, and when its volumes were taken.

    Attributes
    ----------
    path : Path
        The file; named in messages.
    shape : tuple of int
        Shape of one volume, (i, j, k).
    affine : array of shape (4, 4)
        Maps indices to mm.
    n_volumes : int
        1 for a 3-D file.
    tr_s : float or None
        Repetition time in seconds; None where the header does not tell.
    """

    path: Path
    shape: tuple[int, int, int]
    affine: np.ndarray
    n_volumes: int = 1
    tr_s: float | None = None


def read_grid(path: str | Path) -> Grid:
    """Read the header of a NIfTI file, and none of its voxels.

    Parameters
    ----------
    path : path

    Returns
    -------
    grid : Grid

    Raises
    ------
    DataError
        If the file is absent, not an image, or neither 3-D nor 4-D.
    """
    return _grid_of(Path(path), _open(path))


def read_volume(path: str | Path) -> tuple[np.ndarray, Grid]:
    """Read a NIfTI file.

    Parameters
    ----------
    path : path

    Returns
    -------
    data : array of float32, shape (i, j, k) or (i, j, k, n_volumes)
        In the unit of the file, with its scale factors applied.
    grid : Grid

    Raises
    ------
    DataError
        If the file is absent, not an image, or truncated.
    """
    image = _open(path)
    grid = _grid_of(Path(path), image)
    try:
        data = np.asanyarray(image.dataobj, dtype=np.float32)
    except BROKEN as error:
        raise DataError(
            f"{path}: the header promises {image.shape} values, but they cannot be "
            f"read ({first_line(error)}). Fetch the file again."
        ) from error
    return data.reshape(*grid.shape, *image.shape[3:]), grid


def holds_plain_integers(path: str | Path) -> bool:
    """Tell whether a NIfTI file stores whole numbers without a scale factor.

    Parameters
    ----------
    path : path

    Returns
    -------
    plain : bool
    """
    stored = _open(path).dataobj  # Of the header, nibabel forgets the scale.
    return bool(stored.dtype.kind in "iu" and (stored.slope, stored.inter) == (1, 0))


def read_mask(path: str | Path, grid: Grid | None = None) -> np.ndarray:
    """Read a mask; what is above zero is inside.

    Some regions of interest mark with -1 what lies outside the cortex (NSD).

    Parameters
    ----------
    path : path
    grid : Grid, optional
        Refuse a mask that lies on another grid.

    Returns
    -------
    mask : array of bool, shape (i, j, k)

    Raises
    ------
    DataError
        If the grids differ, or the mask is 4-D or empty.
    """
    data, own = read_volume(path)
    problems = grid_problems(own, grid) if grid else []
    if own.n_volumes != 1:
        problems.append(f"{path}: a mask is one volume, this has {own.n_volumes}.")
    mask: np.ndarray = np.nan_to_num(data.reshape(*own.shape, -1)[..., 0]) > 0
    if not mask.any():
        problems.append(
            f"{path}: the mask is empty (none of {mask.size} voxels is > 0)."
        )
    if problems:
        raise DataError("\n".join(problems))
    return mask


def grid_problems(grid: Grid, reference: Grid) -> list[str]:
    """Say how a grid differs from that of another file.

    Parameters
    ----------
    grid, reference : Grid

    Returns
    -------
    problems : list of str
        One sentence, or none.
    """
    advice = f"Resample it to the grid of {reference.path}"
    if grid.shape != reference.shape:
        return [
            f"{grid.path}: shape {grid.shape}, but {reference.path} has shape "
            f"{reference.shape}. {advice}, or name the right file."
        ]
    gap = np.abs(grid.affine - reference.affine).max()
    if not np.allclose(grid.affine, reference.affine, atol=MM_TOLERANCE):
        return [
            f"{grid.path}: same shape as {reference.path}, but another affine (they "
            f"differ by up to {gap:.3g} mm). {advice}."
        ]
    return []


def write_volume(
    path: str | Path,
    data: np.ndarray,
    affine: np.ndarray | None = None,
    *,
    tr_s: float | None = None,
    space: str = "",
) -> None:
    """Write a NIfTI file, whole or not at all; equal data give equal bytes.

    Parameters
    ----------
    path : path
        Ends in ``.nii`` or ``.nii.gz``.
    data : array of shape (i, j, k) or (i, j, k, n_volumes)
        Booleans become 0 and 1 (uint8), other types stay as they are.
    affine : array of shape (4, 4), optional
        Maps indices to mm. Absent: the identity, marked in the header as unknown.
    tr_s : float, optional
        Repetition time of a 4-D file, in seconds.
    space : str
        Spaces whose name starts with ``MNI`` are marked as such in the header.
    """
    values = data.astype(np.uint8) if data.dtype == np.bool_ else data
    image = nib.Nifti1Image(values, np.eye(4) if affine is None else affine)
    image.header.set_xyzt_units("mm", "sec")
    if affine is not None:
        _set_position(image, affine, "mni" if space.startswith("MNI") else "aligned")
    if tr_s is not None:
        image.header.set_zooms((*image.header.get_zooms()[:3], tr_s))
    if affine is None:
        image.header["descrip"] = b"position unknown: identity affine"
    with new_file(path) as temporary:
        nib.save(image, temporary)


def _set_position(image: Any, affine: np.ndarray, code: str) -> None:
    """Set both forms of the affine: programs differ in which of them they read."""
    image.set_sform(affine, code)
    image.set_qform(affine, code, strip_shears=True)
    if not np.allclose(image.get_qform(), affine, atol=MM_TOLERANCE):
        image.set_qform(None)  # A shear has no qform; the sform alone is right.


def fill_volume(
    values: np.ndarray, ijk: np.ndarray, volume_shape: Sequence[int]
) -> np.ndarray:
    """Put one value per voxel back into a volume.

    Parameters
    ----------
    values : array of float, shape (n_voxels,)
    ijk : array of int, shape (n_voxels, 3)
        Indices into the volume, from 0.
    volume_shape : sequence of int
        (i, j, k).

    Returns
    -------
    volume : array of float32, shape (i, j, k)
        NaN where there is no voxel.
    """
    volume = np.full(tuple(volume_shape), np.nan, np.float32)
    volume[tuple(ijk.T)] = values
    return volume


def _open(path: str | Path) -> Any:
    if not Path(path).exists():
        raise DataError(f"{path}: no such file. Check the path in the config.")
    try:
        return nib.load(path)
    except BROKEN as error:
        raise DataError(
            f"{path}: cannot be read as NIfTI ({first_line(error)}). Give a whole "
            "`.nii` or `.nii.gz` file."
        ) from error


def _grid_of(path: Path, image: Any) -> Grid:
    shape = tuple(int(n) for n in image.shape)
    if len(shape) not in (3, 4):
        raise DataError(f"{path}: {len(shape)}-D, but 3-D or 4-D is needed.")
    if min(shape) < 1:
        raise DataError(
            f"{path}: the header promises a shape of {shape}, which no image has. "
            "Fetch the file again."
        )
    i, j, k = shape[:3]
    if len(shape) == 3:
        return Grid(path, (i, j, k), image.affine)
    unit = _time_unit(image.header)
    step = float(image.header.get_zooms()[3]) * SECONDS.get(unit, 1.0)
    known = unit in SECONDS and step > 0
    return Grid(path, (i, j, k), image.affine, shape[3], step if known else None)


def _time_unit(header: Any) -> str:
    try:
        return str(header.get_xyzt_units()[1])
    except KeyError:  # A code that the format does not know.
        return "unknown"
