"""Values per voxel in their volume, and which way the volume looks."""

from dataclasses import replace

import numpy as np

from boldwise.responses.records import Voxels


def fill_map(
    values: np.ndarray, voxels: Voxels, *, empty: float = np.nan
) -> np.ndarray:
    """Put one value per voxel into its place in the volume.

    Parameters
    ----------
    values : array of float, shape (n_voxels,)
    voxels : Voxels
    empty : float
        Value where there is no voxel.

    Returns
    -------
    volume : array of float32, shape (i, j, k)
    """
    volume = np.full(voxels.volume_shape, empty, np.float32)
    volume[tuple(voxels.ijk.T)] = values
    return volume


def is_mni(voxels: Voxels, space: str) -> bool:
    """Tell whether templates of MNI space fit these voxels.

    Parameters
    ----------
    voxels : Voxels
        Must have an affine.
    space : str
        For example ``"MNI152NLin2009cAsym"``.

    Returns
    -------
    mni : bool
    """
    return voxels.affine is not None and space.lower().startswith("mni")


def choose_slices(ijk: np.ndarray, *, axis: int, n_slices: int) -> np.ndarray:
    """Pick slices evenly over those that hold voxels.

    Parameters
    ----------
    ijk : array of int, shape (n_voxels, 3)
    axis : int
    n_slices : int
        At most.

    Returns
    -------
    index : array of int, shape (n_chosen,)
        Ascending, without repeats.
    """
    filled = np.unique(ijk[:, axis])
    place = np.linspace(0, len(filled) - 1, min(n_slices, len(filled)))
    return np.asarray(filled[np.unique(place.round().astype(int))])


def height_mm(voxels: Voxels, k: int) -> float | None:
    """Height of a slice above the origin, at the middle of the voxels.

    Parameters
    ----------
    voxels : Voxels
        ``ijk`` of shape (n_voxels, 3).
    k : int
        Index along the third axis.

    Returns
    -------
    z : float or None, in mm
        None without an affine.
    """
    if voxels.affine is None:
        return None
    i, j, _ = voxels.ijk.mean(axis=0)
    return float((voxels.affine @ [i, j, k, 1])[2])


def to_canonical(voxels: Voxels) -> Voxels:
    """Turn and mirror the volume so that its axes run to right, front and top.

    Parameters
    ----------
    voxels : Voxels
        ``ijk`` of shape (n_voxels, 3).

    Returns
    -------
    voxels : Voxels
        The same places in mm, in the same order; without an affine, unchanged.
    """
    if voxels.affine is None:
        return voxels
    towards = voxels.affine[:3, :3] / np.linalg.norm(voxels.affine[:3, :3], axis=0)
    order = _best_axes(np.abs(towards))
    turn = np.zeros((4, 4))  # new homogeneous ijk -> old
    turn[3, 3] = 1
    for new, old in enumerate(order):
        mirrored = towards[new, old] < 0
        turn[old, new] = -1 if mirrored else 1
        turn[old, 3] = voxels.volume_shape[old] - 1 if mirrored else 0
    homogeneous = np.column_stack([voxels.ijk, np.ones(len(voxels))])
    ijk = (homogeneous @ np.linalg.inv(turn).T)[:, :3].round().astype(voxels.ijk.dtype)
    i, j, k = (voxels.volume_shape[old] for old in order)
    return replace(voxels, ijk=ijk, volume_shape=(i, j, k), affine=voxels.affine @ turn)


def _best_axes(alignment: np.ndarray) -> list[int]:
    """Voxel axis for each world axis, the clearest first, each used once."""
    left = alignment.copy()
    order = [0, 0, 0]
    for _ in range(3):
        world, axis = np.unravel_index(left.argmax(), left.shape)
        order[int(world)] = int(axis)
        left[world, :] = left[:, axis] = -1
    return order
