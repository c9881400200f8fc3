"""One look for all figures: sizes, fonts and colours that colour-blind readers tell."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter

# Okabe & Ito (2008), "Color Universal Design": told apart by colour-blind readers.
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7"),
    *("#56B4E9", "#D55E00", "#7F7F7F", "#000000"),
)
GREY, PALE, DARK = "#7F7F7F", "#D9D9D9", "#333333"
SEQUENTIAL = "viridis"  # perceptually uniform
HALF, WHOLE = 4.8, 9.6  # width in inches: two halves stand side by side

LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.5,
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "text.parse_math": False,  # a "$" in a caption is a dollar
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the look of the house; also serves as a decorator.

    Yields
    ------
    None
    """
    with mpl.rc_context(LOOK):
        yield


def new_figure(width_in: float, height_in: float) -> Figure:
    """Make an empty figure that no global state knows of.

    Parameters
    ----------
    width_in, height_in : float, in inches

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    return Figure(figsize=(width_in, height_in), layout="constrained")


def describe(figure: Figure, text: str) -> Figure:
    """Give a figure the words for those who cannot see it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    text : str
        What it shows, with its main numbers. Kept as the figure's label, and saved
        with it.

    Returns
    -------
    figure : matplotlib.figure.Figure
        The same one.
    """
    figure.set_label(text)
    return figure


def colours_of(names: Iterable[str]) -> dict[str, str]:
    """Give each name a colour; beyond eight they come round again.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    colours : dict of str to str
    """
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(names)}


def grid_shape(n_panels: int, *, n_columns: int) -> tuple[int, int]:
    """Rows and columns that hold so many panels with as few gaps as can be.

    Parameters
    ----------
    n_panels : int
    n_columns : int
        At most.

    Returns
    -------
    n_rows, n_columns : int
    """
    n_rows = max(1, -(-n_panels // n_columns))
    return n_rows, max(1, -(-n_panels // n_rows))


def plain_numbers(axis: Axis) -> None:
    """Write the marks of a logarithmic axis as plain numbers, not as powers.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    """
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())


def hide_unused(axes: Iterable[Axes], *, n_used: int) -> None:
    """Switch off the panels of a grid that nothing is drawn in.

    Parameters
    ----------
    axes : iterable of matplotlib.axes.Axes
    n_used : int
    """
    for axis in list(axes)[n_used:]:
        axis.set_axis_off()
