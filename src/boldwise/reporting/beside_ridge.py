"""Trained encoders against ridge on the same features, voxel by voxel."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    GREY,
    SEQUENTIAL,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
    plain_numbers,
)

MAX_PANELS, N_COLUMNS, BINS = 12, 3, 32
PAPER = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1}
LEAST = 3  # voxels of a region that are worth a median
NAME = 0.1  # height of a name as a share of that of a panel, with room for more
LINE = {"arrowstyle": "-", "linewidth": 0.6, "relpos": (0, 0.5), "shrinkA": 1}


@dataclass(frozen=True)
class Pair:
    """Scores of a trained encoder and of a ridge, all subjects joined.

    Attributes
    ----------
    encoder, ridge : str
    of_encoder, of_ridge : array of shape (n_voxels,)
        Normalised correlations; NaN where the ceiling is too low.
    regions : mapping of str to array of bool, shape (n_voxels,)
    """

    encoder: str
    ridge: str
    of_encoder: np.ndarray
    of_ridge: np.ndarray
    regions: Mapping[str, np.ndarray]

    def known(self) -> np.ndarray:
        """Voxels that have both scores, shape (n_voxels,)."""
        return np.asarray(np.isfinite(self.of_encoder) & np.isfinite(self.of_ridge))

    def share_above(self) -> float:
        """Share of the voxels that the trained encoder predicts better; NaN if none."""
        both = self.known()
        if not both.any():
            return float("nan")
        return float((self.of_encoder[both] > self.of_ridge[both]).mean())


@house_style()
def draw_beside_ridge(pairs: list[Pair], *, normalised: bool = True) -> Figure:
    """Draw how many voxels have which pair of scores, medians of regions on top.

    Parameters
    ----------
    pairs : list of Pair
        One panel each.
    normalised : bool
        Scores are in units of their ceiling; otherwise plain correlations.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = pairs[:MAX_PANELS]
    n_rows, n_columns = grid_shape(len(shown), n_columns=N_COLUMNS)
    figure = new_figure(WHOLE, 2.7 * n_rows + 0.4)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    low, high = _limits(shown)
    counts = []
    for axis, pair in zip(axes, shown, strict=False):
        counts += _draw_pair(axis, pair, low, high)
        axis.set_title(pair.encoder)
        axis.set_xlabel(f"{pair.ridge} (ridge)")
    axes[0].set_ylabel("trained encoder")
    hide_unused(axes, n_used=len(shown))
    _share_colours(figure, counts)
    unit = "r in units of the ceiling" if normalised else "r (no ceiling is known)"
    figure.supxlabel(unit, fontsize=9)
    said = "; ".join(_tell(one) for one in shown)
    return describe(
        figure,
        f"Voxels by their score under a trained encoder and under ridge: {said}.",
    )


def _limits(pairs: list[Pair]) -> tuple[float, float]:
    values = [np.r_[one.of_encoder, one.of_ridge] for one in pairs]
    known = np.concatenate(values)
    known = known[np.isfinite(known)]
    if not len(known):
        return -1.0, 1.0
    low, high = np.quantile(known, [0.001, 0.999])
    return float(min(low, -0.05)), float(max(high, 0.05))


def _draw_pair(axis: Axes, pair: Pair, low: float, high: float) -> list[PolyCollection]:
    """Draw one panel; give what is coloured, which may be nothing."""
    axis.plot([low, high], [low, high], color=DARK, linewidth=1)
    axis.axhline(0, color=DARK, linewidth=0.6, linestyle=":")
    axis.axvline(0, color=DARK, linewidth=0.6, linestyle=":")
    axis.set_xlim(low, high)
    axis.set_ylim(low, high)
    axis.set_aspect("equal")
    both = pair.known()
    if not both.any():
        return []
    x, y = (np.clip(v[both], low, high) for v in (pair.of_ridge, pair.of_encoder))
    drawn = axis.hexbin(
        x,
        y,
        gridsize=BINS,
        extent=(low, high, low, high),
        bins="log",
        mincnt=1,
        cmap=SEQUENTIAL,
    )
    share = f"{pair.share_above():.0%} of {both.sum():,} above"
    axis.text(0.03, 0.97, share, transform=axis.transAxes, va="top", bbox=PAPER)
    _mark_regions(axis, pair, low, high)
    return [drawn]


def _mark_regions(axis: Axes, pair: Pair, low: float, high: float) -> None:
    """Mark the median of each region, and name it beside the panel, by a line."""
    both, medians = pair.known(), {}
    for name, inside in pair.regions.items():
        here = both & inside
        if here.sum() >= LEAST:
            x, y = (np.median(v[here]) for v in (pair.of_ridge, pair.of_encoder))
            medians[name] = float(np.clip(x, low, high)), float(np.clip(y, low, high))
    heights = np.array([(y - low) / (high - low) for _, y in medians.values()])
    for (name, place), height in zip(
        medians.items(), spread_apart(heights, gap=NAME, top=1.0), strict=True
    ):
        axis.annotate(
            name,
            place,
            (1.04, height),
            textcoords="axes fraction",
            fontsize=7,
            va="center",
            arrowprops={**LINE, "color": GREY},
        )
        axis.plot(*place, "o", color="white", markeredgecolor=DARK, markersize=5)


def spread_apart(heights: np.ndarray, *, gap: float, top: float) -> np.ndarray:
    """Move names up and down, as little as brings them a gap apart.

    Parameters
    ----------
    heights : array of shape (n_names,)
        Where they would stand best.
    gap : float
        In the same unit.
    top : float
        No name stands above, if there is room below.

    Returns
    -------
    moved : array of shape (n_names,)
        In the same order from the bottom up.

    Examples
    --------
    >>> spread_apart(np.array([2.0, 1.0, 9.0]), gap=2, top=20).tolist()
    [2.5, 0.5, 9.0]
    """
    moved = np.array(heights, float)
    order = np.argsort(moved, kind="stable")
    runs: list[tuple[float, int]] = []  # lowest place and number of names that touch
    for height in moved[order]:
        start, count = float(height), 1
        while runs and runs[-1][0] + runs[-1][1] * gap > start:
            below, n = runs.pop()
            # each name pulls to its own place: the run stands where pulls are even
            start = (n * below + count * (start - n * gap)) / (n + count)
            count += n
        runs.append((start, count))
    placed = np.concatenate([s + gap * np.arange(n) for s, n in runs] or [moved])
    over = np.arange(len(placed))[::-1] * gap
    moved[order] = np.minimum(placed, top - over)
    return moved


def _share_colours(figure: Figure, counts: list[PolyCollection]) -> None:
    """Let one colour mean one count in all panels."""
    if not counts:
        return
    most = max(float(np.max(one.get_array())) for one in counts)  # type: ignore[arg-type]
    for one in counts:
        one.set_norm(LogNorm(1, max(most, 2)))
    bar = figure.colorbar(counts[0], ax=figure.axes, shrink=0.6, label="voxels")
    plain_numbers(bar.ax.yaxis)


def _tell(pair: Pair) -> str:
    both = pair.known()
    if not both.any():
        return f"{pair.encoder} against {pair.ridge}: no voxel has a score"
    medians = (np.median(v[both]) for v in (pair.of_encoder, pair.of_ridge))
    ours, theirs = (f"{value:.2f}" for value in medians)
    return (
        f"{pair.encoder} above {pair.ridge} in {pair.share_above():.0%} of "
        f"{both.sum():,} voxels (medians {ours} and {theirs})"
    )
