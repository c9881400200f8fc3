"""The responses before any model: all trials at a glance, and how well they repeat."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.blocks import show_number
from boldwise.reporting.quality import SubjectQuality
from boldwise.reporting.quality_maps import Layer, draw_layer, has_places
from boldwise.reporting.quality_series import (
    MAX_COLUMNS,
    N_GREYS,
    name_groups,
    thin_out,
)
from boldwise.reporting.style import (
    DARK,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
    plain_numbers,
)
from boldwise.responses.quality import order_rows

N_BINS = 40
WORDS = {
    True: "no stimulus was shown\nagain: nothing is known\nof how well they repeat",
    False: "time series: see the\nceilings of the splits",
}


@house_style()
def draw_responses(quality: SubjectQuality) -> Figure:
    """Draw all responses of some voxels, their reliability with its null, and its map.

    Parameters
    ----------
    quality : SubjectQuality
        With a carpet of shape (n_shown, n_trials).

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    known = quality.reliability
    mapped = known is not None and has_places(quality.voxels)
    figure = new_figure(WHOLE, 2.9 + 1.5 * mapped)
    rows = figure.add_gridspec(1 + mapped, 1, height_ratios=[2.7, 1.45][: 1 + mapped])
    above = rows[0, 0].subgridspec(1, 2, width_ratios=[2.4, 1])
    _draw_carpet(figure.add_subplot(above[0, 0]), quality)
    beside = figure.add_subplot(above[0, 1])
    rest = f"Responses of {len(quality.voxels)} voxels in {len(quality.trials)} rows"
    if known is None:
        beside.set_axis_off()
        words = WORDS[quality.kind == "trials"]
        beside.text(
            0.5, 0.5, words, ha="center", va="center", transform=beside.transAxes
        )
        return describe(figure, f"{rest}; reliability unknown.")
    _draw_reliability(beside, known.noise_ceiling, known.null)
    if mapped:
        ceilings = known.noise_ceiling[np.isfinite(known.noise_ceiling)]
        top = float(np.percentile(ceilings, 99.5)) if len(ceilings) else 0.0
        layer = Layer(
            "noise ceiling",
            known.noise_ceiling,
            quality.voxels,
            limits=(0, max(0.1, top)),
        )
        draw_layer(figure, rows[1, 0], layer, under=quality.background)
    return describe(
        figure,
        f"{rest}; median noise ceiling over {known.showings.n_items} repeated stimuli "
        f"{_median(known.noise_ceiling)}, of shuffled trials {_median(known.null)}.",
    )


def _median(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    return show_number(float(np.median(known)) if len(known) else float("nan"))


def _draw_carpet(axis: Axes, quality: SubjectQuality) -> None:
    carpet = quality.carpet[order_rows(quality.carpet, list(quality.groups))]
    finite = np.abs(carpet[np.isfinite(carpet)])
    spread = float(np.percentile(finite, 97)) if len(finite) else 1.0
    axis.imshow(
        thin_out(carpet, n_columns=MAX_COLUMNS),
        cmap=colormaps["gray"].resampled(N_GREYS),
        vmin=-spread,
        vmax=spread,
        aspect="auto",
        interpolation="nearest",
        extent=(-0.5, carpet.shape[1] - 0.5, len(carpet), 0),
    )
    name_groups(axis, quality.groups)
    run, session = quality.trials.run, quality.trials.session
    for edge in np.flatnonzero((run[1:] != run[:-1]) | (session[1:] != session[:-1])):
        axis.axvline(edge + 0.5, color=DARK, linewidth=0.5)
    what = "trial" if quality.kind == "trials" else "volume"
    axis.set_xlabel(f"{what}, in order (grey: ±{spread:.2g}, {quality.unit})")
    axis.set_title("Responses, run by run")


def _draw_reliability(axis: Axes, measured: np.ndarray, null: np.ndarray) -> None:
    bins = np.linspace(0, 1, N_BINS + 1).tolist()
    axis.hist(measured[np.isfinite(measured)], bins, color=PALETTE[0], label="measured")
    axis.hist(
        null[np.isfinite(null)],
        bins,
        histtype="step",
        color=PALETTE[5],
        linewidth=1.5,
        label="shuffled",
    )
    if np.isfinite([measured, null]).any():  # a scale of nothing cannot be logarithmic
        axis.set_yscale("log")
    plain_numbers(axis.yaxis)
    axis.set_ylabel("voxels")
    axis.set_xlabel("noise ceiling, all repeated stimuli")
    axis.legend(loc="upper right")
