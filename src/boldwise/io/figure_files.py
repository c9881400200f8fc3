"""Figures as files: equal figures give equal bytes, and carry their words with them."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boldwise.atomic import new_file
from boldwise.errors import DataError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PIXELS_PER_INCH = 144
SALT = "boldwise"  # fixes the ids inside an SVG, which matplotlib draws at random
MIME = {".png": "image/png", ".svg": "image/svg+xml"}
SVG_DESCRIPTION = re.compile(r"<dc:description>(.*?)</dc:description>", re.DOTALL)
SVG_WIDTH_PT = re.compile(r'<svg[^>]*? width="([\d.]+)pt"')


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
    width_in : float
        Width that it was drawn for, in inches.
    """

    path: Path
    data: bytes
    mime: str
    description: str
    width_in: float


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
    drawn, words = BytesIO(), str(figure.get_label())
    kind = Path(path).suffix[1:]
    about = {"Description": words, "Date": None, "Creator": None}
    with (
        house_style(),  # tick labels are made while saving
        rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}),
        warnings.catch_warnings(),
    ):
        # A caption may hold letters that the font lacks; the box shown says so.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(
            drawn,
            format=kind,
            dpi=PIXELS_PER_INCH,
            metadata=about if kind == "svg" else None,
        )
    with new_file(path) as temporary:
        if kind == "png":
            _save_small(drawn, temporary, words)
        else:
            temporary.write_bytes(drawn.getvalue())


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
    read = _read_png if path.suffix == ".png" else _read_svg
    return SavedFigure(path, data, MIME[path.suffix], *read(path, data))


def write_page(path: str | Path, html: str) -> None:
    """Write a page as UTF-8, whole or not at all.

    Parameters
    ----------
    path : path
    html : str
    """
    with new_file(path) as temporary:
        temporary.write_bytes(html.encode())


def _save_small(drawn: BytesIO, path: Path, words: str) -> None:
    """Save with the 256 colours that tell most: a third of the bytes."""
    from PIL import Image, PngImagePlugin

    about = PngImagePlugin.PngInfo()
    about.add_text("Description", words)
    median_cut, no_dither = Image.Quantize.MEDIANCUT, Image.Dither.NONE
    with Image.open(drawn) as image:
        small = image.convert("RGB").quantize(256, median_cut, dither=no_dither)
    dpi = (PIXELS_PER_INCH, PIXELS_PER_INCH)
    small.save(path, "PNG", optimize=True, pnginfo=about, dpi=dpi)


def _read_png(path: Path, data: bytes) -> tuple[str, float]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            width_in = image.width / PIXELS_PER_INCH
            return str(image.info.get("Description", "")), width_in
    except UnidentifiedImageError as error:
        raise DataError(
            f"{path}: not a PNG image. Delete it and run snakemake again."
        ) from error


def _read_svg(path: Path, data: bytes) -> tuple[str, float]:
    text = data.decode("utf-8", errors="replace")
    if "<svg" not in text:
        raise DataError(f"{path}: not an SVG image. Delete it and run snakemake again.")
    found, width_pt = SVG_DESCRIPTION.search(text), SVG_WIDTH_PT.search(text)
    words = unescape(found[1]).strip() if found else ""
    return words, float(width_pt[1]) / 72 if width_pt else 0.0


def _refuse_other_suffix(path: str | Path) -> None:
    if Path(path).suffix not in MIME:
        raise DataError(
            f"{path}: figures are {' or '.join(sorted(MIME))}, by the end of the name."
        )
