"""How like are two pictures, pixel by pixel? The two metrics of the literature.

Definitions as in the code of MindEye, MindEye2 and MindBridge: both pictures at 425
pixels by bilinear interpolation; one value per pair, which papers average.
"""

from collections.abc import Iterator

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError

SIZE = 425  # pixels
LUMINANCE = (0.2125, 0.7154, 0.0721)  # Rec. 709, as scikit-image weighs them
SIGMA = 1.5  # pixels, of the window
REACH = 5  # pixels: the window ends 3.5 sigma from its centre
STABILISERS = (0.01**2, 0.03**2)  # of values from 0 to 1


def resize_picture(picture: np.ndarray, size: int) -> np.ndarray:
    """Bring a picture to a square by bilinear interpolation, smoothed when it shrinks.

    Parameters
    ----------
    picture : array of uint8, or of float from 0 to 1, shape (height, width, 3)
    size : int
        Pixels of each side.

    Returns
    -------
    resized : array of float32, shape (size, size, 3)
        From 0 to 1. As torchvision resizes tensors, antialiased.

    Raises
    ------
    DataError
        If it is no picture in colour, or its values are not from 0 to 1.
    """
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise DataError(
            f"a picture has shape (height, width, 3), not {picture.shape}; give grey "
            "ones three equal channels."
        )
    values = picture.astype(np.float32)
    if picture.dtype == np.uint8:
        values /= np.float32(255)
    low, high = float(values.min()), float(values.max())
    if not 0 <= low <= high <= 1:
        raise DataError(
            f"the values of a picture are from {low:g} to {high:g}; give uint8, or "
            "float from 0 to 1."
        )
    rows, columns = (_triangle(n, size) for n in picture.shape[:2])
    return np.asarray(np.einsum("ih,hwc,jw->ijc", rows, values, columns, optimize=True))


def pixel_correlation(
    reconstructed: np.ndarray, original: np.ndarray, *, size: int = SIZE
) -> np.ndarray:
    """Correlate all values of both pictures (PixCorr).

    Parameters
    ----------
    reconstructed, original : sliceable, shape (n_items, height, width, 3)
        Pairs, as ``resize_picture`` takes them; the sizes may differ.
    size : int
        Pixels; 425 as published.

    Returns
    -------
    r : array of shape (n_items,)
        Pearson, over size * size * 3 values; NaN for a picture of one value.

    Raises
    ------
    ShapeMismatchError
        If their numbers differ.
    """
    found = []
    for pair in _pairs(reconstructed, original, size):
        a, b = (one.astype(np.float64).ravel() - one.mean(dtype=float) for one in pair)
        width = np.sqrt((a @ a) * (b @ b))
        found.append((a @ b) / width if width > 1e-10 * a.size else np.nan)
    return np.array(found)


def structural_similarity(
    reconstructed: np.ndarray, original: np.ndarray, *, size: int = SIZE
) -> np.ndarray:
    """Structural similarity (SSIM) of the luminance of both pictures.

    Gaussian window of sigma 1.5 that ends at 3.5 sigma, covariances of the
    population, values from 0 to 1, mean over all places where the window fits [1]_:
    scikit-image's function with the published options.

    Parameters
    ----------
    reconstructed, original : sliceable, shape (n_items, height, width, 3)
        Pairs, as ``resize_picture`` takes them; the sizes may differ.
    size : int
        Pixels; 425 as published.

    Returns
    -------
    similarity : array of shape (n_items,)
        From -1 to 1.

    Raises
    ------
    ShapeMismatchError
        If their numbers differ.
    DataError
        If the window does not fit into a picture of that size.

    References
    ----------
    .. [1] Wang et al. (2004), "Image quality assessment: from error visibility to
       structural similarity", IEEE Transactions on Image Processing 13(4), eq. 13.
    """
    if size <= 2 * REACH:
        raise DataError(
            f"the window of structural similarity is {2 * REACH + 1} pixels wide, the "
            f"pictures {size}. Raise size."
        )
    pairs = _pairs(reconstructed, original, size)
    return np.array([_ssim(*(_luminance(one) for one in pair)) for pair in pairs])


def _ssim(x: np.ndarray, y: np.ndarray) -> float:
    mean_x, mean_y = _blur(x), _blur(y)
    var_x, var_y = _blur(x * x) - mean_x**2, _blur(y * y) - mean_y**2
    shared = _blur(x * y) - mean_x * mean_y
    c1, c2 = STABILISERS
    above = (2 * mean_x * mean_y + c1) * (2 * shared + c2)
    below = (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    return float((above / below)[REACH:-REACH, REACH:-REACH].mean())


def _blur(plane: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(plane, SIGMA, radius=REACH))


def _luminance(picture: np.ndarray) -> np.ndarray:
    return np.asarray(picture.astype(np.float64) @ np.array(LUMINANCE))


def _pairs(
    reconstructed: np.ndarray, original: np.ndarray, size: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if len(reconstructed) != len(original):
        raise ShapeMismatchError(
            f"{len(reconstructed)} reconstructions, but {len(original)} originals: "
            "each needs its own, in the same order."
        )
    for k in range(len(original)):
        yield resize_picture(reconstructed[k], size), resize_picture(original[k], size)


def _triangle(n: int, size: int) -> np.ndarray:
    """Weights of n pixels in each of ``size`` new ones, shape (size, n)."""
    scale = n / size
    reach = max(1.0, scale)
    centre = (np.arange(size) + 0.5) * scale
    away = np.abs(np.arange(n) + 0.5 - centre[:, None]) / reach
    weight = np.maximum(0, 1 - away)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True), np.float32)
