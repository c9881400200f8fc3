"""Pixels of simulated scenes: textured backgrounds, objects laid over them."""

import numpy as np

from boldwise.simulate.captions import TEXTURES
from boldwise.simulate.shapes import DARK, DRAWINGS, Layer

OUTLINE = 0.1  # in half sides of the object


def paint_backgrounds(
    texture: np.ndarray, wave: np.ndarray, colour: np.ndarray, *, size_px: int
) -> np.ndarray:
    """Paint one texture per scene, anti-aliased by its soft edges.

    Parameters
    ----------
    texture : array of int, shape (n_scenes,)
        Index into ``captions.TEXTURES``.
    wave : array of shape (n_scenes, 4)
        Orientation (radians), frequency (cycles per image), phase (radians) and
        contrast (0 to 1).
    colour : array of shape (n_scenes, 3)
        Mean RGB, 0 to 1.
    size_px : int
        Side of the image.

    Returns
    -------
    image : array of float32, shape (n_scenes, size_px, size_px, 3)
        RGB, 0 to 1.
    """
    centres = (np.arange(size_px, dtype=np.float32) + 0.5) / size_px - 0.5
    orientation, frequency, phase, contrast = wave.astype(np.float32).T[:, :, None]
    turn = 2 * np.pi * frequency
    cos, sin = turn * np.cos(orientation), turn * np.sin(orientation)
    across = _outer_sum(cos * centres + phase, sin * centres)
    along = _outer_sum(-sin * centres, cos * centres + phase)
    pattern = np.empty_like(across)
    for index, name in enumerate(TEXTURES):
        rows = np.flatnonzero(texture == index)
        pattern[rows] = _pattern(name, across[rows], along[rows])
    light = 1 + contrast[:, :, None] * pattern
    return np.asarray(light[..., None] * colour[:, None, None].astype(np.float32))


def paint_objects(
    image: np.ndarray,
    *,
    category: int,
    row: np.ndarray,
    place: np.ndarray,
    colour: np.ndarray,
) -> None:
    """Lay objects of one category over the images, in place.

    Parameters
    ----------
    image : array of float32, shape (n_scenes, size_px, size_px, 3)
        RGB, 0 to 1; changed.
    category : int
        Index into ``shapes.DRAWINGS``.
    row : array of int, shape (n_objects,)
        Scene of each object; each at most once.
    place : array of shape (n_objects, 4)
        Centre x and y and diameter in shares of the side, and tilt in radians.
    colour : array of shape (n_objects, 3)
        RGB, 0 to 1.
    """
    if not len(row):
        return
    size_px = image.shape[1]
    x, y, size, tilt = place.astype(np.float32).T[:, :, None, None]
    reach = int(np.ceil((place[:, 2].max() / 2 * 1.42 + 0.02) * size_px))
    offset = np.arange(-reach, reach + 1)
    column = np.floor(x * size_px).astype(int) + offset[None, None, :]
    line = np.floor(y * size_px).astype(int) + offset[None, :, None]
    half = size / 2
    dx, dy = (column + 0.5) / size_px - x, (line + 0.5) / size_px - y
    dx, dy = dx.astype(np.float32), dy.astype(np.float32)
    u = (np.cos(tilt) * dx + np.sin(tilt) * dy) / half
    v = (np.cos(tilt) * dy - np.sin(tilt) * dx) / half
    cover, tint, white = _composite(DRAWINGS[category](u, v), half * size_px)
    inside = (column >= 0) & (column < size_px) & (line >= 0) & (line < size_px)
    scene, i, j = np.nonzero((cover > 0) & inside)
    at = (row[scene], line[scene, i, 0], column[scene, 0, j])
    flat = (scene, i, j)
    paint = tint[flat][:, None] * colour[scene].astype(np.float32)
    paint += white[flat][:, None]
    image[at] = image[at] * (1 - cover[flat])[:, None] + paint


def _composite(
    layers: list[Layer], half_px: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coverage, share of the object's colour and white of all layers together."""
    silhouette = np.minimum.reduce([distance for distance, _ in layers])
    cover = np.clip(0.5 - (silhouette - OUTLINE) * half_px, 0, 1)
    tint, white = cover * DARK[0], cover * DARK[1]
    for distance, (share, level) in layers:
        mask = np.clip(0.5 - distance * half_px, 0, 1)
        tint += mask * (share - tint)
        white += mask * (level - white)
    return cover, tint, white


def _pattern(name: str, across: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Texture between -1 and 1 from the phases across and along its bars."""
    if name == "waves":
        level = 2 * np.sin(across + np.sin(along / 2))
    elif name == "stripes":
        level = 2 * np.sin(across)
    elif name == "checks":
        level = 4 * np.sin(across) * np.sin(along)
    else:
        level = 3 * (np.cos(across) + np.cos(along) - 0.8)
    return np.asarray(np.tanh(level))


def _outer_sum(columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.asarray(columns[:, None, :] + rows[:, :, None])
