"""Scores per voxel as NIfTI volumes, for other programs to open."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from boldwise.errors import DataError
from boldwise.evaluation.scoring import PER_VOXEL, VoxelScores
from boldwise.io.images import fill_volume, write_volume
from boldwise.responses.records import Voxels


def write_score_maps(
    paths: Iterable[str | Path], scores: Mapping[str, VoxelScores], voxels: Voxels
) -> None:
    """Write one volume for each path, which names the encoder and the score.

    Parameters
    ----------
    paths : iterable of path
        ``…/<encoder>/sub-<subject>_<score>.nii.gz``; the score is one of those per
        voxel, for example ``r``, ``noise_ceiling`` or ``q``.
    scores : mapping of encoder to VoxelScores
        Arrays of shape (n_voxels,).
    voxels : Voxels
        Without an affine, the identity is written and marked as unknown. Where there
        is no voxel, the volume is NaN.

    Raises
    ------
    DataError
        If a name holds no known encoder or score.
    """
    for path in map(Path, paths):
        encoder = path.parent.name
        metric = path.name.removesuffix(".nii.gz").partition("_")[2]
        if encoder not in scores or metric not in PER_VOXEL:
            raise DataError(
                f"{path}: no score '{metric}' of encoder '{encoder}'; known are "
                f"{', '.join(PER_VOXEL)} of {', '.join(scores)}. Mend the name."
            )
        values = getattr(scores[encoder], metric)
        volume = fill_volume(values, voxels.ijk, voxels.volume_shape)
        write_volume(path, volume, voxels.affine)
