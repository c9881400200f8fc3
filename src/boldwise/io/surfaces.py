"""Values on the vertices of the cortex: GIfTI, and the files of FreeSurfer."""

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import numpy as np

from boldwise.atomic import new_file
from boldwise.errors import DataError, first_line
from boldwise.io.images import BROKEN

CORTEX = {"L": "CORTEX_LEFT", "R": "CORTEX_RIGHT"}
GIFTI_NAMES = {"CORTEX_LEFT": "CortexLeft", "CORTEX_RIGHT": "CortexRight"}
FREESURFER = (".mgh", ".mgz")
HEAD_BYTES = 2**16  # The first array is announced before any of its values.


@dataclass(frozen=True)
class SurfaceGrid:
    """Meshes of both hemispheres that a run lies on.

    Attributes
    ----------
    paths : tuple of Path
        Left and right hemisphere.
    n_vertices : tuple of int
        Of the whole mesh of each.
    n_volumes : int
    tr_s : None
        GIfTI does not tell; the sidecar does.
    """

    paths: tuple[Path, ...]
    n_vertices: tuple[int, ...]
    n_volumes: int
    tr_s: None = None

    @property
    def path(self) -> Path:
        """The file that is named in messages."""
        return self.paths[0]


def read_surface_grid(paths: tuple[Path, ...]) -> SurfaceGrid:
    """Read how large the surface series of a run are, and none of their values.

    Parameters
    ----------
    paths : tuple of Path
        GIfTI files of the left and the right hemisphere.

    Returns
    -------
    grid : SurfaceGrid

    Raises
    ------
    DataError
        If a file is absent, no GIfTI, or the hemispheres differ in length.
    """
    if len(paths) != len(CORTEX):
        raise DataError(
            f"{paths[0]}: one file for both hemispheres. Write `{{hemisphere}}` (L, R) "
            "or `{hemi}` (lh, rh) into the name."
        )
    sizes = [_announced(path) for path in paths]
    volumes = [n_volumes for _, n_volumes in sizes]
    if len(set(volumes)) > 1:
        raise DataError(
            f"{paths[0]}: {volumes[0]} volumes, but {paths[1].name} has {volumes[1]}. "
            "Fetch both hemispheres of one run again."
        )
    return SurfaceGrid(paths, tuple(n for n, _ in sizes), volumes[0])


def read_surface(path: Path) -> np.ndarray:
    """Read one value or several per vertex of one hemisphere.

    Parameters
    ----------
    path : Path
        GIfTI, or FreeSurfer's ``.mgh``, ``.mgz``.

    Returns
    -------
    data : array of float32, shape (n_arrays, n_vertices)

    Raises
    ------
    DataError
        If the file is absent, damaged, or no such file.
    """
    image = open_surface(path)
    try:
        if hasattr(image, "darrays"):
            data = [np.atleast_2d(_rows(one.data)) for one in image.darrays]
            return np.concatenate(data).astype(np.float32)
        values = np.asarray(image.dataobj, np.float32)  # (n_vertices, 1, 1[, n])
    except BROKEN as error:
        raise _damaged(path, error) from error
    return np.atleast_2d(_rows(values.reshape(values.shape[0], -1)))


def open_surface(path: Path) -> Any:
    """Open a GIfTI or FreeSurfer file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    image : nibabel image

    Raises
    ------
    DataError
        If the file is absent or cannot be read.
    """
    import nibabel as nib

    if not path.exists():
        raise DataError(f"{path}: no such file. Check the path in the config.")
    unreadable = (nib.filebasedimages.ImageFileError, ExpatError, zlib.error)
    try:
        if path.suffix in FREESURFER:  # nibabel leaves such files open
            data = path.read_bytes()
            unpacked = gzip.decompress(data) if path.suffix == ".mgz" else data
            return nib.MGHImage.from_bytes(unpacked)
        return nib.load(path)
    except (*unreadable, OSError, EOFError, ValueError) as error:
        raise _damaged(path, error) from error


def write_surface(
    path: str | Path, values: np.ndarray, *, structure: str, name: str
) -> None:
    """Write one value per vertex as GIfTI, whole or not at all.

    Parameters
    ----------
    path : path
        Ends in ``.func.gii`` or ``.shape.gii``.
    values : array of shape (n_vertices,)
        Written as float32; NaN where there is no value.
    structure : str
        ``"CORTEX_LEFT"`` or ``"CORTEX_RIGHT"``.
    name : str
        Of the map, as viewers show it.
    """
    import nibabel as nib

    gifti: Any = nib.gifti
    about = {"AnatomicalStructurePrimary": GIFTI_NAMES[structure]}
    intent = "SHAPE" if str(path).endswith(".shape.gii") else "NONE"
    array = gifti.GiftiDataArray(
        np.ascontiguousarray(values, np.float32),
        intent=f"NIFTI_INTENT_{intent}",
        datatype="NIFTI_TYPE_FLOAT32",
        meta={"Name": name, **about},
    )
    image = gifti.GiftiImage(meta=gifti.GiftiMetaData(about), darrays=[array])
    with new_file(path) as temporary:
        nib.save(image, temporary)


def _announced(path: Path) -> tuple[int, int]:
    """Vertices and volumes, from the first tags of a GIfTI file."""
    if not path.exists():
        raise DataError(f"{path}: no such file. Check the path in the config.")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).decode("utf-8", errors="replace")
    arrays = re.search(r"<GIFTI[^>]*?NumberOfDataArrays=\"(\d+)\"", head, re.DOTALL)
    first = re.search(r"<DataArray\s[^>]*>", head, re.DOTALL)
    sizes = re.findall(r"Dim\d=\"(\d+)\"", first[0]) if first else []
    if not arrays or not sizes:
        raise DataError(
            f"{path}: not a GIfTI file of values on vertices. Name `*_bold.func.gii`."
        )
    n_arrays = int(arrays[1])
    stacked = n_arrays == 1 and len(sizes) == 2
    return int(sizes[0]), int(sizes[1]) if stacked else n_arrays


def _rows(values: np.ndarray) -> np.ndarray:
    """Vertices along the last axis."""
    return values.T if values.ndim == 2 else values


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path}: cannot be read as GIfTI or FreeSurfer values ({first_line(error)}). "
        "Fetch the file again."
    )
