"""How the losses of trained models fell, and where the kept weights come from."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from boldwise.reporting.style import (
    GREY,
    PALETTE,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
    plain_numbers,
)
from boldwise.training.history import History

MAX_PANELS = 12
STEEP = 20  # times from the lowest to the highest loss, beyond which the axis is a log
TRAINING, VALIDATION = GREY, PALETTE[0]


@house_style()
def draw_training_curves(courses: Mapping[str, Mapping[str, History]]) -> Figure:
    """Draw training and validation loss over epochs, the best epoch marked.

    Parameters
    ----------
    courses : mapping of model to mapping of run to History
        A panel per model, a pair of lines per run (fold, subject or seed), each with
        losses of shape (n_epochs,).

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(courses.items())[:MAX_PANELS])
    n_rows, n_columns = grid_shape(len(shown), n_columns=3)
    figure = new_figure(WHOLE, 2.4 * n_rows + 0.5)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axis, (name, runs) in zip(axes, shown.items(), strict=False):
        _draw_runs(axis, [run for run in runs.values() if len(run)])
        axis.set_title(name)
    hide_unused(axes, n_used=len(shown))
    figure.supxlabel("epoch", fontsize=9)
    figure.supylabel("loss", fontsize=9)
    keys = [
        Line2D([], [], color=TRAINING, linewidth=1),
        Line2D([], [], color=VALIDATION),
        Line2D([], [], color=VALIDATION, marker="o", linestyle=""),
    ]
    words = ["training, while the weights move", "validation", "epoch that was kept"]
    figure.legend(keys, words, loc="outside upper center", ncols=3)
    said = "; ".join(f"{name} {_tell(runs)}" for name, runs in shown.items())
    return describe(figure, f"Loss over epochs of trained models: {said}.")


def _draw_runs(axis: Axes, runs: list[History]) -> None:
    values: list[float] = []
    for run in runs:
        epoch = np.arange(1, len(run) + 1)
        axis.plot(epoch, run.loss["loss"], color=TRAINING, linewidth=1, alpha=0.7)
        values += run.loss["loss"] + run.judged
        if run.validation:
            axis.plot(epoch, run.judged, color=VALIDATION, alpha=0.8)
        place = (run.best_epoch + 1, run.judged[run.best_epoch])
        axis.plot(*place, "o", color=VALIDATION, markersize=4)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if values and 0 < STEEP * min(values) < max(values):
        axis.set_yscale("log")
        plain_numbers(axis.yaxis)


def _tell(runs: Mapping[str, History]) -> str:
    """Say in words what the panel of a model shows."""
    run_lengths = [len(run) for run in runs.values() if len(run)]
    if not run_lengths:
        return "no epoch yet"
    best = [run.best_epoch + 1 for run in runs.values() if len(run)]
    lowest = [min(run.judged) for run in runs.values() if len(run)]
    kept = f"{min(best)}" if min(best) == max(best) else f"{min(best)} to {max(best)}"
    last = max(run_lengths)
    what = "validation" if any(run.validation for run in runs.values()) else "training"
    return f"kept epoch {kept} of {last}, mean lowest {what} loss {np.mean(lowest):.3g}"
