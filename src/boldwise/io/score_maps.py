"""Scores per voxel as NIfTI, GIfTI or CIFTI, for other programs to open."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from boldwise.errors import DataError
from boldwise.evaluation.scoring import PER_VOXEL, VoxelScores
from boldwise.io.cifti import write_cifti
from boldwise.io.images import fill_volume, write_volume
from boldwise.io.surfaces import CORTEX, write_surface
from boldwise.responses.records import Voxels

ENDINGS = (".nii.gz", ".func.gii", ".shape.gii", ".dscalar.nii")
HEMISPHERES = tuple(f"hemi-{side}_" for side in CORTEX)


def write_score_maps(
    paths: Iterable[str | Path],
    scores: Mapping[str, VoxelScores],
    voxels: Voxels,
    *,
    space: str = "",
) -> None:
    """Write one map for each path, which names the encoder, the score and the kind.

    Parameters
    ----------
    paths : iterable of path
        ``…/<encoder>/sub-<subject>_<score>.nii.gz``, ``….dscalar.nii`` or
        ``…_hemi-<L or R>_<score>.func.gii``; the score is one of those per voxel, for
        example ``r``, ``noise_ceiling`` or ``q``.
    scores : mapping of encoder to VoxelScores
        Arrays of shape (n_voxels,).
    voxels : Voxels
        Without an affine, the identity is written and marked as unknown. Where there
        is no voxel or vertex, volumes and surfaces are NaN.
    space : str
        Told in the header of volumes in MNI space.

    Raises
    ------
    DataError
        If a name holds no known encoder or score, or the kind of file cannot hold
        these voxels.
    """
    for path in map(Path, paths):
        encoder = path.parent.name
        ending = next((one for one in ENDINGS if path.name.endswith(one)), "")
        metric = path.name.removesuffix(ending).partition("_")[2]
        hemisphere = metric[:7] if metric.startswith(HEMISPHERES) else ""
        metric = metric.removeprefix(hemisphere)
        if encoder not in scores or metric not in PER_VOXEL or not ending:
            raise DataError(
                f"{path}: no score '{metric}' of encoder '{encoder}'; known are "
                f"{', '.join(PER_VOXEL)} of {', '.join(scores)}. Mend the name."
            )
        values = getattr(scores[encoder], metric)
        write_map(path, values, voxels, name=f"{encoder}: {metric}", space=space)


def write_map(
    path: str | Path,
    values: np.ndarray,
    voxels: Voxels,
    *,
    name: str,
    space: str = "",
) -> None:
    """Write one value per voxel, as the ending of the path asks.

    Parameters
    ----------
    path : path
        ``….nii.gz``, ``….dscalar.nii`` or ``…_hemi-<L or R>_….func.gii``.
    values : array of shape (n_voxels,)
    voxels : Voxels
        NaN is written where there is none.
    name : str
        Of the map, for files that hold one.
    space : str
        Told in the header of volumes in MNI space.

    Raises
    ------
    DataError
        If the kind of file cannot hold these voxels.
    """
    path = Path(path)
    ending = next((one for one in ENDINGS if path.name.endswith(one)), "")
    _refuse_other_kind(path, ending, voxels)
    if ending == ".dscalar.nii":
        write_cifti(path, values, voxels, name=name)
    elif ending == ".nii.gz":
        volume = fill_volume(values, voxels.ijk, voxels.volume_shape)
        write_volume(path, volume, voxels.affine, space=space)
    else:
        side = next(one for one in CORTEX if f"_hemi-{one}_" in path.name)
        structure = CORTEX[side]
        mesh = fill_mesh(values, voxels, structure=structure)
        write_surface(path, mesh, structure=structure, name=name)


def write_maps_of(
    paths: Iterable[str | Path],
    values: Mapping[str, np.ndarray],
    voxels: Mapping[str, Voxels],
    *,
    name: str,
    space: str = "",
) -> None:
    """Write one map, or the two of both hemispheres, for each of several subjects.

    Parameters
    ----------
    paths : iterable of path
        ``…/sub-<subject>_…``, with an ending as of ``write_map``.
    values : mapping of subject to array of shape (n_voxels,)
    voxels : mapping of subject to Voxels
    name, space : str
        As of ``write_map``.
    """
    for path in map(Path, paths):
        subject = path.name.removeprefix("sub-").partition("_")[0]
        write_map(path, values[subject], voxels[subject], name=name, space=space)


def fill_mesh(values: np.ndarray, voxels: Voxels, *, structure: str) -> np.ndarray:
    """Put one value per vertex back onto the mesh of a hemisphere.

    Parameters
    ----------
    values : array of float, shape (n_voxels,)
    voxels : Voxels
    structure : str
        ``"CORTEX_LEFT"`` or ``"CORTEX_RIGHT"``.

    Returns
    -------
    mesh : array of float32, shape (n_vertices,)
        NaN where there is no vertex among the voxels.
    """
    mesh = np.full(voxels.n_vertices[structure], np.nan, np.float32)
    here = voxels.on_surface & (voxels.structure == structure)
    mesh[np.asarray(voxels.vertex)[here]] = values[here]
    return mesh


def _refuse_other_kind(path: Path, ending: str, voxels: Voxels) -> None:
    on_surface = voxels.on_surface
    fits = {
        ".nii.gz": not on_surface.any(),
        ".dscalar.nii": voxels.structure is not None,
    }.get(ending, bool(on_surface.all()) and "hemi-" in path.name)
    if not fits:
        raise DataError(
            f"{path}: {int(on_surface.sum())} of {len(voxels)} voxels are vertices, "
            f"which `{ending}` cannot hold as named. Use `.nii.gz` for volumes, "
            "`_hemi-L_….func.gii` for surfaces, `.dscalar.nii` for CIFTI."
        )
