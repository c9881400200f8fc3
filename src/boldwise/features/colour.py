"""Luminance and colour statistics: the plainest of the low-level controls."""

import numpy as np

from boldwise.errors import DataError
from boldwise.features.light import images_at_once
from boldwise.features.records import FeatureSpace, Stimuli

# Rows: luminance (ITU-R BT.709 weights of sRGB values), red-green, blue-yellow.
OPPONENT = np.array(
    [[0.2126, 0.7152, 0.0722], [0.5, -0.5, 0.0], [-0.25, -0.25, 0.5]], np.float32
)
N_LEVELS = 8  # of luminance
N_HUES = 8


def colour_statistics(stimuli: Stimuli, *, grid: int = 3) -> FeatureSpace:
    """Mean and spread of luminance and colour per cell, and their histograms.

    Parameters
    ----------
    stimuli : Stimuli
        With ``image``, uint8 of shape (n_stimuli, height, width, 3).
    grid : int
        Cells per side.

    Returns
    -------
    space : FeatureSpace
        First the means, then the standard deviations, each by channel (luminance,
        red-green, blue-yellow), row and column of the grid; then the shares of the
        pixels at 8 levels of luminance, and the mean chroma at 8 hues. Luminance
        runs from 0 (black) to 1 (white), the others from -0.5 to 0.5.

    Raises
    ------
    DataError
        If the images have fewer pixels per side than the grid has cells.
    """
    image = stimuli.need("image")
    height, width = int(image.shape[1]), int(image.shape[2])
    if min(height, width) < grid:
        raise DataError(
            f"a grid of {grid} x {grid} cells needs as many pixels per side, but the "
            f"images have {height} x {width}. Lower the grid."
        )
    down, across = _cells(height, grid), _cells(width, grid)
    step = images_at_once(image)
    feature = np.empty((len(image), 6 * grid**2 + N_LEVELS + N_HUES), np.float32)
    for start in range(0, len(image), step):
        pixels = image[start : start + step].astype(np.float32) / 255
        channels = np.moveaxis(pixels @ OPPONENT.T, 3, 1)
        parts = [_moments(channels, down, across), _histograms(channels)]
        feature[start : start + step] = np.concatenate(parts, axis=1)
    return FeatureSpace(stimuli.stimulus_id, feature)


def _cells(n_px: int, grid: int) -> np.ndarray:
    """Averaging weights (grid, n_px): each pixel belongs to one cell."""
    inside = np.arange(grid)[:, None] == np.arange(n_px) * grid // n_px
    weight: np.ndarray = inside / inside.sum(axis=1, keepdims=True)
    return weight.astype(np.float32)


def _moments(channels: np.ndarray, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Mean and standard deviation per cell of (B, 3, H, W), as (B, 6 * cells)."""
    # About 0.5 and 0 rather than 0: float32 would lose small spreads of light.
    origin = np.array([0.5, 0, 0], np.float32)[:, None, None]
    centred = channels - origin
    mean = down @ centred @ across.T
    square = down @ centred**2 @ across.T
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    moments: np.ndarray = np.stack([mean + origin, spread], axis=1)
    flat: np.ndarray = moments.reshape(len(channels), -1)
    return flat


def _histograms(channels: np.ndarray) -> np.ndarray:
    """Shares of luminance levels, and mean chroma per hue, as (B, 16)."""
    n_images, _, height, width = channels.shape
    luminance, red, blue = channels.transpose(1, 0, 2, 3).reshape(3, n_images, -1)
    level = np.minimum((luminance * N_LEVELS).astype(int), N_LEVELS - 1)
    turn = np.arctan2(blue, red) / (2 * np.pi) % 1.0
    hue = np.minimum((turn * N_HUES).astype(int), N_HUES - 1)
    shares = _count(level, np.ones_like(luminance), N_LEVELS)
    chroma = _count(hue, np.hypot(red, blue), N_HUES)
    histograms: np.ndarray = np.concatenate([shares, chroma], axis=1) / (height * width)
    return histograms


def _count(value: np.ndarray, weight: np.ndarray, n_bins: int) -> np.ndarray:
    """Sum of weights (B, n_pixels) per integer value of each row, as (B, n_bins)."""
    n_rows = len(value)
    place = value + n_bins * np.arange(n_rows)[:, None]
    counts = np.bincount(place.ravel(), weight.ravel(), minlength=n_bins * n_rows)
    return counts.reshape(n_rows, n_bins)
