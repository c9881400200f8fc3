"""Histograms of oriented gradients: where edges of which orientation lie."""

import numpy as np

from boldwise.errors import DataError
from boldwise.features.light import images_at_once
from boldwise.features.records import FeatureSpace, Stimuli

SIDE = 2  # cells per side of a group that is normalised together
CLIP = 0.2
SMALL = 1e-5


def oriented_gradients(
    stimuli: Stimuli, *, cells: int = 8, n_orientations: int = 9
) -> FeatureSpace:
    """Histograms of gradient orientation over a grid, normalised in groups of cells.

    Parameters
    ----------
    stimuli : Stimuli
        With ``image``, uint8 of shape (n_stimuli, H, W, 3); read in blocks.
    cells : int
        Cells per side, so that images of any size have as many features; [1]_ fixed
        the pixels of a cell instead.
    n_orientations : int
        Bins over 180 degrees; the first begins at a gradient across vertical edges.

    Returns
    -------
    space : FeatureSpace
        float32, by row and column of the group of 2 x 2 overlapping cells, then row
        and column of the cell in it, then orientation. From 0 to 1.

    Raises
    ------
    DataError
        If cells would hold fewer than 2 pixels per side, or form no group.

    Notes
    -----
    Of the three channels each pixel's strongest gradient counts. As in
    ``skimage.feature.hog`` (which it equals where cells divide the image), votes are
    not shared between neighbouring bins, and groups are scaled to length 1, cut at
    0.2 and scaled again.

    References
    ----------
    .. [1] Dalal & Triggs (2005), "Histograms of oriented gradients for human
       detection", CVPR, section 6.
    """
    image = stimuli.need("image")
    size_px = (int(image.shape[1]), int(image.shape[2]))
    if cells < SIDE or min(size_px) < 2 * cells:
        raise DataError(
            f"{cells} x {cells} cells do not fit images of {size_px[0]} x {size_px[1]} "
            f"px: at least {SIDE} cells of at least 2 px are needed per side."
        )
    width = (cells - SIDE + 1) ** 2 * SIDE**2 * n_orientations
    feature = np.empty((len(image), width), np.float32)
    table, step = _directions(n_orientations), images_at_once(image)
    for start in range(0, len(image), step):
        votes = _vote(_gradients(image[start : start + step]), table, cells=cells)
        feature[start : start + step] = _normalise(votes).reshape(len(votes), width)
    return FeatureSpace(stimuli.stimulus_id, feature)


def _gradients(image: np.ndarray) -> np.ndarray:
    """Strongest gradient over channels, as a place (B, H, W) in ``_directions``.

    The outermost row (column) has no gradient down (across).
    """
    best = np.full(image.shape[:3], -1, np.int32)
    place = np.zeros(image.shape[:3], np.int32)
    for channel in range(3):
        values = image[..., channel].astype(np.int32)
        down, across = np.zeros_like(values), np.zeros_like(values)
        np.subtract(values[:, 2:], values[:, :-2], out=down[:, 1:-1])
        np.subtract(values[..., 2:], values[..., :-2], out=across[..., 1:-1])
        square = down**2 + across**2
        better = square > best
        np.copyto(best, square, where=better)
        np.copyto(place, (down + 255) * 511 + (across + 255), where=better)
    return place


def _directions(n_orientations: int) -> tuple[np.ndarray, np.ndarray]:
    """Magnitude and orientation bin of every gradient of 8-bit values, (511 * 511,)."""
    down, across = np.arange(-255, 256)[:, None], np.arange(-255, 256)
    turn = np.arctan2(down, across) / np.pi % 1
    # A direction that rounds up to half a turn is that of no turn.
    bin_ = (turn * n_orientations).astype(np.int64) % n_orientations
    return np.hypot(down, across).ravel(), bin_.ravel()


def _vote(
    place: np.ndarray, table: tuple[np.ndarray, np.ndarray], *, cells: int
) -> np.ndarray:
    """Mean magnitude per cell and orientation, (B, cells, cells, n_orientations)."""
    magnitude, orientation = table
    n_images, height, width = place.shape
    n_orientations = int(orientation.max()) + 1
    row = np.arange(height) * cells // height
    column = np.arange(width) * cells // width
    n_bins = cells**2 * n_orientations
    bin_ = orientation[place]
    bin_ += (row[:, None] * cells + column) * n_orientations
    bin_ += n_bins * np.arange(n_images)[:, None, None]
    weight = magnitude[place].ravel()
    votes = np.bincount(bin_.ravel(), weight, minlength=n_images * n_bins)
    n_px = np.outer(np.bincount(row), np.bincount(column))
    shaped = votes.reshape(n_images, cells, cells, n_orientations)
    mean: np.ndarray = shaped / n_px[..., None]
    return mean


def _normalise(votes: np.ndarray) -> np.ndarray:
    """Scale groups of cells: (B, groups, groups, SIDE, SIDE, n_orientations)."""
    groups = np.lib.stride_tricks.sliding_window_view(votes, (SIDE, SIDE), axis=(1, 2))
    groups = np.moveaxis(groups, 3, 5)
    cut = np.minimum(_scale(groups), CLIP)
    return _scale(cut)


def _scale(groups: np.ndarray) -> np.ndarray:
    length = np.sqrt((groups**2).sum(axis=(3, 4, 5), keepdims=True) + SMALL**2)
    scaled: np.ndarray = groups / length
    return scaled
