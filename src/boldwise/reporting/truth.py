"""What was found beside what was put in: the simulated truth, recovered or not."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    SEQUENTIAL,
    WHOLE,
    colours_of,
    describe,
    house_style,
    new_figure,
)


@house_style()
def draw_recovery(
    true_ceiling: np.ndarray,
    noise_ceiling: np.ndarray,
    population: np.ndarray,
    normalised: Mapping[tuple[str, str], float],
) -> Figure:
    """Draw estimated over true ceilings, and scores by population and encoder.

    Parameters
    ----------
    true_ceiling, noise_ceiling : array of shape (n_voxels,)
        Share of signal, known and estimated; the voxels of all subjects.
    population : array of str, shape (n_voxels,)
        What drives each voxel.
    normalised : mapping of (population, encoder) to float
        Median normalised correlation.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(WHOLE, 3.8)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.15])
    _draw_ceilings(left, true_ceiling, noise_ceiling, population)
    _draw_scores(right, normalised)
    known = np.isfinite(noise_ceiling) & (true_ceiling > 0)
    error = np.median(noise_ceiling[known] - true_ceiling[known]) if known.any() else 0
    return describe(
        figure,
        f"Estimated over true noise ceilings of {known.sum()} driven voxels, median "
        f"difference {error:+.3f}; and normalised scores by population and encoder.",
    )


def _draw_ceilings(
    axis: Axes, true: np.ndarray, estimated: np.ndarray, population: np.ndarray
) -> None:
    for name, colour in colours_of(np.unique(population).tolist()).items():
        inside = population == name
        axis.scatter(
            *(true[inside], estimated[inside]),
            s=5,
            color=colour,
            alpha=0.6,
            linewidths=0,
            label=name,
            rasterized=True,
        )
    axis.plot([0, 1], [0, 1], color=DARK, linewidth=1)
    axis.set_xlabel("true noise ceiling")
    axis.set_ylabel("estimated noise ceiling")
    axis.legend(loc="upper left", markerscale=2)


def _draw_scores(axis: Axes, normalised: Mapping[tuple[str, str], float]) -> None:
    rows = list(dict.fromkeys(population for population, _ in normalised))
    columns = list(dict.fromkeys(encoder for _, encoder in normalised))
    value = np.full((len(rows), len(columns)), np.nan)
    for (population, encoder), score in normalised.items():
        value[rows.index(population), columns.index(encoder)] = score
    axis.imshow(value, cmap=SEQUENTIAL, vmin=0, vmax=1, aspect="auto")
    axis.set_xticks(
        *(range(len(columns)), columns), rotation=35, ha="right", rotation_mode="anchor"
    )
    axis.set_yticks(range(len(rows)), rows)
    axis.set_title("median normalised r")
    for (row, column), score in np.ndenumerate(value):
        if np.isfinite(score):
            ink = DARK if score > 0.6 else "white"
            axis.text(column, row, f"{score:.2f}", color=ink, ha="center", va="center")
