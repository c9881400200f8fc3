"""What a page is made of: sections of blocks, each of a kind the template knows."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import ClassVar

from markupsafe import Markup

from boldwise.reporting.scores_table import Estimate

NO_NUMBER = "–"
NUMBERS = re.compile(r"[−<≥+]? ?[\d.,]+(?: to −?[\d.]+)?(?: %)?(?: \[[−\d., ]+\])?")
LONG = 44  # letters; a column of longer cells may break its lines


@dataclass(frozen=True)
class Text:
    """Paragraphs of plain text.

    Attributes
    ----------
    paragraphs : sequence of str
    lead : bool
        Set large, as an opening.
    """

    kind: ClassVar[str] = "text"
    paragraphs: Sequence[str]
    lead: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Table:
    """A table that scrolls within itself where the page is narrow.

    Attributes
    ----------
    columns : sequence of str
    rows : sequence of sequence of str
        The first cell of a row is its heading.
    title, note : str
        Above and below; the note says how to read it.
    folded : bool
        Shown on request only.
    """

    kind: ClassVar[str] = "table"
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    note: str = ""
    folded: bool = False

    @property
    def numeric(self) -> list[bool]:
        """Whether a column holds numbers, which are set flush right."""
        return [
            all(_looks_numeric(row[place]) for row in self.rows) and bool(self.rows)
            for place in range(len(self.columns))
        ]

    @property
    def long(self) -> list[bool]:
        """Whether a column holds cells that are too long for one line."""
        return [
            any(len(row[place]) > LONG for row in self.rows)
            for place in range(len(self.columns))
        ]


@dataclass(frozen=True)
class Picture:
    """A figure with its caption.

    Attributes
    ----------
    source : str
        The whole image as a data URI, or empty if it was left out.
    alt : str
        What it shows, in words.
    title : str
    path : str
        Where the figure lies as a file.
    width_px : int
        Width that its text is meant for; 0: as wide as there is room.
    """

    source: str
    alt: str
    title: str
    path: str
    width_px: int = 0


@dataclass(frozen=True)
class Pictures:
    """Figures of one kind: they share a caption.

    Attributes
    ----------
    pictures : sequence of Picture
    caption : Markup
    wide : bool
        One below the other, rather than side by side.
    n_open : int
        So many are shown at once, the others on request.
    """

    kind: ClassVar[str] = "pictures"
    pictures: Sequence[Picture]
    caption: Markup
    wide: bool = True
    n_open: int = 4


@dataclass(frozen=True)
class Frame:
    """An interactive view, shut in a frame of its own.

    Attributes
    ----------
    document : str
        A whole page.
    title : str
    caption : Markup
    """

    kind: ClassVar[str] = "frame"
    document: str
    title: str
    caption: Markup


@dataclass(frozen=True)
class Code:
    """Text to be read as it stands, shown on request."""

    kind: ClassVar[str] = "code"
    title: str
    text: str


@dataclass(frozen=True)
class References:
    """What the text cites, in the order of the numbers."""

    kind: ClassVar[str] = "references"
    entries: Sequence[str]


Block = Text | Heading | Table | Pictures | Frame | Code | References


@dataclass
class Section:
    """One part of the page.

    Attributes
    ----------
    anchor : str
        Its name in links.
    title : str
    blocks : list
    """

    anchor: str
    title: str
    blocks: list[Block] = field(default_factory=list)


def data_uri(data: bytes, mime: str) -> str:
    """Write a file as an address that holds all of it.

    Parameters
    ----------
    data : bytes
    mime : str

    Returns
    -------
    uri : str
    """
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def show_number(value: float, *, digits: int = 2) -> str:
    """Write a number for a reader.

    Parameters
    ----------
    value : float
    digits : int
        After the point.

    Returns
    -------
    text : str
        A dash for NaN; a true minus sign; never ``-0.00``.
    """
    if not isfinite(value):
        return NO_NUMBER
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def show_estimate(estimate: Estimate, *, digits: int = 2) -> str:
    """Write a number with its interval: ``0.41 [0.37, 0.45]``.

    Parameters
    ----------
    estimate : Estimate
    digits : int

    Returns
    -------
    text : str
    """
    value = show_number(estimate.value, digits=digits)
    if not isfinite(estimate.low):
        return value
    low, high = (show_number(x, digits=digits) for x in (estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"


def show_p(p: float) -> str:
    """Write a p value; small ones as a bound.

    Parameters
    ----------
    p : float

    Returns
    -------
    text : str
    """
    if not isfinite(p):
        return NO_NUMBER
    return f"{p:.3f}" if p >= 0.001 else "< .001"


def show_share(value: float) -> str:
    """Write a share as a percentage.

    Parameters
    ----------
    value : float

    Returns
    -------
    text : str
    """
    return f"{100 * value:.0f} %" if isfinite(value) else NO_NUMBER


def _looks_numeric(cell: str) -> bool:
    return cell == NO_NUMBER or NUMBERS.fullmatch(cell) is not None
