"""Where the objects of scenes lie, in the cells of a grid of tokens."""

import numpy as np

from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.scenes import Scenes


def cover_cells(scenes: Scenes, category: str, grid: tuple[int, int]) -> np.ndarray:
    """Share of each cell that the box around a category's object covers.

    Parameters
    ----------
    scenes : Scenes
    category : str
        One of ``captions.CATEGORIES``.
    grid : (int, int)
        Rows and columns.

    Returns
    -------
    cover : array of shape (n_scenes, rows * columns)
        Row by row from the top left; its mean over cells is the area of the box as a
        share of the picture; 0 in scenes without the object.
    """
    number = CATEGORIES.index(category)
    half = scenes.size[:, number] / 2
    down = _overlap(scenes.y[:, number], half, grid[0])  # (n, rows)
    across = _overlap(scenes.x[:, number], half, grid[1])  # (n, columns)
    cover = down[:, :, None] * across[:, None, :]
    return np.asarray(cover.reshape(len(cover), -1))


def mass_in_boxes(
    attention: np.ndarray, scenes: Scenes, category: str, grid: tuple[int, int]
) -> tuple[float, float]:
    """Attention that falls into the boxes, over the scenes that hold the object.

    Parameters
    ----------
    attention : array of shape (n_scenes, rows * columns)
        Spread evenly within each cell.
    scenes, category, grid : as for ``cover_cells``

    Returns
    -------
    mass, area : float
        Mean share of the attention, and of the picture, inside. NaN without scenes.
    """
    there = scenes.present[:, CATEGORIES.index(category)]
    if not there.any():
        return float("nan"), float("nan")
    cover = cover_cells(scenes.take(there), category, grid)
    mass = (attention[there] * cover).sum(1) / attention[there].sum(1)
    return float(mass.mean()), float(cover.mean())


def _overlap(centre: np.ndarray, half: np.ndarray, n_cells: int) -> np.ndarray:
    """Share of each of ``n_cells`` equal parts of [0, 1] within centre ± half."""
    edge = np.arange(n_cells + 1) / n_cells
    first, last = (centre - half)[:, None], (centre + half)[:, None]
    inside = np.minimum(last, edge[1:]) - np.maximum(first, edge[:-1])
    return np.asarray(np.clip(inside, 0, None) * n_cells)
