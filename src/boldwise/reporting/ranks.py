"""At which rank the true stimulus came out: flat means chance."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    PALETTE,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)

N_BINS = 25
MAX_PANELS = 9


@house_style()
def draw_ranks(
    ranks: Mapping[str, np.ndarray], pools: Mapping[str, np.ndarray]
) -> Figure:
    """Draw the histogram of the true stimuli's ranks, decoder by decoder.

    Parameters
    ----------
    ranks : mapping of decoder to array of shape (n_items,)
        Rank of the true stimulus, from 1; the items of all subjects.
    pools : mapping of decoder to array of int, shape (n_items,)
        Number of candidates.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(ranks.items())[:MAX_PANELS])
    n_rows, n_columns = grid_shape(len(shown), n_columns=3)
    figure = new_figure(WHOLE, 2.0 * n_rows + 0.5)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    said = []
    for axis, (name, rank) in zip(axes, shown.items(), strict=False):
        _draw_histogram(axis, rank, pools[name])
        axis.set_title(name)
        middle, size = np.median(rank), np.median(pools[name])
        said.append(f"{name} {middle:g} of {size:g}")
    hide_unused(axes, n_used=len(shown))
    figure.supxlabel("rank of the true stimulus (1 is best)", fontsize=9)
    figure.supylabel("test items", fontsize=9)
    return describe(figure, f"Histograms of ranks; medians: {'; '.join(said)}.")


def _draw_histogram(axis: Axes, rank: np.ndarray, pool: np.ndarray) -> None:
    largest = int(pool.max())
    n_bins = min(N_BINS, largest)
    edges = np.linspace(0.5, largest + 0.5, n_bins + 1).tolist()
    axis.hist(rank, edges, color=PALETTE[0])
    axis.plot(
        [0.5, largest + 0.5],
        [len(rank) / n_bins] * 2,
        color=DARK,
        linestyle="--",
        label="chance",
    )
    axis.set_xlim(0.5, largest + 0.5)
    axis.legend(loc="upper right")
