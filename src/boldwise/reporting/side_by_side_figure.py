"""Scores of several studies in one figure: a colour for each study."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boldwise.reporting.compared import ComparedStudy
from boldwise.reporting.scores_table import ALL, NOTHING, models_of, regions_of
from boldwise.reporting.side_by_side import is_control
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

MAX_REGIONS = 9


@house_style()
def draw_side_by_side(studies: Sequence[ComparedStudy]) -> Figure:
    """Draw the median correlation of each encoder in each study, region by region.

    Parameters
    ----------
    studies : sequence of ComparedStudy
        Encoders of one name stand in one row.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    tables = [one.main.scores for one in studies]
    rois = list(dict.fromkeys(roi for t in tables for roi in regions_of(t)))[
        :MAX_REGIONS
    ]
    models = list(dict.fromkeys(model for t in tables for model in models_of(t)))
    n_rows, n_columns = grid_shape(len(rois), n_columns=3)
    height = 0.7 + (0.12 + 0.14 * len(studies)) * len(models)
    figure = new_figure(WHOLE, n_rows * height + 0.6)
    axes = figure.subplots(
        n_rows, n_columns, squeeze=False, sharex=True, sharey=True
    ).ravel()
    for axis, roi in zip(axes, rois, strict=False):
        _draw_region(axis, studies, roi=roi, models=models)
    labels = [f"{name} (control)" if is_control(name) else name for name in models]
    axes[0].set_yticks(range(len(models)), labels)
    axes[0].set_ylim(len(models) - 0.5, -0.5)
    hide_unused(axes, n_used=len(rois))
    figure.supxlabel("r, median over voxels", fontsize=9)
    keys = [
        Line2D([], [], color=colour, marker="o", markersize=5)
        for colour in colours_of(one.name for one in studies).values()
    ]
    names = [one.name for one in studies]
    figure.legend(keys, names, loc="outside upper center", ncols=min(4, len(names)))
    return describe(figure, _say(studies))


def _draw_region(
    axis: Axes, studies: Sequence[ComparedStudy], *, roi: str, models: list[str]
) -> None:
    axis.set_title(f"{roi} voxels" if roi == ALL else roi)
    axis.tick_params(left=False)
    axis.axvline(0, color=DARK, linewidth=0.6)
    for row in range(1, len(models)):
        axis.axhline(row - 0.5, color=PALE, linewidth=0.6)
    colours = colours_of(one.name for one in studies)
    step = 0.7 / len(studies)
    for place, one in enumerate(studies):
        colour, table = colours[one.name], one.main.scores
        shift = (place - (len(studies) - 1) / 2) * step
        ceilings = []
        for row, model in enumerate(models):
            mean = table.get((ALL, roi, model, "r"), NOTHING)
            at = row + shift
            axis.plot([mean.low, mean.high], [at, at], color=colour)
            axis.plot(mean.value, at, "o", color=colour, markersize=4)
            ceiling = table.get((ALL, roi, model, "noise_ceiling"), NOTHING).value
            ceilings.append(ceiling)
        if np.isfinite(ceilings).any():
            limit = float(np.sqrt(max(np.nanmax(ceilings), 0)))
            axis.axvline(limit, color=colour, linewidth=1, linestyle="--")


def _say(studies: Sequence[ComparedStudy]) -> str:
    said = []
    for one in studies:
        table = one.main.scores
        known = {
            model: table[ALL, ALL, model, "r"].value
            for model in models_of(table)
            if (ALL, ALL, model, "r") in table
        }
        if known:
            best = max(known, key=lambda name: known[name])
            said.append(f"{one.name}: {best} {known[best]:.2f}")
    return f"Median correlation by region and study. Highest: {'; '.join(said)}."
