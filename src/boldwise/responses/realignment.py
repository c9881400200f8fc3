"""Where the head was in each volume: rigid registration to one reference."""

from typing import Any

import numpy as np
from scipy import ndimage

from boldwise.errors import DataError
from boldwise.responses.rigid import Volume, motion_of, resample

FEWEST_SLICES = 4
FIRST_VOLUMES = 20  # averaged into the reference
SMOOTH = 0.8  # Standard deviation in voxels: else linear interpolation biases the fit.
LARGEST_STEP, SMALLEST_STEP = 1.0, 1e-3  # of the descent, in mm or its like
MOST_STEPS = 200
MOST_POINTS = 100_000  # of a volume that the registration looks at
SEED = 1  # Of the points, where a volume has more.


def estimate_motion(
    bold: np.ndarray, affine: np.ndarray, reference: Volume
) -> np.ndarray:
    """Estimate the head's motion in each volume of a run.

    SimpleITK minimises the mean squared difference of smoothed images over six
    parameters by gradient descent with shrinking steps, on one thread, starting from
    the volume before [1]_. Its own scaling of rotations ends the descent early where
    a head is nearly round; here each parameter is scaled by the curvature of the
    reference instead.

    Parameters
    ----------
    bold : array of shape (nx, ny, nz, n_volumes)
        As scanned: slice-timing correction beforehand would smear motion in time.
    affine : array of shape (4, 4)
        From its indices to mm.
    reference : Volume
        May lie on another grid.

    Returns
    -------
    motion : array of shape (n_volumes, 6)
        Translations x, y, z in mm, rotations about x, y, z in radians, by the
        convention of ``responses.rigid``.

    Raises
    ------
    DataError
        If there are too few slices to tell motion in three dimensions, or a volume
        cannot be registered (naming it).

    References
    ----------
    .. [1] Lowekamp, Chen, Ibanez & Blezek (2013), "The design of SimpleITK",
       Frontiers in Neuroinformatics 7:45.
    """
    sitk = _simple_itk()
    _refuse_slabs(bold.shape[:3])
    _refuse_slabs(reference.image.shape)
    smooth = _smooth(reference)
    fixed, scales = _to_itk(smooth, sitk), _curvature(smooth)
    place = sitk.Euler3DTransform(reference.centre.tolist(), 0.0, 0.0, 0.0)
    motion = np.empty((bold.shape[3], 6))
    for volume in range(bold.shape[3]):
        moving = _to_itk(_smooth(Volume(bold[..., volume], affine)), sitk)
        found = _register(fixed, moving, place, scales=scales, sitk=sitk)
        if found is None:
            raise DataError(
                f"volume {volume} cannot be registered to the reference: they hardly "
                "overlap, or it is empty. Look at the run, and leave it out if need be."
            )
        place = found
        matrix = np.eye(4)
        matrix[:3, :3] = np.reshape(place.GetMatrix(), (3, 3))
        shift = np.add(place.GetTranslation(), reference.centre)
        matrix[:3, 3] = shift - matrix[:3, :3] @ reference.centre
        motion[volume] = motion_of(matrix, reference.centre)
    return motion


def mean_reference(bold: np.ndarray, affine: np.ndarray) -> Volume:
    """Make the reference of a subject: the mean of the first volumes, aligned.

    Parameters
    ----------
    bold : array of shape (nx, ny, nz, n_volumes)
        As scanned.
    affine : array of shape (4, 4)
        From voxel indices to mm.

    Returns
    -------
    reference : Volume
        On the grid of the run, the head as it lay in the first volume.

    Raises
    ------
    DataError
        As for ``estimate_motion``.
    """
    first = Volume(bold[..., 0].astype(np.float32), affine)
    early = bold[..., :FIRST_VOLUMES]
    total = np.zeros(bold.shape[:3])
    for volume, motion in enumerate(estimate_motion(early, affine, first)):
        total += resample(Volume(early[..., volume], affine), motion, first)
    mean = (total / early.shape[3]).astype(np.float32)
    return Volume(mean, affine)


def _simple_itk() -> Any:
    import SimpleITK

    sitk: Any = SimpleITK  # Its functions carry no types.
    sitk.ProcessObject.GlobalWarningDisplayOff()  # What matters is raised.
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)  # Sums in one order.
    return sitk


def _register(
    fixed: Any, moving: Any, start: Any, *, scales: list[float], sitk: Any
) -> Any:
    """Find the transform from points of ``fixed`` to those of ``moving``, or None."""
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMeanSquares()
    method.SetInterpolator(sitk.sitkLinear)
    n_voxels = fixed.GetNumberOfPixels()
    if n_voxels > MOST_POINTS:
        method.SetMetricSamplingStrategy(method.REGULAR)
        method.SetMetricSamplingPercentage(MOST_POINTS / n_voxels, SEED)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=LARGEST_STEP,
        minStep=SMALLEST_STEP,
        numberOfIterations=MOST_STEPS,
        gradientMagnitudeTolerance=1e-8,
    )
    method.SetOptimizerScales(scales)
    found = sitk.Euler3DTransform(start)
    method.SetInitialTransform(found, inPlace=True)
    try:
        method.Execute(fixed, moving)
    except RuntimeError:
        return None
    return found if method.GetMetricNumberOfValidPoints() else None


def _curvature(reference: Volume) -> list[float]:
    """Second derivatives of the squared difference, over that of a translation.

    In ITK's order: three rotations, three translations.
    """
    image, affine = reference.image.astype(np.float64), reference.affine
    gradient = np.linalg.inv(affine[:3, :3]).T @ np.reshape(np.gradient(image), (3, -1))
    index = np.indices(image.shape).reshape(3, -1)
    arm = affine[:3, :3] @ index + (affine[:3, 3] - reference.centre)[:, None]
    slope = np.concatenate([np.cross(arm, gradient, axis=0), gradient])
    squares = (slope**2).sum(1)
    if not (np.isfinite(squares).all() and (squares > 0).all()):
        raise DataError(
            "the reference has no structure along each axis, so nothing can be "
            "realigned to it. Look at the first volumes of the first run."
        )
    return [float(one) for one in squares / squares[3:].mean()]


def _smooth(volume: Volume) -> Volume:
    image = ndimage.gaussian_filter(volume.image.astype(np.float32), SMOOTH)
    return Volume(image, volume.affine)


def _to_itk(volume: Volume, sitk: Any) -> Any:
    """Hand an image over; ITK's world is then that of the affine (RAS)."""
    spacing = np.linalg.norm(volume.affine[:3, :3], axis=0)
    image = sitk.GetImageFromArray(np.ascontiguousarray(volume.image.T))
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(volume.affine[:3, 3].tolist())
    image.SetDirection((volume.affine[:3, :3] / spacing).ravel().tolist())
    return image


def _refuse_slabs(shape: tuple[int, ...]) -> None:
    if min(shape) < FEWEST_SLICES:
        raise DataError(
            f"an image of {' x '.join(map(str, shape))} voxels cannot be realigned in "
            f"three dimensions, which takes {FEWEST_SLICES} slices or more. Set "
            "`dataset.preprocessing.realign: false`."
        )
