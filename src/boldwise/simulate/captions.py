"""Captions of simulated scenes: a small closed language over the scene graph."""

import numpy as np

CATEGORIES = (
    "face",
    "body",
    "house",
    "food",
    "tool",
    "word",
    "car",
    "animal",
    "plant",
    "chair",
)
COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")
SIZES = ("small", "medium", "large")
SIZE_EDGES = (0.30, 0.39)  # shares of the image's side
PLACES = (
    "at the top left",
    "at the top",
    "at the top right",
    "on the left",
    "in the centre",
    "on the right",
    "at the bottom left",
    "at the bottom",
    "at the bottom right",
)
TEXTURES = ("stripes", "checks", "dots", "waves")
GRAINS = ("wide", "fine")
GRAIN_EDGE = 6.0  # cycles per image
SLANTS = ("vertical", "rising", "horizontal", "falling")
FUNCTION_WORDS = ("a", "and", "at", "before", "in", "on", "the")


def _vocabulary() -> tuple[str, ...]:
    places = {word for place in PLACES for word in place.split()}
    content = {*CATEGORIES, *COLOURS, *SIZES, *TEXTURES, *GRAINS, *SLANTS}
    return tuple(sorted(content | places | set(FUNCTION_WORDS)))


VOCABULARY = _vocabulary()
CONTENT_WORDS = tuple(word for word in VOCABULARY if word not in FUNCTION_WORDS)


def describe_object(
    category: int, *, x: float, y: float, size: float, hue: float
) -> str:
    """Name one object by size, colour, category and place.

    Parameters
    ----------
    category : int
        Index into ``CATEGORIES``.
    x, y : float
        Centre, in shares of the image's side from its top left corner.
    size : float
        Diameter, as a share of the image's side.
    hue : float
        Turn of the colour wheel, 0 to 1.

    Returns
    -------
    phrase : str
        For example ``a large red face on the left``.
    """
    size_word = SIZES[int(np.digitize(size, SIZE_EDGES))]
    place = PLACES[3 * min(int(3 * y), 2) + min(int(3 * x), 2)]
    return f"a {size_word} {name_hue(hue)} {CATEGORIES[category]} {place}"


def describe_background(
    texture: int, *, hue: float, frequency: float, orientation: float
) -> str:
    """Name a background by grain, colour, slant and texture.

    Parameters
    ----------
    texture : int
        Index into ``TEXTURES``.
    hue : float
        Turn of the colour wheel, 0 to 1.
    frequency : float
        Cycles per image.
    orientation : float
        Direction across the bars, in radians from the x axis towards the bottom.

    Returns
    -------
    phrase : str
        For example ``wide green vertical stripes``; only stripes and waves, whose
        bars run one way, have a slant.
    """
    words = [GRAINS[int(frequency >= GRAIN_EDGE)], name_hue(hue)]
    if TEXTURES[texture] in ("stripes", "waves"):
        words.append(SLANTS[round(orientation / np.pi * len(SLANTS)) % len(SLANTS)])
    return " ".join([*words, TEXTURES[texture]])


def name_hue(hue: float) -> str:
    """Nearest colour word of a hue given as a turn of the colour wheel, 0 to 1."""
    return COLOURS[round(hue * len(COLOURS)) % len(COLOURS)]


def join_phrases(objects: list[str], background: str) -> str:
    """One caption: objects joined by ``and``, then what they stand before."""
    return f"{' and '.join(objects)} before {background}"
