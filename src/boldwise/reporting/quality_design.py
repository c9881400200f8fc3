"""What was fitted, and whether confounds go along with what was shown."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.quality import SeriesQuality
from boldwise.reporting.style import (
    DARK,
    GREY,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)
from boldwise.responses.design_picture import DesignMatrix
from boldwise.responses.task_confounds import TaskConfounds

LEAST_LIMIT = 0.3  # of the colours, so that noise does not look like a finding
LEAST_WIDTH = 0.2  # of a group of columns, relative to all
WRITTEN = 0.1  # correlations from here on are written out


@house_style()
def draw_design(series: SeriesQuality) -> Figure:
    """Draw the model of the first run, and the correlations of confounds and features.

    Parameters
    ----------
    series : SeriesQuality
        With a design of shape (n_volumes, n_columns), and correlations of shape
        (n_confounds, n_features), where they are known.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    design, task = series.design, series.task
    figure = new_figure(WHOLE, 4.2)
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=[1, 1.35])[0]
    if design is not None:
        _draw_matrix(left.subplots(), design)
    if task is None:
        right.text(0.5, 0.5, "no confound is known of all runs", ha="center")
        return describe(figure, "Design matrix of the first run; no confounds.")
    bars, heat = right.subplots(
        2, 1, sharex=True, height_ratios=[1, max(2.0, 0.3 * len(task.confounds))]
    )
    _draw_removed(bars, task)
    _draw_correlations(figure, heat, task)
    return describe(
        figure,
        f"Design matrix of the first run; correlations of {len(task.confounds)} "
        f"confounds with {len(task.features)} features, at most "
        f"{_told(_largest(task.r))}; confounds take away "
        f"{_told(100 * _largest(task.removed), digits=0)} % of a feature at most, "
        f"{_told(100 * task.expected, digits=0)} % expected by chance.",
    )


def _largest(values: np.ndarray) -> float:
    """Largest absolute value that is known; NaN if none is."""
    known = np.abs(values[np.isfinite(values)])
    return float(known.max()) if len(known) else float("nan")


def _told(value: float, *, digits: int = 2) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else "unknown"


def _draw_matrix(axis: Axes, design: DesignMatrix) -> None:
    """Give each group room for its name, however few columns it has."""
    top = np.abs(design.matrix).max(axis=0)
    scaled = design.matrix / np.where(top > 0, top, 1)
    n_volumes, n_columns = scaled.shape
    left, column, middles = 0.0, 0, []
    for _, count in design.groups:
        width = max(count / n_columns, LEAST_WIDTH)
        axis.imshow(
            scaled[:, column : column + count],
            cmap="gray",
            vmin=-1,
            vmax=1,
            aspect="auto",
            extent=(left, left + width, n_volumes, 0),
        )
        axis.axvline(left, color=PALETTE[1], linewidth=1)
        middles.append(left + width / 2)
        left, column = left + width, column + count
    axis.set_xlim(0, left)
    names = [f"{name}\n({count})" for name, count in design.groups]
    axis.set_xticks(middles, names)
    axis.tick_params(bottom=False)
    axis.set_ylabel("volume")
    axis.set_title(f"Design matrix of run {design.run}")


def _draw_removed(axis: Axes, task: TaskConfounds) -> None:
    axis.bar(range(len(task.features)), 100 * task.removed, color=PALETTE[0])
    axis.axhline(100 * task.expected, color=GREY, linewidth=1, linestyle="--")
    axis.set_ylim(0, max(10, 1.15 * 100 * _largest(task.removed)))
    axis.set_ylabel("removed\n(%)")
    axis.set_title("Of each feature, what cleaning removes (dashed: by chance)")
    axis.tick_params(bottom=False)


def _draw_correlations(figure: Figure, axis: Axes, task: TaskConfounds) -> None:
    known = np.abs(task.r[np.isfinite(task.r)])
    limit = max(LEAST_LIMIT, float(known.max(initial=0)))
    drawn = axis.imshow(task.r, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    axis.set_yticks(range(len(task.confounds)), list(task.confounds))
    axis.set_xticks(
        range(len(task.features)),
        list(task.features),
        rotation=60,
        ha="right",
        rotation_mode="anchor",
    )
    axis.tick_params(left=False, bottom=False)
    axis.spines[:].set_visible(False)
    for row, column in np.argwhere(np.abs(np.nan_to_num(task.r)) >= WRITTEN):
        value = task.r[row, column]
        axis.text(
            column,
            row,
            f"{value:.1f}".replace("0.", ".").replace("-", "−"),
            ha="center",
            va="center",
            fontsize=6,
            color="white" if abs(value) > 0.6 * limit else DARK,
        )
    figure.colorbar(drawn, ax=axis, label="r", shrink=0.8, fraction=0.04, pad=0.01)
