"""Runs on any grid: one interface for NIfTI, GIfTI and CIFTI."""

from pathlib import Path

import numpy as np

from boldwise.io.cifti import CiftiGrid, read_cifti, read_cifti_grid
from boldwise.io.images import Grid, grid_problems, read_grid, read_volume
from boldwise.io.surfaces import CORTEX, SurfaceGrid, read_surface, read_surface_grid
from boldwise.responses.records import Voxels

AnyGrid = Grid | SurfaceGrid | CiftiGrid
CIFTI = (".dtseries.nii", ".dscalar.nii", ".dlabel.nii")


def read_any_grid(paths: tuple[Path, ...]) -> AnyGrid:
    """Read the header of a run, by the ends of its file names.

    Parameters
    ----------
    paths : tuple of Path
        One NIfTI or CIFTI file, or the GIfTI files of both hemispheres.

    Returns
    -------
    grid : Grid, SurfaceGrid or CiftiGrid

    Raises
    ------
    DataError
        If a file is absent or not of its kind.
    """
    if paths[0].name.endswith(".gii"):
        return read_surface_grid(paths)
    if paths[0].name.endswith(CIFTI):
        return read_cifti_grid(paths[0])
    return read_grid(paths[0])


def read_columns_of(grid: AnyGrid, columns: np.ndarray) -> np.ndarray:
    """Read the values of a run.

    Parameters
    ----------
    grid : Grid, SurfaceGrid or CiftiGrid
    columns : array of bool
        Shape (i, j, k) of a volume, else (n_columns,): what to keep.

    Returns
    -------
    data : array of float32, shape (n_volumes, n_kept)
        Voxels in the order of the volume; left before right hemisphere.

    Raises
    ------
    DataError
        If a file is damaged.
    """
    if isinstance(grid, Grid):
        kept: np.ndarray = read_volume(grid.path)[0][columns].T
        return kept
    if isinstance(grid, CiftiGrid):
        return read_cifti(grid.path)[:, columns]
    both = np.concatenate([read_surface(path) for path in grid.paths], axis=1)
    return both[:, columns]


def voxels_of(grid: AnyGrid, columns: np.ndarray) -> Voxels:
    """Say where the columns of a run lie.

    Parameters
    ----------
    grid : Grid, SurfaceGrid or CiftiGrid
    columns : array of bool
        As for ``read_columns_of``.

    Returns
    -------
    voxels : Voxels
        Of length n_kept, without regions.
    """
    if isinstance(grid, Grid):
        return Voxels(np.argwhere(columns), grid.shape, grid.affine)
    if isinstance(grid, CiftiGrid):
        return grid.voxels.take(columns)
    return place_vertices(grid.n_vertices).take(columns)


def place_vertices(n_vertices: tuple[int, ...]) -> Voxels:
    """Lay out all vertices of the left and the right cortex.

    Parameters
    ----------
    n_vertices : tuple of int
        Of the mesh of each hemisphere.

    Returns
    -------
    voxels : Voxels
        Left before right, without regions.
    """
    names = list(CORTEX.values())
    return Voxels(
        ijk=np.full((sum(n_vertices), 3), -1),
        volume_shape=(0, 0, 0),
        vertex=np.concatenate([np.arange(n) for n in n_vertices]),
        structure=np.repeat(names, n_vertices),
        n_vertices=dict(zip(names, n_vertices, strict=True)),
    )


def all_columns(grid: AnyGrid) -> np.ndarray:
    """Make a mask that keeps everything.

    Parameters
    ----------
    grid : Grid, SurfaceGrid or CiftiGrid

    Returns
    -------
    columns : array of bool
        Shape (i, j, k) of a volume, else (n_columns,).
    """
    if isinstance(grid, Grid):
        return np.ones(grid.shape, bool)
    if isinstance(grid, CiftiGrid):
        return np.ones(len(grid.voxels), bool)
    return np.ones(sum(grid.n_vertices), bool)


def any_grid_problems(grid: AnyGrid, reference: AnyGrid) -> list[str]:
    """Say how the grid of a run differs from that of another run.

    Parameters
    ----------
    grid, reference : Grid, SurfaceGrid or CiftiGrid

    Returns
    -------
    problems : list of str
        One sentence, or none.
    """
    if isinstance(grid, Grid) and isinstance(reference, Grid):
        return grid_problems(grid, reference)
    if isinstance(grid, SurfaceGrid) and isinstance(reference, SurfaceGrid):
        if grid.n_vertices == reference.n_vertices:
            return []
        return [
            f"{grid.path}: meshes of {grid.n_vertices} vertices, but {reference.path} "
            f"lies on {reference.n_vertices}. Take all runs from one space."
        ]
    if isinstance(grid, CiftiGrid) and isinstance(reference, CiftiGrid):
        one, other = grid.voxels, reference.voxels
        if len(one) == len(other) and np.array_equal(one.place, other.place):
            return []
        return [
            f"{grid.path}: {len(one)} grayordinates, but {reference.path} has "
            f"{len(other)}, or others. Take all runs from one `den-`."
        ]
    return [f"{grid.path}: another kind of file than {reference.path}. Name one kind."]
