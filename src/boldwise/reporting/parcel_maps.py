"""Parcels that the voxels of all subjects fall into, on the brain and by region."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Patch

from boldwise.encoders.cluster_names import Parcel
from boldwise.reporting.regions import without_places
from boldwise.reporting.style import (
    PALETTE,
    SEQUENTIAL,
    WHOLE,
    describe,
    hide_unused,
    house_style,
    new_figure,
)
from boldwise.reporting.volumes import (
    choose_slices,
    fill_map,
    height_mm,
    to_canonical,
)
from boldwise.responses.records import Voxels

AT_MOST, N_SLICES = 4, 8  # subjects that are drawn, and slices of each
GROUND = "#F0F0F0"  # where there is no voxel


@house_style()
def draw_parcels(
    label: Mapping[str, np.ndarray],
    voxels: Mapping[str, Voxels],
    parcels: Sequence[Parcel],
) -> Figure:
    """Draw which parcel each voxel falls into, and which regions parcels overlap.

    Parameters
    ----------
    label : mapping of subject to array of int, shape (n_voxels,)
        From 0. The first four subjects whose voxels lie in a volume are drawn.
    voxels : mapping of subject to Voxels
    parcels : sequence of Parcel

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    drawn = [s for s, one in voxels.items() if _in_volume(one)][:AT_MOST]
    heights = [1.3 * len(drawn), 0.26 * len(parcels) + 1.1]
    figure = new_figure(WHOLE, sum(heights) + 0.4)
    shape: dict[str, Any] = {"height_ratios": heights} if drawn else {}
    found = figure.subfigures(1 + bool(drawn), 1, squeeze=False, **shape)
    parts: list[SubFigure] = np.ravel(found).tolist()
    colours = parcel_colours(len(parcels))
    if drawn:
        _draw_brains(parts[0], {s: label[s] for s in drawn}, voxels, colours)
    below = parts[-1].subplots(1, 2, width_ratios=[2, 1])
    _draw_overlap(below[0], parcels)
    _draw_sizes(below[1], parcels, colours)
    keys = [Patch(color=c, label=p.name) for c, p in zip(colours, parcels, strict=True)]
    figure.legend(handles=keys, loc="outside upper center", ncols=4)
    said = "; ".join(_tell(one) for one in parcels)
    return describe(figure, f"Parcels of voxels with like embeddings: {said}.")


def parcel_colours(n: int) -> list[tuple[float, float, float]]:
    """Choose a colour for each parcel: the palette, then paler rounds of it.

    Parameters
    ----------
    n : int

    Returns
    -------
    colours : list of (float, float, float)
    """
    found = []
    for number in range(n):
        turn, place = divmod(number, len(PALETTE))
        pale = 1 - 0.5**turn
        red, green, blue = (c + (1 - c) * pale for c in to_rgb(PALETTE[place]))
        found.append((red, green, blue))
    return found


def _in_volume(voxels: Voxels) -> bool:
    return not voxels.on_surface.any() and not without_places(voxels)


def _draw_brains(
    part: SubFigure,
    label: Mapping[str, np.ndarray],
    voxels: Mapping[str, Voxels],
    colours: Sequence[tuple[float, float, float]],
) -> None:
    filled = [len(np.unique(to_canonical(voxels[s]).ijk[:, 2])) for s in label]
    n_columns = min(N_SLICES, max(filled))
    axes = part.subplots(len(label), n_columns, squeeze=False)
    look: dict[str, Any] = {"origin": "lower", "interpolation": "nearest", "vmin": -0.5}
    look |= {"cmap": ListedColormap(colours), "vmax": len(colours) - 0.5}
    for row, (subject, own) in zip(axes, label.items(), strict=True):
        here = to_canonical(voxels[subject])
        volume = fill_map(own, here)
        low, high = here.ijk.min(axis=0), here.ijk.max(axis=0) + 1
        chosen = choose_slices(here.ijk, axis=2, n_slices=N_SLICES)
        for axis in row:
            axis.set(xticks=[], yticks=[], facecolor=GROUND)
            axis.spines[:].set_visible(False)
        hide_unused(row, n_used=len(chosen))
        for axis, k in zip(row, chosen, strict=False):
            window = volume[low[0] : high[0], low[1] : high[1], k]
            axis.imshow(window.T, **look)
            z = height_mm(here, int(k))
            axis.set_title(f"k = {k}" if z is None else f"z = {z:.0f} mm", fontsize=7)
        name: dict[str, Any] = {
            "rotation": 90,
            "va": "center",
            "ha": "right",
            "fontsize": 8,
        }
        row[0].text(-0.08, 0.5, f"sub-{subject}", transform=row[0].transAxes, **name)


def _draw_overlap(axis: Axes, parcels: Sequence[Parcel]) -> None:
    regions = list(parcels[0].overlap) if parcels else []
    axis.set_title("overlap with regions (Dice)")
    axis.set_yticks(range(len(parcels)), [one.name for one in parcels])
    axis.set_xticks(range(len(regions)), regions, rotation=40, ha="right")
    if not regions:
        axis.text(0.5, 0.5, "no region is known", transform=axis.transAxes, ha="center")
        axis.set_ylim(len(parcels) - 0.5, -0.5)
        return
    values = np.array([[one.overlap[roi] for roi in regions] for one in parcels])
    top = max(float(values.max()), 0.1)
    axis.imshow(values, cmap=SEQUENTIAL, vmin=0, vmax=top, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        colour = "black" if value > 0.6 * top else "white"
        look: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": 7,
            "color": colour,
        }
        axis.text(column, row, f"{value:.2f}", **look)


def _draw_sizes(
    axis: Axes,
    parcels: Sequence[Parcel],
    colours: Sequence[tuple[float, float, float]],
) -> None:
    """Draw the share of each subject's voxels in each parcel, a dot per subject."""
    axis.set_title("share of a subject's voxels")
    total: dict[str, int] = {}
    for one in parcels:
        for subject, n in one.n_voxels.items():
            total[subject] = total.get(subject, 0) + n
    for row, (one, colour) in enumerate(zip(parcels, colours, strict=True)):
        share = [n / max(total[subject], 1) for subject, n in one.n_voxels.items()]
        axis.plot(share, [row] * len(share), "o", color=colour, markersize=4)
    axis.set_ylim(len(parcels) - 0.5, -0.5)
    axis.set_yticks([])
    axis.set_xlim(left=0)


def _tell(one: Parcel) -> str:
    best = max(one.overlap.values(), default=float("nan"))
    return f"{one.name} ({sum(one.n_voxels.values()):,} voxels, Dice {best:.2f})"
