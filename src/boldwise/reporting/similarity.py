"""How like each decoded pattern is to each true one: a diagonal, if it was decoded."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.evaluation.pooled_similarity import Similarities
from boldwise.reporting.blocks import show_number
from boldwise.reporting.style import (
    DARK,
    PALE,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)

MAX_PANELS = 6
MAX_NAMED = 24  # categories whose names fit along an axis
LEAST = 0.03  # of the axis, for a category to be named
DIVERGING = "RdBu_r"
NAME_LETTERS, TITLE_LETTERS = 14, 26


@house_style()
def draw_similarity(found: Mapping[str, Similarities]) -> Figure:
    """Draw decoded by true patterns of the test stimuli, decoder by decoder.

    Parameters
    ----------
    found : mapping of decoder to Similarities
        With r of shape (n_items, n_items).

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(found.items())[:MAX_PANELS])
    n_rows, n_columns = grid_shape(len(shown), n_columns=min(3, max(2, len(shown))))
    wide = WHOLE / max(n_columns, 2)
    figure = new_figure(wide * n_columns, (wide + 0.2) * n_rows)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    said = []
    for axis, (name, one) in zip(axes, shown.items(), strict=False):
        _draw_matrix(axis, one)
        own, other = contrast(one.r)
        numbers = f"same {show_number(own)}, other {show_number(other)}"
        axis.set_title(f"{_short(name, TITLE_LETTERS)}\n{numbers}", fontsize=9)
        said.append(f"{name}: stimulus {numbers}")
    hide_unused(axes, n_used=len(shown))
    return describe(
        figure,
        "Correlation of decoded (rows) with true patterns (columns), mean over "
        f"subjects: {'; '.join(said)}.",
    )


def contrast(r: np.ndarray) -> tuple[float, float]:
    """Mean correlation with the same stimulus, and with the others of its fold.

    Parameters
    ----------
    r : array of shape (n_items, n_items)
        NaN where not compared.

    Returns
    -------
    own, other : float
        NaN where there is none.
    """
    diagonal = np.eye(len(r), dtype=bool)
    means = []
    for mask in (diagonal, ~diagonal):
        known = r[mask & np.isfinite(r)]
        means.append(float(known.mean()) if len(known) else float("nan"))
    return means[0], means[1]


def spans(label: np.ndarray) -> list[tuple[str, int, int]]:
    """Find runs of equal labels: name, first row, row after the last.

    Parameters
    ----------
    label : array of str, shape (n_items,)

    Returns
    -------
    spans : list of (str, int, int)

    Examples
    --------
    >>> spans(np.array(["a", "a", "b"]))
    [('a', 0, 2), ('b', 2, 3)]
    """
    edges = [0, *(np.flatnonzero(label[1:] != label[:-1]) + 1).tolist(), len(label)]
    return [(str(label[first]), first, last) for first, last in pairwise(edges)]


def _draw_matrix(axis: Axes, one: Similarities) -> None:
    known = np.abs(one.r[np.isfinite(one.r)])
    limit = float(np.quantile(known, 0.99)) if len(known) else 1.0
    axis.set_facecolor(PALE)
    image = axis.imshow(one.r, cmap=DIVERGING, vmin=-limit, vmax=limit)
    bar = axis.figure.colorbar(image, ax=axis, shrink=0.7, aspect=25)
    bar.ax.tick_params(labelsize=6)
    bar.outline.set_visible(False)
    parts = spans(one.label)
    for _, first, _ in parts[1:]:
        axis.axhline(first - 0.5, color=DARK, linewidth=0.3)
        axis.axvline(first - 0.5, color=DARK, linewidth=0.3)
    if 1 < len(parts) <= MAX_NAMED:
        named = [one for one in parts if one[2] - one[1] >= LEAST * parts[-1][2]]
        middle = [(first + last - 1) / 2 for _, first, last in named]
        names = [_short(name, NAME_LETTERS) for name, _, _ in named]
        axis.set_xticks(middle, names, rotation=90, fontsize=6)
        axis.set_yticks(middle, names, fontsize=6)
        axis.tick_params(length=0)
    else:
        axis.set_xticks([])
        axis.set_yticks([])
    axis.set_xlabel("true", fontsize=8)
    axis.set_ylabel("decoded", fontsize=8)


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else f"{name[: letters - 1]}…"
