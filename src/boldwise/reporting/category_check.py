"""What feature spaces know about categories: accuracy against chance and shuffles."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    PALE,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)


@house_style()
def draw_category_check(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw the share of stimuli whose category each feature space tells.

    Parameters
    ----------
    rows : sequence of mapping
        ``feature_space``, ``accuracy``, ``low``, ``high``, ``chance``,
        ``shuffled_high``, best first.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(WHOLE / 2, 1.1 + 0.3 * len(rows))
    axis = figure.subplots()
    places = range(len(rows))
    for place, row in zip(places, rows, strict=True):
        axis.barh(place, row["shuffled_high"], height=0.7, color=PALE)
        axis.plot([row["low"], row["high"]], [place, place], color=PALETTE[0])
        axis.plot(row["accuracy"], place, "o", color=PALETTE[0], markersize=5)
    chance = rows[0]["chance"]
    axis.axvline(chance, color=DARK, linewidth=0.8, linestyle="--")
    axis.set_yticks(places, [row["feature_space"] for row in rows])
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_xlim(0, None)
    axis.tick_params(left=False)
    axis.set_xlabel("share of held-out stimuli whose category is named")
    axis.set_title(f"{rows[0]['n_categories']} categories; dashed: chance {chance:.1%}")
    said = "; ".join(f"{row['feature_space']} {row['accuracy']:.1%}" for row in rows)
    return describe(figure, f"Categories from features, chance {chance:.1%}: {said}.")
