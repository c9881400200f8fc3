"""From sRGB pixels to light, and from light to what looks evenly spaced."""

import numpy as np

# CIE XYZ of the linear red, green and blue of sRGB, D65 (IEC 61966-2-1, table 1).
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
LUMA = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709, for sRGB values as they are
WHITE = TO_XYZ.sum(axis=1)
PIXELS_AT_ONCE = 2**18
CORNER = 6 / 29  # of the cube root in CIE L*a*b*: linear below


def images_at_once(image: np.ndarray) -> int:
    """Tell how many images of shape (n, H, W, 3) to work on at once, by their size.

    Few enough for the processor's cache, enough to hide the cost of each call. What
    comes out never depends on it: extractors treat images one by one.
    """
    height, width = (int(n) for n in image.shape[1:3])
    return min(max(1, PIXELS_AT_ONCE // (height * width)), 128)


def luma_of(image: np.ndarray) -> np.ndarray:
    """Weigh sRGB values, uint8 of shape (..., 3), to luma (...), float32, 0 to 1.

    About as evenly spaced to the eye as the values themselves.
    """
    red, green, blue = (np.float32(weight / 255) for weight in LUMA)
    luma: np.ndarray = np.multiply(image[..., 0], red, dtype=np.float32)
    luma += np.multiply(image[..., 1], green, dtype=np.float32)
    luma += np.multiply(image[..., 2], blue, dtype=np.float32)
    return luma


def linear_light(image: np.ndarray) -> np.ndarray:
    """Undo the gamma of sRGB.

    Parameters
    ----------
    image : array of uint8

    Returns
    -------
    light : array of float32, the same shape
        0 (black) to 1, proportional to the light that a screen gives.
    """
    light: np.ndarray = _DECODED[image]
    return light


def lightness(luminance: np.ndarray) -> np.ndarray:
    """CIE lightness of a luminance.

    Parameters
    ----------
    luminance : array
        0 to 1 (white).

    Returns
    -------
    lightness : array, the same shape
        0 to 1: L* / 100. Equal steps look equal.
    """
    return np.asarray(1.16 * _root(luminance) - 0.16, luminance.dtype)


def colour_of(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear light, divided by 100.

    Parameters
    ----------
    light : array of float32, shape (3, ...)
        Linear red, green and blue, 0 to 1.

    Returns
    -------
    colour : array of float32, shape (3, ...)
        Lightness, green to red, and blue to yellow.

    References
    ----------
    .. [1] CIE 15:2004, Colorimetry, section 8.2.1.1; white is D65.
    """
    matrix = (TO_XYZ / WHITE[:, None]).astype(np.float32)
    # Sums written out: a product with BLAS would depend on how many images come.
    x, y, z = (
        _root(sum(w * c for w, c in zip(row, light, strict=True))) for row in matrix
    )
    parts = [1.16 * y - 0.16, 5 * (x - y), 2 * (y - z)]
    return np.stack(parts).astype(np.float32)


def luminance_of(light: np.ndarray) -> np.ndarray:
    """Weigh linear light, shape (..., 3), to luminance (...); 1 is white."""
    red, green, blue = TO_XYZ[1].astype(np.float32) / np.float32(WHITE[1])
    luminance: np.ndarray = (
        red * light[..., 0] + green * light[..., 1] + blue * light[..., 2]
    )
    return luminance


def averaging_weights(n_px: int, n_cells: int) -> np.ndarray:
    """Weights that average pixels over cells of equal extent.

    Parameters
    ----------
    n_px : int
    n_cells : int
        At most ``n_px``.

    Returns
    -------
    weight : array of float32, shape (n_cells, n_px)
        Rows sum to 1; a pixel on an edge counts for either cell by its share.
    """
    edge = np.arange(n_cells + 1) * n_px / n_cells
    start, end = edge[:-1, None], edge[1:, None]
    at = np.arange(n_px)
    overlap = np.clip(np.minimum(end, at + 1) - np.maximum(start, at), 0, None)
    return np.asarray(overlap * n_cells / n_px, np.float32)


def _root(value: np.ndarray) -> np.ndarray:
    """Cube root, continued as a line near 0."""
    line = value / np.float32(3 * CORNER**2) + np.float32(4 / 29)
    return np.where(value > CORNER**3, np.cbrt(value), line)


def _decode() -> np.ndarray:
    value = np.arange(256) / 255
    curved = ((value + 0.055) / 1.055) ** 2.4
    return np.where(value <= 0.04045, value / 12.92, curved).astype(np.float32)


_DECODED = _decode()
