"""Where in the brain: projections and slices of one score."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from boldwise.reporting.regions import draw_regions, without_places
from boldwise.reporting.style import (
    DARK,
    SEQUENTIAL,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)
from boldwise.reporting.surfaces import draw_surface_map
from boldwise.reporting.template import little_garbage, load_template
from boldwise.reporting.volumes import (
    choose_slices,
    fill_map,
    height_mm,
    is_mni,
    to_canonical,
)
from boldwise.responses.records import Voxels

N_SLICES = 8
TESTED = ListedColormap(["#B5C0D0"])  # bluish: not to be taken for the template
VISIBLE = 1e-6  # what lies below is transparent


@house_style()
def draw_accuracy_map(
    r: np.ndarray, significant: np.ndarray, voxels: Voxels, *, space: str
) -> Figure:
    """Draw the score of the significant voxels in colour, other tested ones in grey.

    In MNI space a glass brain, and slices over the template. In another space slices
    alone, with positions in mm if there is an affine. Vertices are drawn on their
    hemispheres, and regions without a place as bars.

    Parameters
    ----------
    r : array of shape (n_voxels,)
        Correlations on the test stimuli.
    significant : array of bool, shape (n_voxels,)
        Voxels to colour.
    voxels : Voxels
    space : str
        Name of the space that the volume lies in.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    if voxels.on_surface.any():
        return draw_surface_map(r, significant, voxels, space=space)
    if without_places(voxels):
        return draw_regions(r, significant, voxels)
    top = float(max(0.1, np.max(r[significant], initial=0.1)))
    shown = np.where(significant, np.clip(r, 0, None), np.nan)
    draw = _draw_over_template if is_mni(voxels, space) else _draw_mosaic
    return describe(
        draw(shown, voxels, top),
        f"Slices of the brain: {int(significant.sum())} of {int(np.isfinite(r).sum())} "
        f"voxels are predicted better than chance; colours reach from 0 to {top:.2f}.",
    )


@little_garbage()
def _draw_over_template(shown: np.ndarray, voxels: Voxels, top: float) -> Figure:
    from nilearn import image, plotting

    template = load_template()
    volumes = [
        image.new_img_like(template, fill_map(values, voxels, empty=0), voxels.affine)
        for values in (np.ones(len(voxels)), np.nan_to_num(shown))
    ]
    figure = Figure(figsize=(WHOLE, 4.4))
    glass = plotting.plot_glass_brain(
        None, display_mode="lyrz", figure=figure, axes=(0, 0.44, 0.93, 0.56)
    )
    chosen = choose_slices(voxels.ijk, axis=2, n_slices=N_SLICES)
    slices = plotting.plot_anat(
        template,
        display_mode="z",
        cut_coords=[height_mm(voxels, int(k)) for k in chosen],
        figure=figure,
        axes=(0, 0, 0.93, 0.42),
        threshold=0.1,
        colorbar=False,
        black_bg=False,
    )
    for display in (glass, slices):
        _add_overlays(display, volumes, top)
    bar = figure.add_axes((0.945, 0.2, 0.012, 0.6))
    figure.colorbar(ScalarMappable(Normalize(0, top), SEQUENTIAL), cax=bar)
    bar.set_title("r", loc="center", color=DARK)
    return figure


def _add_overlays(display: Any, volumes: list[Any], top: float) -> None:
    tested, shown = volumes
    display.add_overlay(tested, threshold=VISIBLE, cmap=TESTED, vmin=0, vmax=1)
    display.add_overlay(shown, threshold=VISIBLE, cmap=SEQUENTIAL, vmin=0, vmax=top)


def _draw_mosaic(shown: np.ndarray, voxels: Voxels, top: float) -> Figure:
    """Slices from bottom to top, cropped to the voxels, the subject's left at left."""
    voxels = to_canonical(voxels)
    tested = fill_map(np.ones(len(voxels)), voxels)
    volume = fill_map(shown, voxels)
    low, high = voxels.ijk.min(axis=0), voxels.ijk.max(axis=0) + 1
    chosen = choose_slices(voxels.ijk, axis=2, n_slices=2 * N_SLICES)
    n_rows, n_columns = grid_shape(len(chosen), n_columns=N_SLICES)
    figure = new_figure(WHOLE, 1.5 * n_rows + (0.3 if n_rows > 1 else 1.0))
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axis, k in zip(axes, chosen, strict=False):
        window = (slice(low[0], high[0]), slice(low[1], high[1]), k)
        look = {"origin": "lower", "interpolation": "nearest"}
        axis.imshow(tested[window].T, cmap=TESTED, **look)
        axis.imshow(volume[window].T, cmap=SEQUENTIAL, vmin=0, vmax=top, **look)
        axis.set_axis_off()
        _name_slice(axis, voxels, int(k))
    hide_unused(axes, n_used=len(chosen))
    colours = ScalarMappable(Normalize(0, top), SEQUENTIAL)
    figure.colorbar(colours, ax=list(axes), label="r", shrink=0.8, fraction=0.02)
    return figure


def _name_slice(axis: Axes, voxels: Voxels, k: int) -> None:
    z_mm = height_mm(voxels, k)
    if z_mm is None:
        axis.set_title(f"k = {k}", loc="center", fontweight="normal", fontsize=8)
        return
    axis.set_title(f"z = {z_mm:.0f} mm", loc="center", fontweight="normal", fontsize=8)
    for letter, x in (("L", 0.0), ("R", 0.94)):
        axis.text(x, 0.92, letter, transform=axis.transAxes, fontsize=7, color=DARK)
