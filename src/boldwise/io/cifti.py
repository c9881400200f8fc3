"""CIFTI-2: cortex as vertices and the rest as voxels, in one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.atomic import new_file
from boldwise.errors import DataError, first_line
from boldwise.io.images import BROKEN
from boldwise.responses.records import Voxels

PREFIX = "CIFTI_STRUCTURE_"
SECOND = "SECOND"


@dataclass(frozen=True)
class CiftiGrid:
    """Grayordinates of a file, and when its volumes were taken.

    Attributes
    ----------
    path : Path
    voxels : Voxels
        All of them, in the order of the file.
    n_volumes : int
    tr_s : float or None
    """

    path: Path
    voxels: Voxels
    n_volumes: int
    tr_s: float | None = None


def read_cifti_grid(path: Path) -> CiftiGrid:
    """Read the header of a CIFTI file, and none of its values.

    Parameters
    ----------
    path : Path
        ``.dtseries.nii``, ``.dscalar.nii`` or ``.dlabel.nii``.

    Returns
    -------
    grid : CiftiGrid

    Raises
    ------
    DataError
        If the file is absent, no CIFTI, or its columns are no grayordinates.
    """
    image = open_cifti(path)
    rows, columns = (image.header.get_axis(i) for i in (0, 1))
    if not hasattr(columns, "vertex"):
        raise DataError(
            f"{path}: its columns are {type(columns).__name__}, not grayordinates. "
            "Name a dense file: `.dtseries.nii`, `.dscalar.nii` or `.dlabel.nii`."
        )
    timed = getattr(rows, "unit", None) == SECOND
    return CiftiGrid(
        path=path,
        voxels=_voxels_of(columns),
        n_volumes=len(rows),
        tr_s=float(rows.step) if timed else None,
    )


def read_cifti(path: Path) -> np.ndarray:
    """Read the values of a CIFTI file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    data : array of float32, shape (n_rows, n_grayordinates)

    Raises
    ------
    DataError
        If the file is absent, no CIFTI, or truncated.
    """
    image = open_cifti(path)
    try:
        return np.asarray(image.dataobj, dtype=np.float32)
    except BROKEN as error:
        raise DataError(
            f"{path}: the header promises {image.shape} values, but they cannot be "
            f"read ({first_line(error)}). Fetch the file again."
        ) from error


def read_cifti_labels(path: Path) -> dict[int, str]:
    """Read the names of the labels of a ``.dlabel.nii`` file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    names : dict of str
        By value; empty where the file has no label table.
    """
    rows = open_cifti(path).header.get_axis(0)
    if not hasattr(rows, "label"):
        return {}
    return {int(k): str(name) for k, (name, _) in rows.label[0].items()}


def open_cifti(path: Path) -> Any:
    """Open a CIFTI-2 file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    image : nibabel.Cifti2Image

    Raises
    ------
    DataError
        If the file is absent or no CIFTI-2.
    """
    import nibabel as nib

    if not path.exists():
        raise DataError(f"{path}: no such file. Check the path in the config.")
    try:
        image = nib.load(path)
    except (nib.filebasedimages.ImageFileError, OSError, EOFError) as error:
        raise DataError(
            f"{path}: cannot be read as CIFTI ({first_line(error)}). Fetch it again."
        ) from error
    if not isinstance(image, nib.Cifti2Image):
        raise DataError(
            f"{path}: a NIfTI without CIFTI's table. Convert it (wb_command)."
        )
    return image


def write_cifti(
    path: str | Path, values: np.ndarray, voxels: Voxels, *, name: str
) -> None:
    """Write one value per grayordinate as ``.dscalar.nii``, whole or not at all.

    Parameters
    ----------
    path : path
    values : array of shape (n_voxels,)
        Written as float32.
    voxels : Voxels
        With structures. What is not among them is absent from the file.
    name : str
        Of the map, as viewers show it.
    """
    import nibabel as nib

    axes: Any = nib.cifti2
    structure = np.asarray(voxels.structure)
    order = np.argsort(structure, kind="stable")  # Each structure lies together.
    placed = voxels.take(order)
    affine = np.eye(4) if placed.affine is None else placed.affine
    columns = axes.BrainModelAxis(
        [PREFIX + one for one in structure[order]],
        voxel=placed.ijk,
        vertex=placed.vertex,
        affine=None if placed.on_surface.all() else affine,
        volume_shape=None if placed.on_surface.all() else placed.volume_shape,
        nvertices={PREFIX + one: n for one, n in placed.n_vertices.items()},
    )
    rows = axes.ScalarAxis([name])
    image = nib.Cifti2Image(
        np.ascontiguousarray(values[order][None], np.float32), header=(rows, columns)
    )
    image.nifti_header.set_intent("NIFTI_INTENT_CONNECTIVITY_DENSE_SCALARS")
    with new_file(path) as temporary:
        nib.save(image, temporary)


def _voxels_of(columns: Any) -> Voxels:
    shape = columns.volume_shape
    i, j, k = (0, 0, 0) if shape is None else (int(n) for n in shape)
    structure = np.array([str(one).removeprefix(PREFIX) for one in columns.name])
    return Voxels(
        ijk=np.asarray(columns.voxel, np.int64),
        volume_shape=(i, j, k),
        affine=columns.affine,
        vertex=np.asarray(columns.vertex, np.int64),
        structure=structure,
        n_vertices={
            str(one).removeprefix(PREFIX): int(n)
            for one, n in columns.nvertices.items()
        },
    )
