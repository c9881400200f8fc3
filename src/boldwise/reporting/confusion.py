"""Which category was taken for which."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    SEQUENTIAL,
    WHOLE,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
)

MAX_PANELS = 6
MAX_WRITTEN = 12  # classes; with more, numbers would not fit their cells


@house_style()
def draw_confusions(
    confusions: Mapping[str, np.ndarray], classes: Mapping[str, np.ndarray]
) -> Figure:
    """Draw how often each true category was given each name.

    Parameters
    ----------
    confusions : mapping of decoder to array of int, shape (n_classes, n_classes)
        Counts, true by predicted category, summed over subjects.
    classes : mapping of decoder to array of str, shape (n_classes,)

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(confusions.items())[:MAX_PANELS])
    n_rows, n_columns = grid_shape(len(shown), n_columns=2)
    figure = new_figure(WHOLE / 2 * n_columns, 4.2 * n_rows)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    said = []
    for axis, (name, counts) in zip(axes, shown.items(), strict=False):
        _draw_matrix(axis, counts, classes[name])
        accuracy = counts.trace() / max(counts.sum(), 1)
        axis.set_title(f"{name}: {accuracy:.0%} right, chance {1 / len(counts):.0%}")
        said.append(f"{name} {accuracy:.0%} of {counts.sum()} right")
    hide_unused(axes, n_used=len(shown))
    return describe(figure, f"True by predicted category: {'; '.join(said)}.")


def share_of_rows(counts: np.ndarray) -> np.ndarray:
    """Divide each row by its sum; a category that was never shown stays empty.

    Parameters
    ----------
    counts : array of shape (n_classes, n_classes)

    Returns
    -------
    share : array of shape (n_classes, n_classes)
    """
    total = counts.sum(axis=1, keepdims=True)
    share = np.zeros(counts.shape)
    np.divide(counts, total, out=share, where=total > 0)
    return share


def _draw_matrix(axis: Axes, counts: np.ndarray, classes: np.ndarray) -> None:
    share = share_of_rows(counts)
    axis.imshow(share, cmap=SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
    places, names = range(len(classes)), [str(name) for name in classes]
    axis.set_xticks(places, names, rotation=45, ha="right", rotation_mode="anchor")
    axis.set_yticks(places, names)
    axis.set_xlabel("predicted")
    axis.set_ylabel("true")
    if len(classes) <= MAX_WRITTEN:
        for (row, column), value in np.ndenumerate(share):
            ink = DARK if value > 0.6 else "white"
            axis.text(
                *(column, row, f"{value:.2f}"),
                color=ink,
                ha="center",
                va="center",
                size=7,
            )
