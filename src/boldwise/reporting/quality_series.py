"""The time series of a subject at a glance: motion, jumps, and a carpet of voxels."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.quality import SeriesQuality
from boldwise.reporting.style import (
    DARK,
    GREY,
    PALE,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)
from boldwise.responses.quality import MOVED_MM, RunQuality, order_rows

MAX_COLUMNS = 800  # of the carpet, which is noise: more would fill the page
N_GREYS = 9  # noise of 256 would take twice the bytes and show no more
SPREAD = 2.0  # standard deviations from black to white, half of it
MAX_NAMES = 14  # of runs, along the top
LEAST_SHARE = 0.03  # of the rows; smaller regions are not named


@house_style()
def draw_series(series: SeriesQuality) -> Figure:
    """Draw displacement, DVARS and mean signal above a carpet of voxels, run after run.

    Parameters
    ----------
    series : SeriesQuality
        Traces of shape (n_volumes,), carpets of shape (n_shown, n_volumes) per run.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    runs = series.runs
    figure = new_figure(WHOLE, 5.2)
    axes = figure.subplots(4, 1, sharex=True, height_ratios=[1, 1, 1, 4.5])
    n_moved, n_lost = (
        sum(r.n_moved for r in runs),
        sum(int((~r.kept).sum()) for r in runs),
    )
    _draw_trace(axes[0], [r.displacement_mm for r in runs], "FD\n(mm)", PALETTE[5])
    axes[0].axhline(MOVED_MM, color=GREY, linewidth=0.8, linestyle="--")
    _draw_trace(axes[1], [r.dvars for r in runs], "DVARS\n(%)", PALETTE[0])
    _draw_trace(axes[2], [r.mean_signal for r in runs], "mean\n(%)", DARK)
    _draw_carpet(axes[3], series)
    _mark_runs(axes, runs)
    known = [
        r.mean_displacement_mm for r in runs if np.isfinite(r.mean_displacement_mm)
    ]
    moved = (
        f"{n_moved} moved by more than {MOVED_MM:g} mm" if known else "motion unknown"
    )
    return describe(
        figure,
        f"Traces and carpet of {sum(r.n_volumes for r in runs)} volumes in {len(runs)} "
        f"runs: {moved}, {n_lost} do not count.",
    )


def thin_out(carpet: np.ndarray, *, n_columns: int) -> np.ndarray:
    """Average neighbouring volumes until no more than so many columns are left.

    Parameters
    ----------
    carpet : array of shape (n_rows, n_volumes)
    n_columns : int

    Returns
    -------
    thinned : array of shape (n_rows, at most n_columns)
        The last column may hold fewer volumes.
    """
    step = -(-carpet.shape[1] // n_columns)
    if step <= 1:
        return carpet
    starts = np.arange(0, carpet.shape[1], step)
    sums = np.add.reduceat(carpet, starts, axis=1)
    counts = np.diff(np.append(starts, carpet.shape[1]))
    return np.asarray(sums / counts)


def _draw_trace(
    axis: Axes, traces: Sequence[np.ndarray], label: str, colour: str
) -> None:
    values = np.concatenate(traces)
    axis.plot(values, color=colour, linewidth=0.7)
    axis.set_ylabel(label, rotation=0, ha="right", va="center")
    axis.tick_params(bottom=False)
    known = values[np.isfinite(values)]
    if not len(known):
        axis.set_yticks([])
        axis.text(
            0.5, 0.5, "unknown", transform=axis.transAxes, ha="center", va="center"
        )
    elif known.min() >= 0:
        axis.set_ylim(0, max(1.05 * known.max(), 1e-9))


def _draw_carpet(axis: Axes, series: SeriesQuality) -> None:
    whole = np.concatenate([run.carpet for run in series.runs], axis=1)
    rows = whole[order_rows(whole, list(series.groups))]
    rows /= np.maximum(rows.std(axis=1, keepdims=True), 1e-9)
    axis.imshow(
        thin_out(rows, n_columns=MAX_COLUMNS),
        cmap=colormaps["gray"].resampled(N_GREYS),
        vmin=-SPREAD,
        vmax=SPREAD,
        aspect="auto",
        interpolation="nearest",
        extent=(-0.5, whole.shape[1] - 0.5, len(rows), 0),
    )
    name_groups(axis, series.groups)
    axis.set_xlabel(
        f"volume, runs one after the other (grey: ±{SPREAD:g} s.d. of each voxel)"
    )


def name_groups(axis: Axes, groups: Sequence[tuple[str, int]]) -> None:
    """Name the regions along the rows of a carpet, with lines between them.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    groups : sequence of (name, number of rows)
        Voxels of no region have no name; they are called other.
    """
    stops = np.cumsum([count for _, count in groups])
    middles = stops - np.array([count for _, count in groups]) / 2
    shown = [count >= LEAST_SHARE * stops[-1] for _, count in groups]
    names = [name or ("other" if len(groups) > 1 else "voxels") for name, _ in groups]
    axis.set_yticks(
        [m for m, keep in zip(middles, shown, strict=True) if keep],
        [n for n, keep in zip(names, shown, strict=True) if keep],
    )
    axis.tick_params(left=False)
    for stop in stops[:-1]:
        axis.axhline(stop, color=PALETTE[1], linewidth=0.6)


def _mark_runs(axes: Sequence[Axes], runs: Sequence[RunQuality]) -> None:
    """Lines between runs, their names above, and what does not count in red."""
    stops = np.cumsum([run.n_volumes for run in runs])
    starts = stops - [run.n_volumes for run in runs]
    lost = np.flatnonzero(~np.concatenate([run.kept for run in runs])).tolist()
    for axis in axes:
        for stop in stops[:-1]:
            axis.axvline(
                stop - 0.5, color=PALE if axis is not axes[3] else DARK, lw=0.8
            )
    for axis in axes[:3]:
        for volume in lost:
            axis.axvline(volume, color=PALETTE[1], linewidth=0.8, zorder=0)
    every = -(-len(runs) // MAX_NAMES)
    for place, (start, run) in enumerate(zip(starts, runs, strict=True)):
        if place % every == 0:
            axes[0].text(
                start,
                1.04,
                f"run {run.run}" if place == 0 else run.run,
                transform=axes[0].get_xaxis_transform(),
                fontsize=7,
                color=DARK,
            )
    axes[0].set_xlim(-0.5, stops[-1] - 0.5)
