"""Score against ceiling: no voxel should be predicted better than it repeats."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from boldwise.reporting.style import (
    DARK,
    GREY,
    PALETTE,
    SEQUENTIAL,
    WHOLE,
    colours_of,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)

MANY = 4000  # voxels; beyond, dots cover one another and counts are drawn instead
MAX_PANELS, MAX_REGIONS = 12, 8


@house_style()
def draw_score_against_ceiling(
    scores: Mapping[str, np.ndarray],
    noise_ceiling: np.ndarray,
    rois: Mapping[str, np.ndarray],
    *,
    min_ceiling: float,
) -> Figure:
    """Draw the correlation of each voxel over the highest that noise allows.

    Parameters
    ----------
    scores : mapping of encoder to array of shape (n_voxels,)
        Correlations on the test stimuli.
    noise_ceiling : array of shape (n_voxels,)
        Share of signal; its root is the ceiling on the correlation.
    rois : mapping of name to array of bool, shape (n_voxels,)
        Colour the dots; where they overlap, the last one wins.
    min_ceiling : float
        Voxels above the line are counted among those with at least this ceiling.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Histograms of the correlations where no ceiling is known.
    """
    shown = dict(list(scores.items())[:MAX_PANELS])
    if not np.isfinite(noise_ceiling).any():
        return _draw_without_ceiling(shown)
    limit = np.sqrt(np.clip(noise_ceiling, 0, None))
    n_rows, n_columns = grid_shape(len(shown), n_columns=4)
    figure = new_figure(WHOLE, 2.35 * n_rows + 0.5)
    axes = figure.subplots(
        n_rows, n_columns, squeeze=False, sharex=True, sharey=True
    ).ravel()
    colour, keys = _colour_voxels(len(limit), rois)
    said = []
    for axis, (name, r) in zip(axes, shown.items(), strict=False):
        axis.set_title(name)
        _draw_voxels(axis, limit, r, colour)
        above = share_above(r, noise_ceiling, min_ceiling=min_ceiling)
        share = f"{above:.1%}" if np.isfinite(above) else "–"
        axis.text(0.03, 0.97, f"{share} above", transform=axis.transAxes, va="top")
        said.append(f"{name} {share}")
    hide_unused(axes, n_used=len(shown))
    figure.supxlabel("ceiling on r (root of the noise ceiling)", fontsize=9)
    figure.supylabel("r", fontsize=9)
    if keys and len(limit) <= MANY:
        figure.legend(handles=keys, loc="outside upper center", ncols=len(keys))
    return describe(
        figure,
        "Correlation of each voxel over its ceiling; voxels above the line y = x, "
        f"among those with a noise ceiling of at least {min_ceiling:g}: "
        f"{', '.join(said)}.",
    )


def share_above(
    r: np.ndarray, noise_ceiling: np.ndarray, *, min_ceiling: float
) -> float:
    """Share of the voxels with signal that are predicted beyond their ceiling.

    Parameters
    ----------
    r, noise_ceiling : array of shape (n_voxels,)
    min_ceiling : float

    Returns
    -------
    share : float
        NaN if no voxel has such a ceiling.
    """
    tested = np.isfinite(r) & (noise_ceiling >= min_ceiling)
    if not tested.any():
        return float("nan")
    return float((r[tested] > np.sqrt(noise_ceiling[tested])).mean())


def _draw_without_ceiling(scores: Mapping[str, np.ndarray]) -> Figure:
    n_rows, n_columns = grid_shape(len(scores), n_columns=4)
    figure = new_figure(WHOLE, 1.8 * n_rows + 0.4)
    axes = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True).ravel()
    for axis, (name, r) in zip(axes, scores.items(), strict=False):
        axis.hist(r[np.isfinite(r)], np.linspace(-1, 1, 81).tolist(), color=PALETTE[0])
        axis.axvline(0, color=DARK, linewidth=0.6)
        axis.set_title(name)
    hide_unused(axes, n_used=len(scores))
    figure.supxlabel("r (no noise ceiling was estimated)", fontsize=9)
    figure.supylabel("voxels", fontsize=9)
    return describe(
        figure, "Histograms of correlations; no noise ceiling was estimated."
    )


def _colour_voxels(
    n_voxels: int, rois: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, list[Line2D]]:
    shown = dict(list(rois.items())[:MAX_REGIONS])
    colour = np.full(n_voxels, GREY)
    keys = []
    for name, code in colours_of(shown).items():
        colour[shown[name]] = code
        keys.append(Line2D([], [], marker="o", linestyle="", color=code, label=name))
    return colour, keys


def _draw_voxels(
    axis: Axes, limit: np.ndarray, r: np.ndarray, colour: np.ndarray
) -> None:
    known = np.isfinite(limit) & np.isfinite(r)
    x, y = limit[known], r[known]
    if len(x) > MANY:
        axis.hexbin(x, y, gridsize=40, bins="log", cmap=SEQUENTIAL, mincnt=1)
    else:
        axis.scatter(x, y, s=5, c=colour[known], linewidths=0, alpha=0.7)
    axis.plot([0, 1], [0, 1], color=DARK, linewidth=1)
    axis.axhline(0, color=DARK, linewidth=0.6, linestyle=":")
    axis.set_xlim(-0.02, 1)
    axis.set_ylim(-0.5, 1)
