"""Which voxels are brain, from the BOLD alone."""

import warnings

import numpy as np

from boldwise.errors import DataError

FINE_MM, COARSE_MM = 4.0, 8.0  # Openings count in voxels, brains in millimetres.


def brain_mask(mean: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """Find the brain by the valley of the histogram, as nilearn does for BOLD.

    Parameters
    ----------
    mean : array of shape (nx, ny, nz)
        Mean over volumes that are aligned.
    affine : array of shape (4, 4)
        From voxel indices to mm.

    Returns
    -------
    mask : array of bool, shape (nx, ny, nz)
        One connected piece, holes filled. Fewer erosions are done in large voxels.

    Raises
    ------
    DataError
        If there is no brain to be found.
    """
    from nibabel import Nifti1Image
    from nilearn.masking import compute_epi_mask

    size_mm = float(np.linalg.norm(affine[:3, :3], axis=0).max())
    opening = 2 if size_mm <= FINE_MM else int(size_mm <= COARSE_MM)
    if not np.nanmax(mean) > np.nanmin(mean):
        raise DataError(_no_brain(mean))
    image = Nifti1Image(np.nan_to_num(mean).astype(np.float32), affine)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # An empty mask is told below.
            found = compute_epi_mask(
                image, opening=opening, connected=True, ensure_finite=True
            )
    except (TypeError, ValueError, IndexError) as error:
        raise DataError(_no_brain(mean)) from error
    mask: np.ndarray = np.asarray(found.dataobj) > 0
    if not mask.any():
        raise DataError(_no_brain(mean))
    return mask


def _no_brain(mean: np.ndarray) -> str:
    return (
        f"no brain was found in a mean image with values from {np.nanmin(mean):g} to "
        f"{np.nanmax(mean):g}. Give a mask as `dataset.mask`."
    )
