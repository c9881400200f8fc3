"""Which penalty each voxel took: a pile at an edge says that the grid is too small."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from boldwise.reporting.style import (
    DARK,
    PALE,
    PALETTE,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)

MAX_PANELS = 12
TOP_RIGHT = {"ha": "right", "va": "top"}


@house_style()
def draw_penalties(
    alphas: Mapping[str, np.ndarray],
    grids: Mapping[str, np.ndarray],
    predicted: Mapping[str, np.ndarray],
) -> Figure:
    """Draw the histogram of chosen penalties per encoder, edges of the grid marked.

    Parameters
    ----------
    alphas : mapping of encoder to array of shape (n_folds, n_voxels)
        Chosen penalties, in the convention ``+alpha |b|²``.
    grids : mapping of encoder to array of shape (n_penalties,)
        Penalties that could be chosen, ascending.
    predicted : mapping of encoder to array of bool, shape (n_voxels,)
        Voxels that the encoder predicts above chance: only their choices at an edge
        are alarming, since where it predicts nothing the largest penalty is right.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(alphas.items())[:MAX_PANELS])
    n_rows, n_columns = grid_shape(len(shown), n_columns=4)
    figure = new_figure(WHOLE, 1.7 * n_rows + 0.6)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    said = []
    for axis, (name, alpha) in zip(axes, shown.items(), strict=False):
        _draw_counts(axis, alpha, grids[name], predicted[name])
        low, high = share_at_edges(alpha[:, predicted[name]], grids[name])
        axis.set_title(name)
        axis.text(0.09, 0.97, _percent(low), transform=axis.transAxes, va="top")
        axis.text(0.91, 0.97, _percent(high), transform=axis.transAxes, **TOP_RIGHT)
        said.append(f"{name} {_percent(low)} lowest, {_percent(high)} highest")
    hide_unused(axes, n_used=len(shown))
    figure.supxlabel("penalty (+α|b|²)", fontsize=9)
    figure.supylabel("choices (voxels × folds)", fontsize=9)
    keys = [Patch(facecolor=PALETTE[0]), Patch(facecolor=PALE)]
    words = ["voxels predicted above chance; their share at each edge", "others"]
    figure.legend(keys, words, loc="outside upper center", ncols=2)
    return describe(
        figure,
        "Penalties chosen per voxel; share of the voxels predicted above chance at "
        f"the edges of the grid: {'; '.join(said)}.",
    )


def share_at_edges(alpha: np.ndarray, grid: np.ndarray) -> tuple[float, float]:
    """Share of the choices that fell on the smallest and on the largest penalty.

    Parameters
    ----------
    alpha : array of shape (n_folds, n_voxels)
    grid : array of shape (n_penalties,)
        Ascending.

    Returns
    -------
    low, high : float
        NaN if nothing was chosen.
    """
    counts = count_choices(alpha, grid)
    if not counts.sum():
        return float("nan"), float("nan")
    share = counts / counts.sum()
    return float(share[0]), float(share[-1])


def count_choices(alpha: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Count how often each penalty of the grid was chosen.

    Parameters
    ----------
    alpha : array of any shape
        NaN is no choice; rounding to float32 is forgiven.
    grid : array of shape (n_penalties,)
        Ascending, positive.

    Returns
    -------
    count : array of int, shape (n_penalties,)
    """
    known = alpha[np.isfinite(alpha)]
    between = np.sqrt(grid[1:] * grid[:-1])
    return np.bincount(np.searchsorted(between, known), minlength=len(grid))


def _percent(share: float) -> str:
    return f"{share:.0%}" if np.isfinite(share) else "–"


def _draw_counts(
    axis: Axes, alpha: np.ndarray, grid: np.ndarray, inside: np.ndarray
) -> None:
    place = np.arange(len(grid))
    found = count_choices(alpha[:, inside], grid)
    rest = count_choices(alpha[:, ~inside], grid)
    axis.bar(place, found, width=0.9, color=PALETTE[0])
    axis.bar(place, rest, width=0.9, bottom=found, color=PALE)
    for edge in (-0.5, len(grid) - 0.5):
        axis.axvline(edge, color=DARK, linewidth=1, linestyle="--")
    ticks = sorted({0, len(grid) // 2, len(grid) - 1})
    axis.set_xticks(ticks, [f"{grid[tick]:.0e}" for tick in ticks])
    axis.set_xlim(-1.5, len(grid) + 0.5)
    axis.margins(y=0.25)
