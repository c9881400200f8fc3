"""What was told while volumes were taken: words and sound over time, run by run."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.features.resampling import box_average
from boldwise.features.timeline import Timeline
from boldwise.reporting.style import (
    DARK,
    PALETTE,
    WHOLE,
    colours_of,
    describe,
    house_style,
    new_figure,
)

MAX_RUNS = 6


@house_style()
def draw_story(timeline: Timeline) -> Figure:
    """Draw how much is annotated in each volume, and the sound, for the first runs.

    Parameters
    ----------
    timeline : Timeline
        Of shape (n_volumes,).

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    runs = list(dict.fromkeys(timeline.run.tolist()))
    shown = runs[:MAX_RUNS]
    figure = new_figure(WHOLE, 0.5 + 1.5 * len(shown))
    axes = figure.subplots(len(shown), 1, squeeze=False)[:, 0]
    for axis, run in zip(axes, shown, strict=True):
        _draw_run(axis, timeline, run)
    axes[-1].set_xlabel("time in the recording (s)")
    words = 0 if timeline.intervals is None else len(timeline.intervals)
    return describe(
        figure,
        f"{len(shown)} of {len(runs)} runs with {len(timeline)} volumes and {words} "
        "annotated intervals over time.",
    )


def _draw_run(axis: Axes, timeline: Timeline, run: str) -> None:
    time_s = np.sort(timeline.time_s[timeline.run == run])
    axis.set_title(f"run {run}: {len(time_s)} volumes", loc="left")
    axis.set_xlim(time_s[0] - timeline.tr_s, time_s[-1] + timeline.tr_s)
    axis.vlines(time_s, 0, 0.02, transform=axis.get_xaxis_transform(), color=DARK)
    if timeline.intervals is not None:
        said = timeline.intervals.take(timeline.intervals.run == run)
        # Coloured by all tiers, so that a tier looks alike in every run.
        for tier, colour in colours_of(np.unique(timeline.intervals.tier)).items():
            onset_s = said.onset_s[said.tier == tier]
            count = box_average(
                np.ones((len(onset_s), 1)),
                onset_s,
                time_s,
                tr_s=timeline.tr_s,
                combine="sum",
            )
            axis.step(time_s, count[:, 0], where="mid", color=colour, label=str(tier))
        axis.set_ylabel("intervals\nper volume")
        axis.legend(loc="upper right", frameon=False)
    if timeline.sound is not None:
        here = timeline.sound.run == run
        level = np.sqrt(timeline.sound.power[here])[:, None]
        sound = box_average(
            level, timeline.sound.time_s[here], time_s, tr_s=timeline.tr_s
        )
        other = axis.twinx()
        other.plot(time_s, sound[:, 0], color=PALETTE[1], linewidth=0.8)
        other.set_ylabel("sound", color=PALETTE[1])
