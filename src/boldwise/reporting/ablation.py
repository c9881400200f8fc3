"""What each region decodes alone, and what is lost without it."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from boldwise.evaluation.paired_subjects import compare_subjects
from boldwise.evaluation.region_shares import RegionShares, Shares
from boldwise.reporting.style import (
    DARK,
    GREY,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)

ALONE, LOST = PALETTE[0], PALETTE[1]
NAME_LETTERS = 28


@house_style()
def draw_ablation(shares: Shares, *, individuals: Sequence[str]) -> Figure:
    """Draw two-way identification from each region alone, and what it loses left out.

    Parameters
    ----------
    shares : dict of decoder to dict of subject to dict of region to RegionShares
    individuals : sequence of str
        Subjects whose mean is a bar; each is a dot.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    sizes = [len(_regions(own, individuals)) for own in shares.values()]
    figure = new_figure(WHOLE, 0.8 + sum(0.7 + 0.24 * n for n in sizes))
    axes = figure.subplots(
        len(shares),
        2,
        squeeze=False,
        sharex="col",
        gridspec_kw={"height_ratios": [n + 1 for n in sizes]},
    )
    said = []
    for pair, (name, by_subject) in zip(axes, shares.items(), strict=True):
        said.append(_draw_decoder(pair, name, _regions(by_subject, individuals)))
    axes[-1, 0].set_xlabel("two-way identification, region alone")
    axes[-1, 1].set_xlabel("lost without the region")
    axes[-1, 1].xaxis.set_major_locator(MaxNLocator(5))
    figure.legend(*_keys(), loc="outside upper center", ncols=5)
    return describe(
        figure, f"Two-way identification by regions, chance 50 %: {'; '.join(said)}."
    )


def _draw_decoder(
    axes: Sequence[Axes], name: str, regions: Mapping[str, list[RegionShares]]
) -> str:
    """Draw both sides of one decoder, and say in words what they show."""
    left, right = axes
    whole = float(np.mean([o.all_voxels for own in regions.values() for o in own]))
    _draw_bars(left, {n: [o.alone for o in own] for n, own in regions.items()}, ALONE)
    lost = {n: [o.all_voxels - o.left_out for o in r] for n, r in regions.items()}
    _draw_bars(right, lost, LOST)
    left.axvline(0.5, color=DARK, linewidth=0.8, linestyle="--")
    left.axvline(whole, color=GREY, linewidth=1.2)
    left.set_title(name)
    left.set_xlim(0, 1)
    right.set_yticklabels([])
    right.axvline(0, color=DARK, linewidth=0.8)
    return _say(name, regions, whole)


def _keys() -> tuple[list[Artist], list[str]]:
    keys: list[Artist] = [
        Patch(color=ALONE),
        Patch(color=LOST),
        Line2D([], [], color=GREY),
        Line2D([], [], color=DARK, linestyle="--", linewidth=0.8),
        Line2D([], [], color=DARK, marker="o", linestyle="", markersize=3),
    ]
    words = [
        "alone",
        "lost",
        "all voxels",
        "chance",
        "subject (line: 95 % of the mean)",
    ]
    return keys, words


def _regions(
    by_subject: Mapping[str, Mapping[str, RegionShares]], individuals: Sequence[str]
) -> dict[str, list[RegionShares]]:
    found: dict[str, list[RegionShares]] = {}
    for subject in individuals:
        for region, one in by_subject.get(subject, {}).items():
            found.setdefault(region, []).append(one)
    return found


def _draw_bars(axis: Axes, values: Mapping[str, list[float]], colour: str) -> None:
    for place, own in enumerate(values.values()):
        known = [one for one in own if np.isfinite(one)]
        if not known:
            continue
        mean = compare_subjects(known, [0.0] * len(known))
        axis.barh(place, mean.mean, height=0.75, color=colour)
        if np.isfinite(mean.low):
            axis.plot([mean.low, mean.high], [place] * 2, color=DARK, linewidth=1)
        axis.plot(known, [place] * len(known), ".", color=DARK, markersize=4)
    axis.set_yticks(range(len(values)), [_short(name) for name in values])
    axis.set_ylim(len(values) - 0.4, -0.6)
    axis.tick_params(left=False)


def _short(name: str) -> str:
    return name if len(name) <= NAME_LETTERS else f"{name[: NAME_LETTERS - 1]}…"


def _say(name: str, regions: Mapping[str, list[RegionShares]], whole: float) -> str:
    parts = [
        f"{region} alone {np.mean([one.alone for one in own]):.0%}"
        for region, own in regions.items()
    ]
    return f"{name}, all voxels {whole:.0%}, {', '.join(parts)}"
