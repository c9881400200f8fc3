"""Receptive fields of voxels on the visual field, and how they grow outwards."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from boldwise.encoders.visual_field import VisualFields
from boldwise.reporting.style import (
    DARK,
    GREY,
    WHOLE,
    colours_of,
    describe,
    house_style,
    new_figure,
)

AT_MOST = 60  # circles per region: more hide one another; centres are all drawn


@house_style()
def draw_receptive_fields(
    fields: VisualFields,
    regions: Mapping[str, np.ndarray],
    *,
    picture_deg: tuple[float, float],
) -> Figure:
    """Draw centres and sizes on the visual field, and size over eccentricity.

    Parameters
    ----------
    fields : VisualFields
        Arrays of shape (n_voxels,), in degrees.
    regions : mapping of str to array of bool, shape (n_voxels,)
        Voxels to draw, by region: those that the encoder predicts. The field of a
        voxel that nothing predicts is where it began.
    picture_deg : (float, float), in degrees
        Width and height of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(WHOLE, 4.4)
    left, right = figure.subplots(1, 2)
    _draw_picture(left, picture_deg)
    said = []
    for name, colour in colours_of(regions).items():
        inside = np.flatnonzero(regions[name])
        _draw_circles(left, fields, inside, colour)
        options = {"s": 8, "color": colour, "linewidths": 0, "label": name}
        left.scatter(fields.x[inside], fields.y[inside], **options)
        right.scatter(fields.eccentricity[inside], fields.size[inside], **options)
        if len(inside):
            said.append(
                f"{name}: {len(inside)} voxels, median eccentricity "
                f"{np.median(fields.eccentricity[inside]):.2g}° and size "
                f"{np.median(fields.size[inside]):.2g}°"
            )
    _label(left, right)
    return describe(
        figure,
        "Receptive fields on the visual field, and size over eccentricity. "
        f"{'; '.join(said) or 'No voxel to draw'}.",
    )


def _draw_picture(axis: Axes, picture_deg: tuple[float, float]) -> None:
    width, height = picture_deg
    frame = Rectangle((-width / 2, -height / 2), width, height, fill=False, color=GREY)
    axis.add_patch(frame)
    axis.plot(0, 0, "+", color=DARK, markersize=9, label="fixation")
    axis.set_aspect("equal")
    axis.set_xlim(-0.6 * width, 0.6 * width)
    axis.set_ylim(-0.6 * height, 0.6 * height)


def _draw_circles(
    axis: Axes, fields: VisualFields, inside: np.ndarray, colour: str
) -> None:
    shown = inside[:: max(1, -(-len(inside) // AT_MOST))]
    across = 2 * fields.size[shown]  # one standard deviation on either side
    circles = EllipseCollection(
        across,
        across,
        np.zeros(len(shown)),
        units="xy",
        offsets=np.stack([fields.x[shown], fields.y[shown]], axis=1),
        offset_transform=axis.transData,
        facecolors="none",
        edgecolors=colour,
        linewidths=0.6,
        alpha=0.6,
    )
    axis.add_collection(circles, autolim=False)


def _label(left: Axes, right: Axes) -> None:
    left.set_title("receptive fields")
    left.set_xlabel("right of fixation (degrees)")
    left.set_ylabel("above fixation (degrees)")
    left.legend(loc="upper right")
    right.set_title("size over eccentricity")
    right.set_xlabel("eccentricity (degrees)")
    right.set_ylabel("size: standard deviation (degrees)")
    right.set_xlim(left=0)
    right.set_ylim(bottom=0)
