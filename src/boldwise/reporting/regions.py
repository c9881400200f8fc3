"""Scores of columns without a place in the brain: regions as bars, and as a table."""

from html import escape

import numpy as np
from matplotlib.figure import Figure

from boldwise.reporting.blocks import show_number
from boldwise.reporting.style import (
    PALE,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)
from boldwise.responses.records import Voxels

MOST_NAMED = 60  # bars that can still be read


def without_places(voxels: Voxels) -> bool:
    """Tell whether columns lie nowhere: numbered in a line, as regions are.

    Parameters
    ----------
    voxels : Voxels

    Returns
    -------
    without : bool
    """
    shape = tuple(voxels.volume_shape)
    return voxels.affine is None and shape == (shape[0], 1, 1)


@house_style()
def draw_regions(r: np.ndarray, significant: np.ndarray, voxels: Voxels) -> Figure:
    """Draw the score of each column as a bar, the significant ones in colour.

    Parameters
    ----------
    r : array of shape (n_voxels,)
        Correlations on the test stimuli.
    significant : array of bool, shape (n_voxels,)
    voxels : Voxels
        Columns that are a region by themselves bear its name.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    names = names_of(voxels)
    figure = new_figure(WHOLE, 3.0)
    axis = figure.subplots()
    colours = [PALETTE[0] if one else PALE for one in significant]
    axis.bar(np.arange(len(r)), r, color=colours, width=0.7)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_ylabel("r")
    if len(names) <= MOST_NAMED:
        axis.set_xticks(np.arange(len(r)), names, rotation=0 if len(names) < 13 else 90)
    else:
        axis.set_xlabel("column")
    return describe(
        figure,
        f"Bars of {len(r)} regions or columns; {int(significant.sum())} of "
        f"{int(np.isfinite(r).sum())} are predicted better than chance (in colour).",
    )


def table_of_regions(
    r: np.ndarray, significant: np.ndarray, voxels: Voxels, *, title: str
) -> str:
    """Write the scores as a page with one table.

    Parameters
    ----------
    r : array of shape (n_voxels,)
    significant : array of bool, shape (n_voxels,)
    voxels : Voxels
    title : str

    Returns
    -------
    html : str
        A whole page, without scripts.
    """
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{show_number(value, digits=3)}</td>"
        f"<td>{'yes' if one else 'no'}</td></tr>"
        for name, value, one in zip(names_of(voxels), r, significant, strict=True)
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>{escape(title)}</title><style>body{{font:15px sans-serif}}"
        "td,th{padding:4px 16px 4px 0;text-align:left}</style></head><body>"
        f"<p>{escape(title)}; columns have no place in the brain.</p>"
        "<table><tr><th>region</th><th>r</th><th>above chance</th></tr>"
        f"{rows}</table></body></html>"
    )


def names_of(voxels: Voxels) -> list[str]:
    """Name each column: by the region that it is, or by its number from 1.

    Parameters
    ----------
    voxels : Voxels

    Returns
    -------
    names : list of str
    """
    names = [str(place + 1) for place in voxels.ijk[:, 0]]
    for name, inside in voxels.roi.items():
        if inside.sum() == 1:
            names[int(np.flatnonzero(inside)[0])] = name
    return names
