"""Identification against distance to the training set, decoder by decoder."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from boldwise.evaluation.decoding import Identification
from boldwise.reporting.blocks import show_number
from boldwise.reporting.style import (
    DARK,
    GREY,
    PALETTE,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)

MAX_PANELS = 9


@house_style()
def draw_training_distance(
    found: Mapping[str, Mapping[str, Identification]],
) -> Figure:
    """Draw the two-way share of stimuli that are about as far from training ones.

    Parameters
    ----------
    found : mapping of decoder to mapping of subject to Identification
        Those without distances, such as decoders across subjects, are left out.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    known = {
        decoder: [one for one in own.values() if "bin_distance" in one.tables]
        for decoder, own in found.items()
    }
    shown = [(name, own) for name, own in known.items() if own][:MAX_PANELS]
    n_rows, n_columns = grid_shape(max(len(shown), 1), n_columns=3)
    figure = new_figure(WHOLE, 2.2 * n_rows + 0.5)
    axes = figure.subplots(n_rows, n_columns, squeeze=False, sharey=True).ravel()
    said = []
    for axis, (name, own) in zip(axes, shown, strict=False):
        bins = [(o.tables["bin_distance"], o.tables["bin_two_way"]) for o in own]
        for distance, share in bins:
            axis.plot(distance, share, color=GREY, linewidth=0.8)
        distance, share = np.mean(bins, axis=0)
        axis.plot(distance, share, ".-", color=PALETTE[0], linewidth=2)
        axis.axhline(0.5, color=DARK, linewidth=0.8, linestyle="--")
        rho = np.mean([one.tables["distance_trend"][0] for one in own])
        axis.set_title(f"{name}: mean ρ {show_number(float(rho), digits=2)}")
        axis.xaxis.set_major_locator(MaxNLocator(5))
        said.append(f"{name} {share[0]:.0%} near to {share[-1]:.0%} far")
    if not shown:
        axes[0].text(0.5, 0.5, "too few test stimuli", ha="center", va="center")
    hide_unused(axes, n_used=len(shown))
    figure.supxlabel("distance to the nearest training stimulus (1 − r)", fontsize=9)
    figure.supylabel("two-way identification", fontsize=9)
    return describe(
        figure,
        "Two-way identification by distance to the training set, chance 50 %: "
        f"{'; '.join(said) or 'too few test stimuli'}.",
    )
