"""How much could be predicted: noise ceilings beside those of shuffled trials."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    HALF,
    PALE,
    PALETTE,
    describe,
    house_style,
    new_figure,
    plain_numbers,
)

N_BINS = 40
MAX_REGIONS = 10


@house_style()
def draw_ceilings(
    noise_ceiling: np.ndarray, null: np.ndarray, rois: Mapping[str, np.ndarray]
) -> Figure:
    """Draw the histogram of noise ceilings, its null, and each region's quartiles.

    Parameters
    ----------
    noise_ceiling : array of shape (n_voxels,)
        Share of the variance of the repeat-averaged test response that is signal.
    null : array of shape (n_voxels,)
        The same after shuffling which trial showed which stimulus.
    rois : mapping of name to array of bool, shape (n_voxels,)

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    known = noise_ceiling[np.isfinite(noise_ceiling)]
    figure = new_figure(HALF, 3.0 + 0.16 * min(len(rois), MAX_REGIONS))
    if not len(known):
        figure.subplots().set_axis_off()
        figure.text(0.5, 0.5, "no noise ceiling was estimated", ha="center")
        return describe(figure, "No noise ceiling was estimated.")
    shown = dict(list(rois.items())[:MAX_REGIONS])
    ratios = [3, 0.6 + 0.25 * len(shown)]
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=ratios)
    _draw_histograms(top, known, null[np.isfinite(null)])
    _draw_regions(bottom, noise_ceiling, {"all": np.ones(len(null), bool), **shown})
    bottom.set_xlabel("noise ceiling (share of variance)")
    return describe(
        figure,
        f"Histogram of the noise ceilings of {len(known)} voxels: median "
        f"{np.median(known):.2f}, of shuffled trials {np.nanmedian(null):.2f}.",
    )


def _draw_histograms(axis: Axes, known: np.ndarray, null: np.ndarray) -> None:
    values = np.concatenate([known, null])
    low, high = min(0.0, float(values.min())), max(1.0, float(values.max()))
    bins = np.linspace(low, high, N_BINS + 1).tolist()
    axis.hist(known, bins, color=PALETTE[0], label="measured")
    axis.hist(
        null, bins, histtype="step", color=PALETTE[5], linewidth=1.5, label="shuffled"
    )
    axis.set_yscale("log")
    plain_numbers(axis.yaxis)
    axis.set_ylabel("voxels")
    axis.legend(loc="upper right")


def _draw_regions(
    axis: Axes, noise_ceiling: np.ndarray, rois: Mapping[str, np.ndarray]
) -> None:
    """Median as a dot, quartiles as a line."""
    axis.set_yticks(range(len(rois)), list(rois))
    axis.set_ylim(len(rois) - 0.5, -0.5)
    axis.tick_params(left=False)
    axis.grid(axis="x", color=PALE, linewidth=0.6)
    for row, inside in enumerate(rois.values()):
        values = noise_ceiling[inside]
        values = values[np.isfinite(values)]
        if len(values):
            low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
            axis.plot([low, high], [row, row], color=DARK, linewidth=2)
            axis.plot(middle, row, "o", color=DARK, markersize=5)
