"""Rigid motion: six numbers, the matrix that they stand for, resampling by it.

Convention, that of the simulated scanner: millimetres and radians in the world of the
NIfTI affine (RAS: x to the right, y to the front, z up), whatever the order of the
voxels. A point x of the head as it lay in the reference lies at ``R (x - c) + c + t``
in the volume: c is the middle of the reference's grid, t the three translations, and
``R = Rx Ry Rz`` turns about z first, then y, then x, each angle anticlockwise as seen
from the tip of its axis.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

ORDER = 3  # of the interpolating splines
EULER = "XYZ"  # scipy's word for Rx Ry Rz


@dataclass(frozen=True)
class Volume:
    """An image and its place in the world.

    Attributes
    ----------
    image : array of shape (nx, ny, nz)
    affine : array of shape (4, 4)
        From voxel indices to mm.
    """

    image: np.ndarray
    affine: np.ndarray

    @property
    def centre(self) -> np.ndarray:
        """Middle of the grid in mm, shape (3,)."""
        middle = (np.array(self.image.shape) - 1) / 2
        return np.asarray((self.affine @ [*middle, 1])[:3])


def matrix_of(motion: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Write six motion parameters as a matrix.

    Parameters
    ----------
    motion : array of shape (6,)
        Translations in mm, rotations in radians; see the module.
    centre : array of shape (3,)
        In mm: what the rotations turn about.

    Returns
    -------
    matrix : array of shape (4, 4)
        From where a point lay in the reference to where it lies in the volume, in mm.
    """
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler(EULER, motion[3:]).as_matrix()
    matrix[:3, 3] = centre + motion[:3] - matrix[:3, :3] @ centre
    return matrix


def motion_of(matrix: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Read six motion parameters from a matrix: the inverse of ``matrix_of``.

    Parameters
    ----------
    matrix : array of shape (4, 4)
        A rigid transform in mm.
    centre : array of shape (3,)
        In mm.

    Returns
    -------
    motion : array of shape (6,)
        Translations in mm, rotations in radians.
    """
    turn = matrix[:3, :3]
    shift = matrix[:3, 3] + turn @ centre - centre
    return np.concatenate([shift, Rotation.from_matrix(turn).as_euler(EULER)])


def resample(volume: Volume, motion: np.ndarray, reference: Volume) -> np.ndarray:
    """Bring a volume back to the reference: one interpolation, by cubic splines.

    Parameters
    ----------
    volume : Volume
        As scanned, of shape (nx, ny, nz).
    motion : array of shape (6,)
        Of the head, from the reference to this volume; in mm and radians.
    reference : Volume
        Its grid is the result's; the grids may differ.

    Returns
    -------
    aligned : array of float32, of the reference's shape
        Beyond the edge the image is mirrored.
    """
    head = matrix_of(motion, reference.centre)
    pull = np.linalg.inv(volume.affine) @ head @ reference.affine
    # Filtering beforehand spares the wide padding of ``mode="nearest"``.
    coefficient = ndimage.spline_filter(volume.image, ORDER, np.float32, mode="mirror")
    return np.asarray(
        ndimage.affine_transform(
            coefficient,
            pull[:3, :3],
            offset=pull[:3, 3],
            output_shape=reference.image.shape,
            order=ORDER,
            mode="mirror",
            prefilter=False,
        )
    )
