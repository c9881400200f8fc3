"""Which stimuli were shown: a few of them, evenly picked."""

from textwrap import fill, shorten

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.features.records import Stimuli
from boldwise.reporting.story import draw_story
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

N_SHOWN, N_COLUMNS, TEXT_WIDTH = 12, 6, 24
MAX_SIDE_PX = 160  # thumbnails: the stimuli themselves lie in their store


@house_style()
def draw_stimuli(stimuli: Stimuli) -> Figure:
    """Show a few stimuli, picked evenly over the sorted ids, with their texts.

    Of time series, words and sound over time instead.

    Parameters
    ----------
    stimuli : Stimuli
        Image, if any, of shape (n_stimuli, height, width, 3); only those shown are
        read.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    if stimuli.timeline is not None:
        return draw_story(stimuli.timeline)
    order = np.argsort(stimuli.stimulus_id, kind="stable")
    picked = order[
        np.unique(np.linspace(0, len(order) - 1, N_SHOWN).round().astype(int))
    ]
    n_rows, n_columns = grid_shape(len(picked), n_columns=N_COLUMNS)
    figure = new_figure(WHOLE, n_rows * (2.3 if stimuli.image is not None else 1.3))
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axis, row in zip(axes, picked, strict=False):
        _draw_one(axis, stimuli, int(row))
    hide_unused(axes, n_used=len(picked))
    return describe(
        figure,
        f"{len(picked)} of {len(stimuli)} stimuli, with their ids"
        f"{_and_texts(stimuli)}.",
    )


def _draw_one(axis: Axes, stimuli: Stimuli, row: int) -> None:
    title = str(stimuli.stimulus_id[row])
    title = title if len(title) <= TEXT_WIDTH else f"{title[: TEXT_WIDTH - 1]}…"
    axis.set_title(title, fontsize=7, color=DARK, loc="center")
    axis.set_xticks([])
    axis.set_yticks([])
    for spine in axis.spines.values():
        spine.set_visible(True)
        spine.set_color(PALE)
    words = _text_of(stimuli, row)
    if stimuli.image is None:
        axis.text(0.5, 0.5, words, fontsize=7, ha="center", va="center")
        return
    image = np.asarray(stimuli.image[row])
    step = -(-max(image.shape[:2]) // MAX_SIDE_PX)
    axis.imshow(image[::step, ::step], interpolation="nearest")
    axis.set_xlabel(words, fontsize=7, color=DARK)


def _text_of(stimuli: Stimuli, row: int) -> str:
    """First caption of a stimulus, or its category, on at most three lines."""
    for column in (stimuli.caption, stimuli.category):
        if column is not None:
            first = str(column[row]).partition("\n")[0]
            short = shorten(first, 3 * TEXT_WIDTH - 14, placeholder=" …")
            return fill(short, TEXT_WIDTH)
    return ""


def _and_texts(stimuli: Stimuli) -> str:
    if stimuli.caption is not None:
        return " and captions"
    return " and categories" if stimuli.category is not None else ""
