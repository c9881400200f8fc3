"""Which model predicts best: scores with intervals, beside ceiling and shuffles."""

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from boldwise.reporting.controls import Controls, beside, mark
from boldwise.reporting.scores_table import (
    ALL,
    NOTHING,
    ScoreTable,
    models_of,
    regions_of,
)
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

MAX_REGIONS = 9
Ranges = Mapping[tuple[str, str], tuple[float, float, float]]
"""Mean, low and high end of the shuffled scores by (model, roi)."""


@house_style()
def draw_comparison(
    table: ScoreTable, shuffled: Ranges, *, controls: Controls | None = None
) -> Figure:
    """Draw the median correlation of each model, region by region.

    Parameters
    ----------
    table : mapping of ScoreTable
        A large dot is the mean over subjects with its interval, small dots are
        subjects; a vertical line is the root of the median noise ceiling.
    shuffled : mapping of (model, roi) to (mean, low, high)
        The middle 95 % of the models refitted on shuffled responses.
    controls : mapping of control to model, optional
        Drawn below their models, and marked.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    controls, rois = controls or {}, regions_of(table)[:MAX_REGIONS]
    models = beside(models_of(table), controls)
    n_rows, n_columns = grid_shape(len(rois), n_columns=3)
    figure = new_figure(WHOLE, n_rows * (0.7 + 0.24 * len(models)) + 0.6)
    axes = figure.subplots(
        n_rows, n_columns, squeeze=False, sharex=True, sharey=True
    ).ravel()
    for axis, roi in zip(axes, rois, strict=False):
        _draw_region(axis, table, shuffled, roi=roi, models=models)
    labels = [mark(model, controls) for model in models]
    axes[0].set_yticks(range(len(models)), labels)
    axes[0].set_ylim(len(models) - 0.5, -0.5)
    hide_unused(axes, n_used=len(rois))
    figure.supxlabel("r, median over voxels", fontsize=9)
    _add_keys(figure)
    return describe(figure, "Median correlation by region. " + _say_best(table, rois))


def ranges_of_shuffles(
    shuffled: Mapping[str, Mapping[str, Mapping[str, np.ndarray]]],
    *,
    individuals: Collection[str],
) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Average shuffled scores over subjects, draw by draw, and bound their middle.

    Parameters
    ----------
    shuffled : mapping of model to subject to roi to array of shape (n_shuffles,)
    individuals : collection of str
        Subjects to average; a mean subject is not one of them.

    Returns
    -------
    ranges : dict of (model, roi) to (mean, low, high)
        The middle 95 % of the draws.
    """
    draws: dict[tuple[str, str], list[np.ndarray]] = {}
    for model, by_subject in shuffled.items():
        for subject, by_roi in by_subject.items():
            for roi, values in by_roi.items():
                if subject in individuals:
                    draws.setdefault((model, roi), []).append(values)
    ranges = {}
    for key, of_subjects in draws.items():
        mean = np.mean(of_subjects, axis=0)
        known = mean[np.isfinite(mean)]
        if len(known):
            low, high = np.quantile(known, [0.025, 0.975])
            ranges[key] = (float(known.mean()), float(low), float(high))
    return ranges


def _draw_region(
    axis: Axes, table: ScoreTable, shuffled: Ranges, *, roi: str, models: list[str]
) -> None:
    axis.set_title(f"{roi} voxels" if roi == ALL else roi)
    axis.tick_params(left=False)
    axis.axvline(0, color=DARK, linewidth=0.6)
    ceilings = []
    for row, model in enumerate(models):
        _, low, high = shuffled.get((model, roi), (np.nan,) * 3)
        axis.barh(row, high - low, left=low, height=0.7, color=PALE)
        for subject, at, name, metric in table:
            if (at, name, metric) == (roi, model, "r") and subject != ALL:
                value = table[subject, roi, model, "r"].value
                axis.plot(value, row + 0.28, "o", color=PALETTE[4], markersize=3)
        mean = table.get((ALL, roi, model, "r"), NOTHING)
        axis.plot([mean.low, mean.high], [row, row], color=PALETTE[0])
        axis.plot(mean.value, row, "o", color=PALETTE[0], markersize=5)
        ceilings.append(table.get((ALL, roi, model, "noise_ceiling"), NOTHING).value)
    if np.isfinite(ceilings).any():
        limit = float(np.sqrt(max(np.nanmax(ceilings), 0)))
        axis.axvline(limit, color=PALETTE[5], linewidth=1, linestyle="--")


def _add_keys(figure: Figure) -> None:
    keys = {
        "mean over subjects, 95 % interval": Line2D(
            [], [], color=PALETTE[0], marker="o", markersize=5
        ),
        "subject": Line2D(
            [], [], color=PALETTE[4], marker="o", markersize=3, linestyle=""
        ),
        "shuffled, 95 %": Patch(facecolor=PALE),
        "ceiling": Line2D([], [], color=PALETTE[5], linewidth=1, linestyle="--"),
    }
    figure.legend(
        list(keys.values()),
        list(keys),
        loc="outside upper center",
        ncols=4,
    )


def _say_best(table: ScoreTable, rois: list[str]) -> str:
    said = []
    for roi in rois:
        found = {
            m: table.get((ALL, roi, m, "r"), NOTHING).value for m in models_of(table)
        }
        known = {model: value for model, value in found.items() if np.isfinite(value)}
        if known:
            best = max(known, key=lambda model: known[model])
            said.append(f"{roi}: {best} {known[best]:.2f}")
    return f"Highest: {'; '.join(said)}." if said else ""
