"""Each decoder's score as a bar, with its controls right below it."""

from collections.abc import Iterator, Mapping

import numpy as np
from matplotlib.figure import Figure

from boldwise.evaluation.decoder_controls import CONTROLS
from boldwise.evaluation.decoding import Identification
from boldwise.reporting.decoder_controls import CONTROL_NAMES
from boldwise.reporting.style import (
    DARK,
    PALE,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)

Bars = dict[str, list[float]]
OWN = ("two_way", "two_way_to_brain", "two_way_corrected")
OWN_NAMES = ("which stimulus?", "which brain?", "hubs corrected (transductive)")


@house_style()
def draw_decoder_bars(found: Mapping[str, Mapping[str, Identification]]) -> Figure:
    """Draw the two-way share of each decoder and of its controls.

    Parameters
    ----------
    found : mapping of decoder to mapping of subject to Identification
        Of decoders of patterns. A bar is the mean over subjects, a dot one subject.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    bars = {decoder: bars_of(own) for decoder, own in found.items()}
    n_rows = sum(len(one) + 1 for one in bars.values())
    figure = new_figure(WHOLE, 0.9 + 0.19 * n_rows)
    axis = figure.subplots()
    places, names, said = [], [], []
    for place, decoder, name, values in _laid_out(bars):
        own = name in OWN_NAMES
        colour = PALETTE[0] if own else PALE
        axis.barh(place, np.mean(values), height=0.8, color=colour)
        axis.plot(values, [place] * len(values), ".", color=DARK, markersize=3)
        places.append(place)
        names.append(f"{decoder}: {name}")
        said.append(f"{decoder}, {name} {np.mean(values):.0%}")
    axis.axvline(0.5, color=DARK, linewidth=0.8, linestyle="--")
    axis.set_yticks(places, names)
    axis.set_ylim(n_rows - 1, -1)
    axis.set_xlim(0, 1)
    axis.tick_params(left=False)
    axis.set_xlabel("two-way identification (share; dashed: chance)")
    return describe(
        figure, f"Decoders beside their controls, chance 50 %: {'; '.join(said)}."
    )


def bars_of(by_subject: Mapping[str, Identification]) -> Bars:
    """Collect the two-way shares of one decoder and of its controls.

    Parameters
    ----------
    by_subject : mapping of subject to Identification

    Returns
    -------
    bars : dict of name to list of float
        A value for each subject that has one.
    """
    bars: Bars = {}
    for one in by_subject.values():
        own = zip(OWN_NAMES, OWN, strict=True)
        shown = {name: one.measures[m].value for name, m in own if m in one.measures}
        for name in CONTROLS:
            draws = one.controls.get(f"two_way_{name}")
            if draws is not None:
                shown[CONTROL_NAMES[name]] = float(draws.mean())
        if not one.controls and "two_way" in one.measures:
            null = one.measures["two_way"].null
            shown["shuffled stimuli"] = float(null.mean())
        for label, value in shown.items():
            bars.setdefault(label, []).append(value)
    return bars


def _laid_out(bars: Mapping[str, Bars]) -> Iterator[tuple[int, str, str, list[float]]]:
    """Place of each bar from the top, an empty line behind each decoder."""
    place = 0
    for decoder, own in bars.items():
        for name, values in own.items():
            yield place, decoder, name, values
            place += 1
        place += 1
