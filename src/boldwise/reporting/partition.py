"""Which feature space an encoder owes its score to, region by region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from boldwise.reporting.style import (
    DARK,
    PALE,
    WHOLE,
    colours_of,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)

MAX_PANELS = 6
MAX_REGIONS = 10


@dataclass(frozen=True)
class Partition:
    """How the R² of a banded encoder parts over its feature spaces.

    Attributes
    ----------
    spaces : sequence of str
        Names, in the order of the rows below.
    product_r2 : array of shape (n_spaces, n_voxels)
        Product measure: sums over spaces to R².
    unique_r2 : array of shape (n_spaces, n_voxels), or None
        What is lost without the space.
    """

    spaces: Sequence[str]
    product_r2: np.ndarray
    unique_r2: np.ndarray | None = None


@house_style()
def draw_partition(
    partitions: Mapping[str, Partition],
    predicted: Mapping[str, np.ndarray],
    rois: Mapping[str, np.ndarray],
) -> Figure:
    """Draw each space's part of R² per region, and what it alone explains.

    Parameters
    ----------
    partitions : mapping of encoder to Partition
    predicted : mapping of encoder to array of bool, shape (n_voxels,)
        Voxels that the encoder predicts above chance: means are over these.
    rois : mapping of name to array of bool, shape (n_voxels,)

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(partitions.items())[:MAX_PANELS])
    everywhere = np.ones(next(iter(shown.values())).product_r2.shape[1], bool)
    regions = {"all": everywhere, **dict(list(rois.items())[:MAX_REGIONS])}
    colours = colours_of(dict.fromkeys(s for one in shown.values() for s in one.spaces))
    n_rows, n_columns = grid_shape(len(shown), n_columns=2)
    height = (0.3 + 0.28 * len(regions)) * n_rows + 1.2
    figure = new_figure(WHOLE, height)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    said = []
    for axis, (name, one) in zip(axes, shown.items(), strict=False):
        _draw_panel(axis, one, predicted[name], regions, colours)
        axis.set_title(name)
        means = mean_parts(one.product_r2, predicted[name])
        parts = zip(one.spaces, means, strict=True)
        said.append(f"{name}: " + ", ".join(f"{s} {value:.3f}" for s, value in parts))
    hide_unused(axes, n_used=len(shown))
    figure.supxlabel("R² on held-out stimuli", fontsize=9)
    keys: list[Patch | Line2D] = [Patch(facecolor=c) for c in colours.values()]
    keys.append(Line2D([], [], color=DARK, marker="|", linestyle="", markersize=9))
    words = [*colours, "unique to the space"]
    figure.legend(keys, words, loc="outside upper center", ncols=4)
    return describe(
        figure,
        "Part of each feature space in R² (product measure), mean over the voxels "
        f"predicted above chance: {'; '.join(said)}.",
    )


def mean_parts(values: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Mean of each space over some voxels.

    Parameters
    ----------
    values : array of shape (n_spaces, n_voxels)
    inside : array of bool, shape (n_voxels,)

    Returns
    -------
    mean : array of shape (n_spaces,)
        NaN where no voxel is inside, or none of them has a value.
    """
    known = values[:, inside & np.isfinite(values).all(axis=0)]
    if not known.shape[1]:
        return np.full(len(values), np.nan)
    return np.asarray(known.mean(axis=1))


def _draw_panel(
    axis: Axes,
    one: Partition,
    predicted: np.ndarray,
    regions: Mapping[str, np.ndarray],
    colours: Mapping[str, str],
) -> None:
    """Bars side by side, since a part may be negative; ticks for unique variance."""
    n_spaces = len(one.spaces)
    width = 0.8 / n_spaces
    axis.set_yticks(range(len(regions)), list(regions))
    axis.set_ylim(len(regions) - 0.5, -0.5)
    axis.axvline(0, color=DARK, linewidth=0.8)
    axis.grid(axis="x", color=PALE, linewidth=0.6)
    for row, inside in enumerate(regions.values()):
        place = row + (np.arange(n_spaces) - (n_spaces - 1) / 2) * width
        means = mean_parts(one.product_r2, predicted & inside)
        axis.barh(place, means, height=width, color=[colours[s] for s in one.spaces])
        if one.unique_r2 is not None:
            unique = mean_parts(one.unique_r2, predicted & inside)
            axis.plot(unique, place, "|", color=DARK, markersize=9, linestyle="")
