"""Objects of the simulated scenes as signed distances, many of them at once.

Each category is a list of layers, drawn in order. A layer is a signed distance
(negative inside, in units of the object's half side) over local coordinates u
(right) and v (down), both of shape (n_objects, height, width) and about -1 to 1,
with a tone: how much of the object's colour it shows, and how much white is added.
"""

from collections.abc import Callable

import numpy as np

Layer = tuple[np.ndarray, tuple[float, float]]

COLOUR, SHADE, DARK, LIGHT = (1.0, 0.0), (0.55, 0.0), (0.0, 0.06), (0.0, 0.95)


def ellipse(
    u: np.ndarray,
    v: np.ndarray,
    centre: tuple[float, float],
    radii: tuple[float, float],
) -> np.ndarray:
    """Signed distance to an ellipse, to first order.

    Parameters
    ----------
    u, v : array of shape (n_objects, height, width)
        Local coordinates.
    centre, radii : pair of float

    Returns
    -------
    distance : array of shape (n_objects, height, width)
    """
    a, b = (u - centre[0]) / radii[0], (v - centre[1]) / radii[1]
    return np.asarray((np.sqrt(a * a + b * b) - 1) * min(radii))


def box(
    u: np.ndarray,
    v: np.ndarray,
    centre: tuple[float, float],
    halves: tuple[float, float],
) -> np.ndarray:
    """Signed distance to an upright box, in the largest norm.

    Parameters
    ----------
    u, v : array of shape (n_objects, height, width)
        Local coordinates.
    centre, halves : pair of float
        Centre and half sides.

    Returns
    -------
    distance : array of shape (n_objects, height, width)
    """
    return np.maximum(
        np.abs(u - centre[0]) - halves[0], np.abs(v - centre[1]) - halves[1]
    )


def roof(
    u: np.ndarray, v: np.ndarray, apex: tuple[float, float], reach: tuple[float, float]
) -> np.ndarray:
    """Signed distance to a triangle on a level base.

    Parameters
    ----------
    u, v : array of shape (n_objects, height, width)
        Local coordinates.
    apex : pair of float
        Upper corner.
    reach : pair of float
        Half width of the base, and how far it lies below the apex.

    Returns
    -------
    distance : array of shape (n_objects, height, width)
    """
    half, height = reach
    slope = (height * np.abs(u - apex[0]) - half * (v - apex[1])) / np.hypot(*reach)
    return np.asarray(np.maximum(slope, v - apex[1] - height))


def _face(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    eyes = ellipse(np.abs(u), v, (0.32, -0.2), (0.15, 0.17))
    return [
        (ellipse(u, v, (0, 0), (0.78, 0.98)), COLOUR),
        (eyes, LIGHT),
        (ellipse(np.abs(u), v, (0.3, -0.17), (0.08, 0.09)), DARK),
        (box(u, v, (0, 0.47), (0.3, 0.09)), DARK),
    ]


def _body(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    side = np.abs(u)
    return [
        (box(side, v, (0.2, 0.68), (0.13, 0.32)), COLOUR),
        (box(side, v, (0.55, -0.2), (0.3, 0.11)), COLOUR),
        (box(u, v, (0, 0.05), (0.3, 0.42)), SHADE),
        (ellipse(u, v, (0, -0.7), (0.28, 0.3)), COLOUR),
    ]


def _house(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    return [
        (box(u, v, (0, 0.42), (0.75, 0.55)), COLOUR),
        (roof(u, v, (0, -1.0), (1.0, 0.9)), SHADE),
        (box(u, v, (-0.3, 0.6), (0.17, 0.37)), DARK),
        (box(u, v, (0.36, 0.35), (0.2, 0.2)), LIGHT),
    ]


def _food(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    top = np.maximum(ellipse(u, v, (0, -0.05), (0.95, 0.75)), v + 0.1)
    return [
        (box(u, v, (0, 0.5), (0.85, 0.22)), COLOUR),
        (top, COLOUR),
        (box(u, v, (0, 0.2), (0.98, 0.1)), DARK),
        (box(u, v, (0, -0.02), (0.95, 0.09)), LIGHT),
    ]


def _tool(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    return [
        (box(u, v, (0, 0.25), (0.13, 0.75)), LIGHT),
        (box(u, v, (0, -0.7), (0.62, 0.27)), COLOUR),
    ]


def _word(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    """Three letters, T E L, on a white plate."""
    strokes = [
        box(u, v, (-0.62, -0.25), (0.25, 0.08)),
        box(u, v, (-0.62, 0), (0.08, 0.33)),
        box(u, v, (-0.15, 0), (0.08, 0.33)),
        np.maximum(
            box(u, v, (0.0, 0), (0.22, 0.33)),
            0.07 - np.abs(np.abs(v) - 0.145),
        ),
        box(u, v, (0.47, 0), (0.08, 0.33)),
        box(u, v, (0.62, 0.25), (0.22, 0.08)),
    ]
    plate = box(u, v, (0, 0), (1.0, 0.48))
    return [(plate, LIGHT), (np.minimum.reduce(strokes), COLOUR)]


def _car(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    cabin = np.maximum(roof(u, v, (0, -1.1), (0.9, 1.2)), -0.42 - v)
    return [
        (cabin, LIGHT),
        (box(u, v, (0, 0.22), (1.0, 0.24)), COLOUR),
        (ellipse(np.abs(u), v, (0.52, 0.5), (0.23, 0.23)), DARK),
    ]


def _animal(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    legs = box(np.abs(u + 0.15), v, (0.4, 0.62), (0.1, 0.34))
    return [
        (legs, SHADE),
        (ellipse(u, v, (-0.15, 0.15), (0.7, 0.36)), COLOUR),
        (box(u, v, (-0.88, -0.1), (0.08, 0.3)), SHADE),
        (roof(np.abs(u - 0.6), v, (0.16, -0.92), (0.14, 0.4)), SHADE),
        (ellipse(u, v, (0.6, -0.32), (0.36, 0.34)), COLOUR),
        (ellipse(u, v, (0.72, -0.38), (0.08, 0.08)), DARK),
    ]


def _plant(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    petals = np.minimum(
        ellipse(np.abs(u), v, (0.38, -0.4), (0.3, 0.24)),
        ellipse(u, np.abs(v + 0.4), (0, 0.32), (0.24, 0.28)),
    )
    return [
        (box(u, v, (0, 0.45), (0.08, 0.55)), DARK),
        (ellipse(np.abs(u), v, (0.33, 0.6), (0.3, 0.13)), SHADE),
        (petals, COLOUR),
        (ellipse(u, v, (0, -0.4), (0.17, 0.17)), LIGHT),
    ]


def _chair(u: np.ndarray, v: np.ndarray) -> list[Layer]:
    return [
        (box(np.abs(u), v, (0.5, 0.6), (0.11, 0.4)), SHADE),
        (box(u, v, (-0.5, -0.45), (0.13, 0.55)), COLOUR),
        (box(u, v, (0, 0.1), (0.64, 0.14)), COLOUR),
    ]


# In the order of captions.CATEGORIES.
DRAWINGS: tuple[Callable[[np.ndarray, np.ndarray], list[Layer]], ...] = (
    _face,
    _body,
    _house,
    _food,
    _tool,
    _word,
    _car,
    _animal,
    _plant,
    _chair,
)
