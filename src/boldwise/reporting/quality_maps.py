"""Where the data are good: mask over mean volume, values of voxels in slices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec

from boldwise.reporting.quality import SeriesQuality, SubjectQuality
from boldwise.reporting.style import (
    DARK,
    GREY,
    HALF,
    PALETTE,
    SEQUENTIAL,
    WHOLE,
    describe,
    house_style,
    new_figure,
)
from boldwise.reporting.volumes import choose_slices, fill_map, height_mm, to_canonical
from boldwise.responses.records import Voxels

N_SLICES = 7
N_BINS = 40
MARGIN = 2  # voxels around the mask
TITLES = {
    "hrf_index": "HRF of the library (by time to peak)",
    "fraction": "fraction of ridge regression",
    "on_off_r2": "R² of the on-off model",
    "noise_pool": "noise pool",
}


@dataclass(frozen=True)
class Layer:
    """One row of the picture.

    Attributes
    ----------
    title : str
    values : array of shape (n_voxels,)
    voxels : Voxels
    colours : str
        Name of a colour map.
    limits : tuple of float
        Values at its ends.
    """

    title: str
    values: np.ndarray
    voxels: Voxels
    colours: str = SEQUENTIAL
    limits: tuple[float, float] = (0.0, 1.0)


@house_style()
def draw_maps(quality: SubjectQuality) -> Figure:
    """Draw the mask, the temporal signal-to-noise ratio, and what was estimated.

    Parameters
    ----------
    quality : SubjectQuality
        With time series; maps of shape (n_voxels,).

    Returns
    -------
    figure : matplotlib.figure.Figure
        A row of slices and a histogram for each.
    """
    layers = _layers(quality)
    series = quality.series
    masked = series is not None and series.background is not None
    width = WHOLE if has_places(quality.voxels) else HALF
    figure = new_figure(width, 0.3 + 1.45 * (len(layers) + masked))
    rows = figure.add_gridspec(len(layers) + masked, N_SLICES + 2)
    if series is not None and masked:
        _draw_mask(figure, rows[0, :], series)
    for place, layer in enumerate(layers, start=int(masked)):
        draw_layer(figure, rows[place, :], layer, under=quality.background)
    tsnr = series.tsnr if series else np.empty(0)
    known = tsnr[np.isfinite(tsnr)]
    told = f"median {np.median(known):.0f}" if len(known) else "unknown"
    return describe(
        figure,
        f"Maps of {len(quality.voxels)} voxels: mask, and temporal signal-to-noise "
        f"ratio ({told})" + "".join(f", {TITLES[name]}" for name in quality.maps) + ".",
    )


def draw_layer(
    figure: Figure,
    cells: SubplotSpec,
    layer: Layer,
    *,
    under: np.ndarray | None = None,
) -> None:
    """Draw one row: slices with their heights, and a histogram in the same colours.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    cells : matplotlib.gridspec.SubplotSpec
        The place of the row.
    layer : Layer
        Values of shape (n_voxels,); without places in a volume, no slices.
    under : array of shape (i, j, k), optional
        Shown in grey beneath.
    """
    slices, bars = _split(figure, cells, layer.voxels)
    low, high = layer.limits
    _draw_scale(bars, layer)
    if not slices:
        return
    voxels = to_canonical(layer.voxels)
    volume = fill_map(layer.values, voxels)
    grid = None if under is None else _turn(under, layer.voxels)
    window = _window(voxels, margin=MARGIN)
    for axis, k in zip(slices, _chosen(voxels, len(slices)), strict=False):
        if grid is not None:
            axis.imshow(grid[(*window, k)].T, origin="lower", cmap="gray_r", alpha=0.3)
        axis.imshow(
            volume[(*window, k)].T,
            origin="lower",
            cmap=layer.colours,
            vmin=low,
            vmax=high,
        )
        _name_slice(axis, voxels, int(k))


def _draw_scale(axis: Axes, layer: Layer) -> None:
    """Draw a histogram whose bars have the colours of the slices."""
    low, high = layer.limits
    known = layer.values[np.isfinite(layer.values)]
    edges = np.linspace(low, high, N_BINS + 1)
    counts, _ = np.histogram(known, edges)
    middle = (edges[:-1] + edges[1:]) / 2
    colours = colormaps[layer.colours]((middle - low) / (high - low))
    axis.bar(middle, counts, width=edges[1] - edges[0], color=colours)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.set_title(layer.title, fontsize=8, fontweight="normal")


def has_places(voxels: Voxels) -> bool:
    """Tell whether voxels lie in a volume that can be cut into slices.

    Parameters
    ----------
    voxels : Voxels
        ``ijk`` of shape (n_voxels, 3).

    Returns
    -------
    places : bool
        False for vertices, and for voxels that were merely numbered.
    """
    i, j, _ = voxels.volume_shape
    return min(i, j) > 1 and bool((voxels.ijk >= 0).all())


def _layers(quality: SubjectQuality) -> list[Layer]:
    layers = []
    if quality.series is not None:
        tsnr = quality.series.tsnr
        top = float(np.nanpercentile(tsnr, 99)) if np.isfinite(tsnr).any() else 1.0
        title = "tSNR (mean / s.d. in time)"
        layers.append(Layer(title, tsnr, quality.series.voxels, limits=(0, top)))
    for name, values in quality.maps.items():
        known = values[np.isfinite(values)]
        high = float(known.max()) if len(known) else 1.0
        low = min(float(known.min()), 0.0) if len(known) else 0.0
        limits = (low, high if high > low else low + 1)
        layers.append(Layer(TITLES[name], values, quality.voxels, limits=limits))
    return layers


def _draw_mask(figure: Figure, cells: SubplotSpec, series: SeriesQuality) -> None:
    """Draw the mean volume with the outline of the mask, and its intensities."""
    if series.background is None:
        return
    slices, bars = _split(figure, cells, series.voxels)
    values = series.background
    inside = fill_map(np.ones(len(series.voxels)), series.voxels, empty=0) > 0
    top = float(np.percentile(values[inside], 99.5))
    edges = np.linspace(0, max(1.2 * top, 1e-9), N_BINS + 1).tolist()
    bars.hist(values[~inside], edges, color=GREY, label="outside")
    bars.hist(
        values[inside], edges, histtype="step", color=PALETTE[5], label="in the mask"
    )
    bars.set_yscale("log")
    bars.set_ylim(top=30 * bars.get_ylim()[1])  # room for the legend
    bars.set_yticks([])
    bars.minorticks_off()
    bars.spines["left"].set_visible(False)
    bars.set_title("intensity of the mean volume", fontsize=8, fontweight="normal")
    bars.legend(fontsize=6.5, loc="upper right", handlelength=1, borderpad=0)
    if not slices:
        return
    voxels = to_canonical(series.voxels)
    grid, mask = _turn(values, series.voxels), _turn(inside, series.voxels)
    window = _window(voxels, margin=MARGIN)
    for axis, k in zip(slices, _chosen(voxels, len(slices)), strict=False):
        cut = (*window, k)
        axis.imshow(grid[cut].T, origin="lower", cmap="gray", vmin=0, vmax=top)
        outline = np.pad(mask[cut].T, 1)  # closed at the edge of the volume, too
        x, y = (np.arange(n) - 1 for n in outline.shape[::-1])
        axis.contour(x, y, outline, levels=[0.5], colors=PALETTE[5], linewidths=0.7)
        _name_slice(axis, voxels, int(k))


def _turn(volume: np.ndarray, voxels: Voxels) -> np.ndarray:
    """Turn a whole volume the way that ``to_canonical`` turns voxels."""
    every = replace(
        voxels, ijk=np.argwhere(np.ones(volume.shape, bool)), roi={}, structure=None
    )
    return fill_map(volume.ravel(), to_canonical(replace(every, vertex=None)))


def _split(
    figure: Figure, cells: SubplotSpec, voxels: Voxels
) -> tuple[Sequence[Axes], Axes]:
    """Axes of the slices and of the histogram of one row."""
    if not has_places(voxels):
        return [], figure.add_subplot(cells)
    n_slices = min(N_SLICES, len(np.unique(to_canonical(voxels).ijk[:, 2])))
    widths = [N_SLICES / n_slices] * n_slices
    grid = cells.subgridspec(1, n_slices + 1, width_ratios=[*widths, 2], wspace=0.02)
    slices = [figure.add_subplot(grid[0, place]) for place in range(n_slices)]
    for axis in slices:
        axis.set_axis_off()
    return slices, figure.add_subplot(grid[0, n_slices])


def _chosen(voxels: Voxels, n_slices: int) -> np.ndarray:
    return choose_slices(voxels.ijk, axis=2, n_slices=n_slices)


def _window(voxels: Voxels, *, margin: int) -> tuple[slice, slice]:
    low = np.maximum(voxels.ijk.min(axis=0) - margin, 0)
    high = voxels.ijk.max(axis=0) + 1 + margin
    return slice(low[0], high[0]), slice(low[1], high[1])


def _name_slice(axis: Axes, voxels: Voxels, k: int) -> None:
    z_mm = height_mm(voxels, k)
    name = f"k = {k}" if z_mm is None else f"z = {z_mm:.0f} mm".replace("-", "−")
    axis.set_title(name, loc="center", fontweight="normal", fontsize=7, color=DARK)
