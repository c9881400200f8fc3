"""Figures as files: equal figures give equal bytes, and carry their words with them."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boldwise.errors import DataError
from boldwise.io.atomic import new_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PIXELS_PER_INCH = 144
SALT = "boldwise"  # fixes the ids inside an SVG, which matplotlib draws at random
MIME = {".png": "image/png", ".svg": "image/svg+xml"}
SVG_DESCRIPTION = re.compile(r"<dc:description>(.*?)</dc:description>", re.DOTALL)


@dataclass(frozen=True)
class SavedFigure:
    """A saved figure.

    Attributes
    ----------
    path : Path
    data : bytes
        The whole file.
    mime : str
    description : str
        What the figure shows, for those who cannot see it.
    """

    path: Path
    data: bytes
    mime: str
    description: str


def save_figure(path: str | Path, figure: "Figure") -> None:
    """Save a figure, whole or not at all; its label becomes its description.

    Parameters
    ----------
    path : path
        Ends in ``.png`` or ``.svg``.
    figure : matplotlib.figure.Figure
    """
    from matplotlib import rc_context

    from boldwise.reporting.style import house_style

    _refuse_other_suffix(path)
    words = str(figure.get_label())
    about = {"Description": words, "Software": None}
    if Path(path).suffix == ".svg":
        about = {"Description": words, "Date": None, "Creator": None}
    with (
        new_file(path) as temporary,
        house_style(),  # tick labels are made while saving
        rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}),
        warnings.catch_warnings(),
    ):
        # A caption may hold letters that the font lacks; the box shown says so.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(temporary, dpi=PIXELS_PER_INCH, metadata=about)


def save_figures(paths: Any, figures: Mapping[str, "Figure"]) -> None:
    """Save figures by their names.

    Parameters
    ----------
    paths : object
        With a path in the attribute of each name, such as the outputs of a rule.
    figures : mapping of name to matplotlib.figure.Figure
    """
    for name, figure in figures.items():
        save_figure(getattr(paths, name), figure)


def read_figure(path: str | Path) -> SavedFigure:
    """Read a saved figure back, with its description.

    Parameters
    ----------
    path : path

    Returns
    -------
    saved : SavedFigure

    Raises
    ------
    DataError
        If the file is neither PNG nor SVG.
    """
    path = Path(path)
    _refuse_other_suffix(path)
    data = path.read_bytes()
    read = _png_description if path.suffix == ".png" else _svg_description
    return SavedFigure(path, data, MIME[path.suffix], read(path, data))


def write_page(path: str | Path, html: str) -> None:
    """Write a page as UTF-8, whole or not at all.

    Parameters
    ----------
    path : path
    html : str
    """
    with new_file(path) as temporary:
        temporary.write_bytes(html.encode())


def _png_description(path: Path, data: bytes) -> str:
    from io import BytesIO

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            return str(image.info.get("Description", ""))
    except UnidentifiedImageError as error:
        raise DataError(
            f"{path}: not a PNG image. Delete it and run snakemake again."
        ) from error


def _svg_description(path: Path, data: bytes) -> str:
    text = data.decode("utf-8", errors="replace")
    if "<svg" not in text:
        raise DataError(f"{path}: not an SVG image. Delete it and run snakemake again.")
    found = SVG_DESCRIPTION.search(text)
    return unescape(found[1]).strip() if found else ""


def _refuse_other_suffix(path: str | Path) -> None:
    if Path(path).suffix not in MIME:
        raise DataError(
            f"{path}: figures are {' or '.join(sorted(MIME))}, by the end of the name."
        )
