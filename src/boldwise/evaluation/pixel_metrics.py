"""How like are two pictures, pixel by pixel? The two metrics of the literature.

Definitions as in the code of MindEye, MindEye2 and MindBridge: both pictures at 425
pixels by bilinear interpolation; one value per pair, which papers average.
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
    _refuse_small(size)
    pairs = _pairs(reconstructed, original, size)
    found = []
    for pair in pairs:
        a, b = (prepare_picture(one, size=size) for one in pair)
        found.append(compare_prepared(a, b)[1])
    return np.array(found)


@dataclass(frozen=True)
class Prepared:
    """A picture with all that does not depend on what it is compared with.

    Attributes
    ----------
    values : array of float32, shape (n_values,)
        All pixels around their mean, of length 1; NaN for a picture of one value.
    light, mean, variance : array of shape (size, size)
        Luminance, and its mean and variance in the window around each place.
    """

    values: np.ndarray
    light: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


def prepare_picture(picture: np.ndarray, *, size: int = SIZE) -> Prepared:
    """Resize a picture and take its statistics, to compare it with many others.

    Parameters
    ----------
    picture : array of shape (height, width, 3)
        As ``resize_picture`` takes it.
    size : int
        Pixels.

    Returns
    -------
    prepared : Prepared

    Raises
    ------
    DataError
        If the window of structural similarity does not fit.
    """
    _refuse_small(size)
    resized = resize_picture(picture, size)
    values = resized.astype(np.float64).ravel() - resized.mean(dtype=float)
    norm = np.sqrt(values @ values)
    values = values / (norm if norm > 1e-10 * values.size else np.nan)
    light = _luminance(resized)
    mean = _blur(light)
    variance = _blur(light * light) - mean**2
    return Prepared(values.astype(np.float32), light, mean, variance)


def compare_prepared(a: Prepared, b: Prepared) -> tuple[float, float]:
    """Compare two pictures of one size.

    Parameters
    ----------
    a, b : Prepared
        With arrays of shape (n_values,) and (size, size).

    Returns
    -------
    r, similarity : float
        As of ``pixel_correlation`` and ``structural_similarity``.
    """
    shared = _blur(a.light * b.light) - a.mean * b.mean
    c1, c2 = STABILISERS
    above = (2 * a.mean * b.mean + c1) * (2 * shared + c2)
    below = (a.mean**2 + b.mean**2 + c1) * (a.variance + b.variance + c2)
    inner = (above / below)[REACH:-REACH, REACH:-REACH]
    return float(a.values @ b.values), float(inner.mean())


def _blur(plane: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(plane, SIGMA, radius=REACH))


def _luminance(picture: np.ndarray) -> np.ndarray:
    return np.asarray(picture.astype(np.float64) @ np.array(LUMINANCE))


def _refuse_small(size: int) -> None:
    if size <= 2 * REACH:
        raise DataError(
            f"the window of structural similarity is {2 * REACH + 1} pixels wide, the "
            f"pictures {size}. Raise size."
        )


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
