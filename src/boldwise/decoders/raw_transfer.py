"""A new subject read with another subject's map, voxel by nearest voxel.

Letters for shapes: V voxels of the new subject, U of a known one.
"""

import numpy as np

from boldwise.responses.records import Voxels

NOWHERE = -1


def nearest_voxels(known: Voxels, new: Voxels) -> np.ndarray:
    """Find the voxel of a new subject that lies nearest to each of a known one.

    Parameters
    ----------
    known, new : Voxels
        In mm where both have an affine, otherwise in voxels of the volume. On surfaces
        the same vertex of the same mesh.

    Returns
    -------
    row : array of int, shape (U,)
        Columns of the new subject; -1 for a vertex that it lacks.
    """
    row = np.full(len(known), NOWHERE)
    inside, own = ~known.on_surface, ~new.on_surface
    if inside.any() and own.any():
        from scipy.spatial import KDTree

        in_mm = known.affine is not None and new.affine is not None
        tree = KDTree(_points(new, own, in_mm=in_mm))
        row[inside] = np.flatnonzero(own)[
            tree.query(_points(known, inside, in_mm=in_mm))[1]
        ]
    if (~inside).any():
        place = {int(one): column for column, one in enumerate(new.place)}
        for column in np.flatnonzero(~inside):
            row[column] = place.get(int(known.place[column]), NOWHERE)
    return row


def move_responses(standard: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Put the z-scores of a new subject where a known subject's voxels are.

    Parameters
    ----------
    standard : array of shape (n, V)
    row : array of int, shape (U,)
        From ``nearest_voxels``.

    Returns
    -------
    moved : array of float32, shape (n, U)
        0, the mean, where there is no such voxel.
    """
    moved = np.asarray(standard[:, np.maximum(row, 0)], np.float32)
    moved[:, row == NOWHERE] = 0
    return moved


def _points(voxels: Voxels, which: np.ndarray, *, in_mm: bool) -> np.ndarray:
    ijk = voxels.ijk[which].astype(float)  # (n, 3)
    if not in_mm or voxels.affine is None:
        return np.asarray(ijk)
    return np.asarray(ijk @ voxels.affine[:3, :3].T + voxels.affine[:3, 3])
