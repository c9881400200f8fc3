"""From a run as scanned to a run that can be modelled.

Motion is estimated on the run as scanned; slice timing is corrected in time; then each
volume is resampled once to the subject's reference. Nothing is filtered: the high-pass
belongs to the model of the responses.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from boldwise.errors import DataError
from boldwise.responses.brain_mask import brain_mask
from boldwise.responses.confound_table import tabulate_confounds
from boldwise.responses.realignment import estimate_motion
from boldwise.responses.rigid import Volume, resample
from boldwise.responses.slice_timing import correct_slice_timing

FWHM = 2 * np.sqrt(2 * np.log(2))  # of a Gaussian, in standard deviations


@dataclass(frozen=True)
class RawRun:
    """A run as scanned.

    Attributes
    ----------
    bold : array of shape (nx, ny, nz, n_volumes)
    affine : array of shape (4, 4)
        From voxel indices to mm.
    tr_s : float
        Repetition time, in seconds.
    slice_time_s : array of shape (n_slices,), or None
        In seconds from the start of a volume; None leaves the timing as it is.
    slice_axis : int
        0, 1 or 2.
    """

    bold: np.ndarray
    affine: np.ndarray
    tr_s: float
    slice_time_s: np.ndarray | None = None
    slice_axis: int = 2

    @property
    def start_time_s(self) -> float:
        """Time that volume 0 stands for afterwards: the middle of the TR."""
        return self.tr_s / 2


@dataclass(frozen=True)
class PreprocessedRun:
    """A run on the grid of its subject's reference.

    Attributes
    ----------
    bold : array of float32, shape (nx, ny, nz, n_volumes)
    affine : array of shape (4, 4)
    mask : array of bool, shape (nx, ny, nz)
        The brain of this run.
    motion : array of shape (n_volumes, 6), or None
        Translations in mm, rotations in radians.
    confounds : dict of array of shape (n_volumes,)
        By fMRIPrep's names.
    """

    bold: np.ndarray
    affine: np.ndarray
    mask: np.ndarray
    motion: np.ndarray | None
    confounds: dict[str, np.ndarray]


def preprocess_run(
    raw: RawRun, reference: Volume | None, *, smooth_mm: float = 0.0
) -> PreprocessedRun:
    """Correct slice timing and motion, mask the brain, measure the confounds.

    Parameters
    ----------
    raw : RawRun
        Of shape (nx, ny, nz, n_volumes).
    reference : Volume, or None
        That all runs of the subject are realigned to; None: nothing is realigned.
    smooth_mm : float
        Full width at half maximum of a Gaussian, in mm; 0: none.

    Returns
    -------
    run : PreprocessedRun

    Raises
    ------
    DataError
        If the run is flat, cannot be realigned, or shows no brain.
    """
    refuse_flat(raw.bold)
    motion = None
    if reference is not None:
        motion = estimate_motion(raw.bold, raw.affine, reference)
    bold = raw.bold
    if raw.slice_time_s is not None:
        bold = correct_slice_timing(
            bold,
            raw.slice_time_s,
            tr_s=raw.tr_s,
            reference_s=raw.start_time_s,
            axis=raw.slice_axis,
        )
    affine = raw.affine if reference is None else reference.affine
    bold = _align(bold, raw.affine, motion, reference)
    mask = brain_mask(bold.mean(3), affine)
    # DVARS and the outliers are about the scan, not about how it was smoothed.
    confounds = tabulate_confounds(bold[mask].T, motion, tr_s=raw.tr_s)
    if smooth_mm:
        bold = _smooth(bold, smooth_mm / np.linalg.norm(affine[:3, :3], axis=0))
    return PreprocessedRun(bold, affine, mask, motion, confounds)


def refuse_flat(bold: np.ndarray) -> None:
    """Refuse a run that was never filled, or whose scaling was lost.

    Parameters
    ----------
    bold : array of shape (nx, ny, nz, n_volumes)

    Raises
    ------
    DataError
        If all values are 0 or not finite, or no voxel changes in time.
    """
    n_volumes = bold.shape[3]
    if not np.nan_to_num(bold).any():
        raise DataError(
            f"flat: all voxels are 0 or not finite in all {n_volumes} volumes. Fetch "
            "the run again, or leave it out of `dataset.runs`."
        )
    if all((bold[..., k] == bold[..., 0]).all() for k in range(1, n_volumes)):
        raise DataError(
            f"flat: no voxel changes over {n_volumes} volumes. Fetch the run again, or "
            "leave it out of `dataset.runs`."
        )


def _align(
    bold: np.ndarray,
    affine: np.ndarray,
    motion: np.ndarray | None,
    reference: Volume | None,
) -> np.ndarray:
    if motion is None or reference is None:
        return bold.astype(np.float32)
    aligned = np.empty((*reference.image.shape, len(motion)), np.float32)
    for volume, one in enumerate(motion):
        scanned = Volume(bold[..., volume], affine)
        aligned[..., volume] = resample(scanned, one, reference)
    return aligned


def _smooth(bold: np.ndarray, fwhm: np.ndarray) -> np.ndarray:
    """Smooth each volume by a Gaussian; widths in voxels, shape (3,)."""
    for volume in range(bold.shape[3]):
        bold[..., volume] = ndimage.gaussian_filter(bold[..., volume], fwhm / FWHM)
    return bold
