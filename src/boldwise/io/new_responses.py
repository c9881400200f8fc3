"""Responses that a study did not measure, in the voxels of its own."""

from pathlib import Path

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.io.grids import (
    CIFTI,
    all_columns,
    read_any_grid,
    read_columns_of,
    voxels_of,
)
from boldwise.io.images import MM_TOLERANCE, Grid
from boldwise.io.matrices import read_matrix
from boldwise.io.records import open_responses
from boldwise.io.tables import numbers, read_table
from boldwise.responses.records import Voxels
from boldwise.responses.repeats import average_repeats

TABLES = (".tsv", ".csv")
IMAGES = (".nii", ".nii.gz", *CIFTI)


def read_new_responses(
    path: str | Path, voxels: Voxels, *, unit: str
) -> tuple[np.ndarray, np.ndarray]:
    """Read responses, in the order of the voxels of a fitted model.

    Parameters
    ----------
    path : path
        Store of responses (``.h5``), whose voxels are found by their place; image
        (``.nii``, ``.nii.gz``, ``.dtseries.nii``), a volume per response; or a matrix
        with a row per response and a column per voxel, in the order of the model:
        ``.npy``, or ``.tsv`` and ``.csv`` with a column ``stimulus_id``.
    voxels : Voxels
        Of the model.
    unit : str
        Of the responses that it was fitted to.

    Returns
    -------
    stimulus_id : array of str, shape (n,)
        Sorted; ``row-1`` and so on, where the file has no ids. Repeats of an id are
        averaged.
    response : array of float32, shape (n, n_voxels)

    Raises
    ------
    DataError
        If a value is NaN or infinite, or the voxels or the unit are others.
    ShapeMismatchError
        If there are more or fewer columns than voxels.
    """
    path = Path(path)
    if path.suffix == ".h5":
        ids, response = _from_store(path, voxels, unit)
    elif path.name.endswith(IMAGES):
        ids, response = None, _from_image(path, voxels)
    elif path.suffix in TABLES:
        table = read_table(path, needed=("stimulus_id",))
        ids = table.pop("stimulus_id")
        columns = [numbers(one, name=n, path=path) for n, one in table.items()]
        response = np.stack(columns, axis=1) if columns else np.empty((len(ids), 0))
    elif path.suffix == ".npy":
        ids, response = None, read_matrix(path)[0]
    else:
        raise DataError(
            f"{path}: responses are read from .h5 (a store), .npy, .tsv, .csv, .nii, "
            ".nii.gz or CIFTI. Save them as one of these."
        )
    if response.shape[1] != len(voxels):
        raise ShapeMismatchError(
            f"{path}: {response.shape[1]} columns, but the model was fitted to "
            f"{len(voxels)} voxels. Give these, in the order of `voxel/ijk` in its "
            "store, or an image or a store of responses in the same space."
        )
    bad = ~np.isfinite(response)
    if bad.any():
        raise DataError(
            f"{path}: {int(bad.sum())} of {bad.size} responses are NaN or infinite, in "
            f"{int(bad.any(axis=0).sum())} voxels. Fill them (0 is the mean of a "
            "z-score) or leave these rows out."
        )
    if ids is None:
        width = len(str(len(response)))
        ids = np.array([f"row-{n + 1:0{width}}" for n in range(len(response))])
    known, mean, _ = average_repeats(np.asarray(response, np.float32), ids)
    return known, mean


def _from_store(path: Path, voxels: Voxels, unit: str) -> tuple[np.ndarray, np.ndarray]:
    with open_responses(path) as found:
        if found.unit not in (unit, "arbitrary"):
            raise DataError(
                f"{path}: responses in '{found.unit}', but the model was fitted to "
                f"'{unit}'. Prepare them as those of the study (`responses` in the "
                "config)."
            )
        columns = _find(found.voxels, voxels, path)
        return found.trials.stimulus_id, np.asarray(found.response[:])[:, columns]


def _from_image(path: Path, voxels: Voxels) -> np.ndarray:
    grid = read_any_grid((path,))
    everywhere = all_columns(grid)
    if isinstance(grid, Grid) and voxels.affine is not None:
        gap = np.abs(grid.affine - voxels.affine).max()
        if grid.shape == voxels.volume_shape and gap > MM_TOLERANCE:
            raise DataError(
                f"{path}: same shape as the responses of the study, but another affine "
                f"(they differ by up to {gap:.3g} mm). Resample it to their grid."
            )
    columns = _find(voxels_of(grid, everywhere), voxels, path)
    return read_columns_of(grid, everywhere)[:, columns]


def _find(found: Voxels, wanted: Voxels, path: Path) -> np.ndarray:
    """Column of each wanted voxel, by its place."""
    spaces = [(one.volume_shape, one.n_vertices) for one in (found, wanted)]
    if spaces[0] != spaces[1]:
        raise ShapeMismatchError(
            f"{path}: a volume of shape {found.volume_shape} with meshes "
            f"{found.n_vertices or 'none'}, but the study has {wanted.volume_shape} "
            f"with {wanted.n_vertices or 'none'}. Resample it to the study's space."
        )
    place = {int(one): column for column, one in enumerate(found.place)}
    columns = [place.get(int(one), -1) for one in wanted.place]
    lost = sum(one < 0 for one in columns)
    if lost:
        raise DataError(
            f"{path}: lacks {lost} of the {len(wanted)} voxels of the model, which has "
            "a weight for each. Prepare the responses with the mask of the study."
        )
    return np.array(columns, dtype=int)
