"""How well a new subject is decoded with how much data, by what was known before."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.decoders.adaptation_curve import AdaptationCurve, interval_of_mean
from boldwise.decoders.adaptation_table import Adaptation
from boldwise.reporting.style import (
    DARK,
    GREY,
    WHOLE,
    colours_of,
    describe,
    house_style,
    new_figure,
    plain_numbers,
)

MODES = {
    "scratch": "from scratch",
    "linear": "new map, all else as the others taught",
    "linear_then_all": "new map, then all",
    "low_rank": "new map, then low-rank adapters",
}
MEASURES = {"top1": "found first (share)", "two_way": "two-way (share)"}
SPREAD = 0.04  # of a budget, between modes: their intervals stand side by side


@house_style()
def draw_adaptation_curves(found: Mapping[str, Adaptation]) -> Figure:
    """Draw scores over budgets: a line per mode, a row of panels per decoder.

    Parameters
    ----------
    found : mapping of decoder to Adaptation
        Scores of shape (n_modes, n_budgets, n_subjects).

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(WHOLE, 3.1 * len(found) + 0.6)
    axes = figure.subplots(len(found), len(MEASURES), squeeze=False)
    modes = list(MODES)
    colours = colours_of(modes)
    for row, (name, one) in zip(axes, found.items(), strict=True):
        for axis, (measure, label) in zip(row, MEASURES.items(), strict=True):
            _draw_panel(axis, one, measure, colours)
            axis.set_ylabel(label)
            axis.set_xlabel(_budget_label(one.curve))
        row[0].set_title(f"{name}: {len(one.curve.subjects)} subjects, each left out")
    handles: dict[str, Any] = {}
    for axis in axes.ravel():
        drawn, labels = axis.get_legend_handles_labels()
        handles |= dict(zip(labels, drawn, strict=True))
    figure.legend(
        list(handles.values()),
        list(handles),
        loc="outside upper center",
        ncols=min(4, len(handles)),
    )
    said = "; ".join(f"{name} {_tell(one)}" for name, one in found.items())
    return describe(
        figure,
        "Identification of test stimuli in a subject who was left out of training, "
        f"over the data of that subject: {said}.",
    )


def _draw_panel(
    axis: Axes, one: Adaptation, measure: str, colours: Mapping[str, str]
) -> None:
    curve = one.curve
    middle = (len(curve.modes) - 1) / 2
    for place, mode in enumerate(curve.modes):
        mean, low, high = curve.interval(measure, mode)
        budget = curve.budgets * (1 + SPREAD * (place - middle))
        axis.errorbar(
            budget,
            mean,
            yerr=[mean - low, high - mean],
            fmt="o-",
            color=colours[mode],
            label=MODES[mode],
            markersize=4,
            elinewidth=1,
            capsize=2,
        )
    _draw_lines(axis, one, measure)
    axis.set_xscale("log")
    axis.set_xticks(curve.budgets, minor=False)
    plain_numbers(axis.xaxis)
    axis.set_ylim(0.0 if measure == "top1" else 0.4, None)


def _draw_lines(axis: Axes, one: Adaptation, measure: str) -> None:
    """Draw what the curves are to be compared with."""
    transfer = np.clip(interval_of_mean(one.transfer[measure]), 0, 1)
    axis.axhline(transfer[0], color=GREY, linestyle=":", label="raw transfer")
    axis.axhspan(transfer[1], transfer[2], color=GREY, alpha=0.15, linewidth=0)
    chance = one.chance(measure).mean()
    axis.axhline(chance, color=DARK, linestyle="--", linewidth=1, label="chance")


def _budget_label(curve: AdaptationCurve) -> str:
    if curve.unit == "trials":
        return "first training trials of the new subject"
    return "minutes of scanning of the new subject"


def _tell(one: Adaptation) -> str:
    curve = one.curve
    said = [
        f"{MODES[mode]} {mean[0]:.0%} to {mean[-1]:.0%}"
        for mode in curve.modes
        for mean in [curve.interval("top1", mode)[0]]
    ]
    first, last = curve.budgets[[0, -1]]
    between = f"{first:g} to {last:g} {curve.unit}"
    return (
        f"found first with {between}: {', '.join(said)}; raw transfer "
        f"{one.transfer['top1'].mean():.0%}, chance {one.chance('top1').mean():.0%}"
    )
