"""Regions of interest: which voxels or vertices lie inside, from files of any kind."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.io.atlases import (
    Atlas,
    name_regions,
    names_within,
    read_annotation,
    read_names,
)
from boldwise.io.cifti import read_cifti, read_cifti_grid
from boldwise.io.fetched_atlases import fetch_labels
from boldwise.io.grids import CIFTI
from boldwise.io.images import Grid, grid_problems, read_mask, read_volume
from boldwise.io.problems import Problems
from boldwise.io.surfaces import CORTEX, read_surface
from boldwise.responses.records import Voxels

Locate = Callable[[str], tuple[Path, ...]]


def read_regions(
    rois: Mapping[str, str],
    atlases: Mapping[str, Mapping[str, Any]],
    voxels: Voxels,
    *,
    locate: Locate,
    space: str,
) -> dict[str, np.ndarray]:
    """Read masks and label images, and find the voxels of each region.

    Parameters
    ----------
    rois : mapping of str
        Masks by name; above zero is inside.
    atlases : mapping of mapping
        Fields of ``Atlas`` by name.
    voxels : Voxels
    locate : callable
        From a template to one file, or to those of the left and right hemisphere.
    space : str
        Of the voxels; for atlases that are fetched.

    Returns
    -------
    roi : dict of array of bool, shape (n_voxels,)
        A label that stands for several regions is led by the name of its atlas.

    Raises
    ------
    DataError
        With every problem of the files, one per line.
    """
    problems, roi = Problems(), dict[str, np.ndarray]()
    for name, template in rois.items():
        with problems.collect():
            roi[name] = np.nan_to_num(values_at(locate(template), voxels)) > 0
    empty = [name for name, inside in roi.items() if not inside.any()]
    if empty:
        problems.add(
            [
                f"no voxel of {name_some(empty)} lies inside the mask ({len(voxels)} "
                "voxels). Leave it out of `dataset.rois`, or mend the mask."
            ]
        )
    for name, fields in atlases.items():
        with problems.collect():
            atlas = Atlas(**fields)
            found = _labelled(name, atlas, voxels, locate=locate, space=space)
            regions = name_regions(*found, atlas.regions, atlas=name)
            twice = set(regions) & {*roi, "all"}
            roi |= {f"{name}-{k}" if k in twice else k: v for k, v in regions.items()}
    problems.refuse()
    return roi


def values_at(paths: tuple[Path, ...], voxels: Voxels) -> np.ndarray:
    """Look up the value of each voxel or vertex in a file.

    Parameters
    ----------
    paths : tuple of Path
        NIfTI or CIFTI; or the files of the left and the right hemisphere.
    voxels : Voxels

    Returns
    -------
    values : array of float, shape (n_voxels,)
        NaN for what the file does not reach: vertices in a NIfTI, voxels in a GIfTI.

    Raises
    ------
    DataError
        If the file lies on another grid or mesh, or reaches none of the voxels.
    """
    if len(paths) == len(CORTEX):
        values = _at_vertices(paths, voxels)
    elif paths[0].name.endswith(CIFTI):
        values = _at_grayordinates(paths[0], voxels)
    else:
        values = _at_voxels(paths[0], voxels)
    if np.isnan(values).all():
        raise DataError(
            f"{paths[0]}: none of the {len(values)} voxels or vertices of the "
            "responses has a value in it. Volumes need NIfTI; surfaces need GIfTI with "
            "`{hemisphere}` in its name."
        )
    return values


def _labelled(
    name: str, atlas: Atlas, voxels: Voxels, *, locate: Locate, space: str
) -> tuple[np.ndarray, dict[int, str]]:
    if atlas.fetch:
        return fetch_labels(atlas.fetch, atlas.options, voxels, space=space)
    if not atlas.path:
        raise DataError(f"atlas '{name}': give `path`, or `fetch`.")
    paths = locate(atlas.path)
    if atlas.lookup:
        tables = [read_names(path) for path in locate(atlas.lookup)]
    else:
        tables = [names_within(path) for path in paths]
    return _join_tables(values_at(paths, voxels), tables, voxels)


def _join_tables(
    values: np.ndarray, tables: Sequence[Mapping[int, str]], voxels: Voxels
) -> tuple[np.ndarray, dict[int, str]]:
    """One table for both hemispheres.

    Where theirs give one value two names, as those of Schaefer's atlas do, the values
    of the right hemisphere are shifted behind those of the left one.
    """
    left, right = tables[0], tables[-1]
    if all(left.get(value, name) == name for value, name in right.items() if value > 0):
        return values, {**left, **right}
    step = max(int(np.nanmax(values)), *left, *right) + 1
    moved = (values > 0) & (np.asarray(voxels.structure) == CORTEX["R"])
    shifted = {value + step: name for value, name in right.items() if value > 0}
    return np.where(moved, values + step, values), {**left, **shifted}


def _at_voxels(path: Path, voxels: Voxels) -> np.ndarray:
    """Values of a NIfTI file on the same grid."""
    inside = ~voxels.on_surface
    values = np.full(len(voxels), np.nan)
    if not inside.any():
        return values
    data, grid = read_volume(path)
    if grid.n_volumes != 1:
        read_mask(path)  # says that one volume is needed
    affine = grid.affine if voxels.affine is None else voxels.affine
    wanted = Grid(Path("the volume of the responses"), voxels.volume_shape, affine)
    problems = grid_problems(grid, wanted)
    if problems:
        raise DataError("\n".join(problems))
    values[inside] = data.reshape(grid.shape)[tuple(voxels.ijk[inside].T)]
    return values


def _at_vertices(paths: tuple[Path, ...], voxels: Voxels) -> np.ndarray:
    values = np.full(len(voxels), np.nan)
    for path, structure in zip(paths, CORTEX.values(), strict=True):
        if structure not in voxels.n_vertices:
            continue
        if path.name.endswith(".annot"):
            data = read_annotation(path)[0].astype(float)
        else:
            data = read_surface(path)[0]
        if len(data) != voxels.n_vertices[structure]:
            raise DataError(
                f"{path}: {len(data)} vertices, but the responses lie on a mesh of "
                f"{voxels.n_vertices[structure]}. Resample it to that mesh."
            )
        here = voxels.on_surface & (voxels.structure == structure)
        values[here] = data[np.asarray(voxels.vertex)[here]]
    return values


def _at_grayordinates(path: Path, voxels: Voxels) -> np.ndarray:
    """Values of a CIFTI file, joined by structure and vertex, or by voxel."""
    grid = read_cifti_grid(path)
    other = grid.voxels
    shared = set(other.n_vertices) & set(voxels.n_vertices)
    torn = [one for one in shared if other.n_vertices[one] != voxels.n_vertices[one]]
    if torn:
        raise DataError(
            f"{path}: {other.n_vertices[torn[0]]} vertices in {torn[0]}, but the "
            f"responses have {voxels.n_vertices[torn[0]]}. Resample it to that mesh."
        )
    data = read_cifti(path)[0]
    known = dict(zip(_keys(other), data, strict=True))
    return np.array([known.get(key, np.nan) for key in _keys(voxels)], dtype=float)


def _keys(voxels: Voxels) -> list[tuple[Any, ...]]:
    names = ["" if s else "voxel" for s in voxels.on_surface]
    if voxels.structure is not None:
        names = np.where(voxels.on_surface, voxels.structure, "voxel").tolist()
    vertex = np.full(len(voxels), -1) if voxels.vertex is None else voxels.vertex
    columns = np.column_stack([vertex, voxels.ijk]).tolist()
    return [(name, *row) for name, row in zip(names, columns, strict=True)]
