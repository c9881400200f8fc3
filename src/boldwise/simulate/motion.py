"""Head motion: six parameters per volume, and rigid resampling by them."""

import numpy as np
from scipy import ndimage

ORDER = 2  # of the interpolating splines
DRIFT = (0.35, 0.004)  # mm and radians, over a run
JITTER = (0.01, 0.0001)
JERK_MM = 0.8
JERKS_PER_RUN = 1.0


def draw_motion(n_volumes: int, *, rng: np.random.Generator) -> np.ndarray:
    """Draw the motion of one run: slow drift, jitter, a jerk now and then.

    Parameters
    ----------
    n_volumes : int
    rng : numpy.random.Generator

    Returns
    -------
    motion : array of shape (n_volumes, 6)
        Translations x, y, z in mm, then rotations about x, y, z in radians,
        about the middle of the grid. The first volume is the reference: 0.
    """
    time = np.linspace(0, np.pi, n_volumes)
    scale = np.repeat([DRIFT, JITTER], 3, axis=1).reshape(2, 6)
    motion = np.zeros((n_volumes, 6))
    for order in (1, 2, 3):
        motion += np.cos(order * time)[:, None] * rng.normal(0, scale[0] / order)
    motion += rng.normal(0, 1, motion.shape) * scale[1]
    for volume in rng.integers(2, n_volumes, rng.poisson(JERKS_PER_RUN)):
        motion[volume, rng.integers(3)] += rng.choice([-1, 1]) * JERK_MM
    return np.asarray(motion - motion[0])


def rigid_matrix(parameters: np.ndarray) -> np.ndarray:
    """Rigid transform in mm.

    Parameters
    ----------
    parameters : array of shape (6,)
        Translations in mm, rotations in radians.

    Returns
    -------
    matrix : array of shape (4, 4)
        ``T Rx Ry Rz``: rotate about z first, translate last.
    """
    matrix = np.eye(4)
    for axis, angle in enumerate(parameters[3:]):
        turn = np.eye(4)
        i, j = [k for k in range(3) if k != axis]
        turn[[i, j], [i, j]] = np.cos(angle)
        turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
        matrix = matrix @ (turn.T if axis == 1 else turn)
    matrix[:3, 3] = parameters[:3]
    return matrix


def move(
    volume: np.ndarray,
    parameters: np.ndarray,
    *,
    affine: np.ndarray,
    undo: bool = False,
) -> np.ndarray:
    """Resample a volume as if the head had moved, or undo that.

    Interpolates by quadratic splines: of a value, less than 1 % reaches beyond the
    next two voxels as long as the motion stays below one.

    Parameters
    ----------
    volume : array of shape (nx, ny, nz)
    parameters : array of shape (6,)
        Motion of the head about the middle of the grid, in mm and radians.
    affine : array of shape (4, 4)
        From voxel indices to mm.
    undo : bool
        Resample by the inverse motion: realign.

    Returns
    -------
    moved : array of float32, shape (nx, ny, nz)
    """
    middle = np.eye(4)
    middle[:3, 3] = (affine @ [*(np.array(volume.shape) - 1) / 2, 1])[:3]
    head = middle @ rigid_matrix(parameters) @ np.linalg.inv(middle)
    # What stands at index x after the motion stood at inverse(head) x before it.
    source = head if undo else np.linalg.inv(head)
    pull = np.linalg.inv(affine) @ source @ affine
    # Filtering beforehand spares the wide padding of ``mode="nearest"``.
    coefficient = ndimage.spline_filter(volume, ORDER, np.float32, mode="mirror")
    return np.asarray(
        ndimage.affine_transform(
            coefficient,
            pull[:3, :3],
            offset=pull[:3, 3],
            order=ORDER,
            mode="mirror",
            prefilter=False,
        )
    )
