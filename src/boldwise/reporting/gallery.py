"""What was seen, and the training stimulus nearest to what was decoded of it.

Chosen by a rule, never by hand: the best, the middle and the worst by rank.
"""

from collections.abc import Iterable, Mapping
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.evaluation.pointed import Chosen, Pointed, choose
from boldwise.features.records import Stimuli, find_rows
from boldwise.reporting.style import (
    DARK,
    GREY,
    PALE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)

AT_MOST = 6  # decoders
MAX_SIDE_PX = 160
LINES, LETTERS = 4, 150  # of a caption below a picture; letters over the whole width
CAPTION_IN, HEAD_IN = 0.55, 0.75  # inches
WIDEST_IN = 1.7  # of a picture


@house_style()
def draw_gallery(
    pointed: Mapping[str, Mapping[str, Pointed]],
    stimuli: Stimuli,
    *,
    n_shown: int,
    pictures: bool,
) -> Figure:
    """Draw what was seen above what was decoded, decoder by decoder.

    Parameters
    ----------
    pointed : mapping of decoder to mapping of subject to Pointed
        With arrays of shape (n_items,).
    stimuli : Stimuli
        Pictures of shape (n_stimuli, height, width, 3), if any; only those shown are
        read.
    n_shown : int
        Of the best, the middle and the worst.
    pictures : bool
        False: ids and captions only, for stimuli that must not be passed on.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = {
        name: choose(by_subject, n_shown=n_shown)
        for name, by_subject in list(pointed.items())[:AT_MOST]
    }
    visible = pictures and stimuli.image is not None
    side = 0.5
    if visible:
        height, width = stimuli.need("image").shape[1:3]
        side = min(WHOLE / (3 * n_shown) - 0.1, WIDEST_IN) * min(height / width, 1.4)
    tall = 2 * (side + CAPTION_IN) + HEAD_IN
    figure = new_figure(WHOLE, 0.1 + tall * len(shown))
    parts = np.atleast_1d(np.asarray(figure.subfigures(len(shown), 1)))
    for part, (name, chosen) in zip(parts, shown.items(), strict=True):
        part.suptitle(name, fontsize=10, fontweight="bold", x=0.01, ha="left")
        axes = part.subplots(2, 3 * n_shown, squeeze=False)
        for column, axis in enumerate(axes.T):
            if column < len(chosen):
                _draw_pair(axis, chosen[column], stimuli, visible, n_shown)
            else:
                axis[0].set_axis_off()
                axis[1].set_axis_off()
        for axis, word in zip(axes[:, 0], ("seen", "nearest"), strict=True):
            axis.set_ylabel(word, fontsize=8, color=DARK)
    return describe(figure, _say(shown))


def _draw_pair(
    axes: Iterable[Axes], one: Chosen, stimuli: Stimuli, visible: bool, n_shown: int
) -> None:
    top, bottom = axes
    letters = min(LETTERS // (3 * n_shown), 40)
    top.set_title(
        f"{one.group}\nrank {one.rank:g} of {one.n_pool:g}\n"
        f"{cut('sub-' + one.subject, letters, 1)}",
        fontsize=7 if n_shown < 3 else 6,
        fontweight="normal",
        color=DARK,
        loc="center",
    )
    for axis, name in ((top, one.seen), (bottom, one.nearest)):
        axis.set_xticks([])
        axis.set_yticks([])
        for spine in axis.spines.values():
            spine.set_visible(True)
            spine.set_color(PALE)
        if visible:
            _show(axis, stimuli, name)
        else:
            told = cut(name, letters, 3)
            axis.text(0.5, 0.5, told, ha="center", va="center", fontsize=6)
    top.set_xlabel(cut(_caption(stimuli, one.seen), letters), fontsize=6, color=GREY)
    bottom.set_xlabel(cut(one.caption, letters), fontsize=6, color=DARK)


def _show(axis: Axes, stimuli: Stimuli, name: str) -> None:
    row = int(find_rows(stimuli.stimulus_id, np.array([name]), what="picture")[0])
    picture = np.asarray(stimuli.need("image")[row])
    step = -(-max(picture.shape[:2]) // MAX_SIDE_PX)
    axis.imshow(picture[::step, ::step], interpolation="nearest")


def _caption(stimuli: Stimuli, name: str) -> str:
    if stimuli.caption is None:
        return ""
    row = int(find_rows(stimuli.stimulus_id, np.array([name]), what="caption")[0])
    return str(stimuli.caption[row]).partition("\n")[0]


def cut(text: str, letters: int, lines: int = LINES) -> str:
    r"""Break a text into lines, and end it where there is no more room.

    Parameters
    ----------
    text : str
    letters, lines : int
        Of a line, and at most.

    Returns
    -------
    text : str

    Examples
    --------
    >>> cut("a dog in the long grass", 10, 2)
    'a dog in\nthe long …'
    """
    return fill(" ".join(text.split()), letters, max_lines=lines, placeholder=" …")


def _say(shown: Mapping[str, list[Chosen]]) -> str:
    parts = []
    for name, chosen in shown.items():
        ranks = [f"{one.group} {one.rank:g} of {one.n_pool:g}" for one in chosen]
        parts.append(f"{name} ({', '.join(ranks)})")
    return (
        "What was seen above the training stimulus nearest to what was decoded, by "
        f"rank: {'; '.join(parts)}."
    )
