"""Where queries of an encoder looked: attention over held-out pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    SEQUENTIAL,
    WHOLE,
    describe,
    house_style,
    new_figure,
)

AT_MOST, N_PICTURES = 8, 8


@dataclass(frozen=True)
class AttentionMaps:
    """Attention of some queries to the places of some pictures.

    Attributes
    ----------
    encoder : str
    query : array of str, shape (n_queries,)
    attention : array of shape (n_pictures, n_queries, n_rows, n_columns)
        Sums to 1 over places.
    picture : array of uint8, shape (n_pictures, height, width, 3)
    stimulus_id : array of str, shape (n_pictures,)
    """

    encoder: str
    query: np.ndarray
    attention: np.ndarray
    picture: np.ndarray
    stimulus_id: np.ndarray


def pick(n: int, at_most: int) -> np.ndarray:
    """Pick evenly among so many, shape (at most ``at_most``,).

    Parameters
    ----------
    n, at_most : int

    Returns
    -------
    row : array of int

    Examples
    --------
    >>> pick(9, 3).tolist(), pick(2, 3).tolist()
    ([0, 4, 8], [0, 1])
    """
    return np.unique(np.linspace(0, n - 1, min(n, at_most)).round().astype(int))


def concentration(attention: np.ndarray) -> np.ndarray:
    """Places that a query looks at: the exponential of the entropy over places.

    Parameters
    ----------
    attention : array of shape (..., T)
        Sums to 1 over places.

    Returns
    -------
    places : array of shape (...,)
        1: all on one place; T: spread evenly.

    Examples
    --------
    >>> concentration(np.array([[1.0, 0.0], [0.5, 0.5]])).round(6).tolist()
    [1.0, 2.0]
    """
    safe = np.maximum(attention, 1e-12)
    return np.asarray(np.exp(-(attention * np.log(safe)).sum(-1)))


@house_style()
def draw_attention_maps(maps: Sequence[AttentionMaps]) -> Figure:
    """Draw attention over pictures, a column per picture and a row per query.

    Parameters
    ----------
    maps : sequence of AttentionMaps
        At most 8 queries and 8 pictures of the first are drawn.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = maps[0]
    queries = pick(len(shown.query), AT_MOST)
    pictures = pick(len(shown.picture), N_PICTURES)
    size = WHOLE / (N_PICTURES + 1)
    figure = new_figure(WHOLE, size * (len(queries) + 1) + 0.4)
    axes = figure.subplots(len(queries) + 1, len(pictures), squeeze=False)
    highest = float(shown.attention[np.ix_(pictures, queries)].max())
    for column, one in enumerate(pictures):
        _draw_picture(axes[0, column], shown.picture[one])
        axes[0, column].set_title(str(shown.stimulus_id[one])[:12], fontsize=7)
        for row, query in enumerate(queries, start=1):
            axis = axes[row, column]
            _draw_picture(axis, shown.picture[one])
            _draw_attention(axis, shown, (one, query), highest)
            if not column:
                axis.set_ylabel(str(shown.query[query]), fontsize=7, color=DARK)
    figure.suptitle(f"{shown.encoder}: attention of {len(queries)} queries")
    return describe(figure, _tell(shown))


def _draw_picture(axis: Axes, picture: np.ndarray) -> None:
    axis.set_xticks([])
    axis.set_yticks([])
    axis.imshow(picture.mean(-1), cmap="gray", vmin=0, vmax=255, aspect="auto")


def _draw_attention(
    axis: Axes, maps: AttentionMaps, at: tuple[int, int], highest: float
) -> None:
    height, width = maps.picture.shape[1:3]
    axis.imshow(
        maps.attention[at],
        cmap=SEQUENTIAL,
        alpha=0.6,
        vmin=0,
        vmax=highest,
        extent=(-0.5, width - 0.5, height - 0.5, -0.5),
        interpolation="nearest",
        aspect="auto",
    )


def _tell(maps: AttentionMaps) -> str:
    n_places = maps.attention.shape[2] * maps.attention.shape[3]
    flat = maps.attention.reshape(*maps.attention.shape[:2], n_places)
    used = concentration(flat.astype(float)).mean(0)
    told: Mapping[str, float] = dict(zip(maps.query.tolist(), used, strict=True))
    said = ", ".join(f"{name} {places:.1f}" for name, places in told.items())
    return (
        f"Attention of {maps.encoder} over held-out pictures. Places of {n_places} "
        f"that a query looks at, on average: {said}."
    )
