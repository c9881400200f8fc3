"""Scenes drawn by code: one to four objects before a texture, with a caption."""

import colorsys
from dataclasses import dataclass, fields

import numpy as np

from boldwise.simulate.captions import (
    CATEGORIES,
    TEXTURES,
    describe_background,
    describe_object,
    join_phrases,
)
from boldwise.simulate.painting import paint_backgrounds, paint_objects

N_CATEGORIES = len(CATEGORIES)
BLOCK = 64  # Scenes per seed: scene i stays the same however many are drawn.
OBJECT_COUNTS = (0.2, 0.3, 0.3, 0.2)  # chances of 1, 2, 3 and 4 objects
SIZES = ((0.25, 0.28), (0.32, 0.36), (0.42, 0.47))  # between captions.SIZE_EDGES
LUMINANCE = (0.299, 0.587, 0.114)  # of RGB, ITU-R BT.601


@dataclass(frozen=True)
class Scenes:
    """Images with the graphs that they were drawn from.

    What an absent category has (place, size, …) is 0.

    Attributes
    ----------
    image : array of uint8, shape (n_scenes, size_px, size_px, 3)
    caption : array of str, shape (n_scenes,)
    present : array of bool, shape (n_scenes, n_categories)
    x, y : array of shape (n_scenes, n_categories)
        Centre, in shares of the side from the top left corner.
    size : array of shape (n_scenes, n_categories)
        Diameter, as a share of the side.
    hue : array of shape (n_scenes, n_categories)
        Turn of the colour wheel, 0 to 1.
    tilt : array of shape (n_scenes, n_categories)
        Pose: clockwise, in radians.
    texture : array of int, shape (n_scenes,)
        Index into ``captions.TEXTURES``.
    orientation : array of shape (n_scenes,)
        Direction across the bars of the texture, in radians.
    frequency : array of shape (n_scenes,)
        Of the texture, in cycles per image.
    background_hue : array of shape (n_scenes,)
        Turn of the colour wheel, 0 to 1.
    luminance : array of shape (n_scenes,)
        Mean over the image, 0 to 1.
    """

    image: np.ndarray
    caption: np.ndarray
    present: np.ndarray
    x: np.ndarray
    y: np.ndarray
    size: np.ndarray
    hue: np.ndarray
    tilt: np.ndarray
    texture: np.ndarray
    orientation: np.ndarray
    frequency: np.ndarray
    background_hue: np.ndarray
    luminance: np.ndarray

    def __len__(self) -> int:
        return len(self.image)

    def take(self, rows: np.ndarray | slice) -> "Scenes":
        """Keep the given scenes (indices, mask or slice), in that order."""
        return Scenes(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def draw_scenes(n_scenes: int, *, seed: int, size_px: int = 64) -> Scenes:
    """Draw scenes: textured backgrounds, objects at known places, captions.

    Parameters
    ----------
    n_scenes : int
    seed : int
        Scene i of a seed is the same for any ``n_scenes``; two seeds share none.
    size_px : int
        Side of the square images, in pixels.

    Returns
    -------
    scenes : Scenes
        ``n_scenes`` of them.
    """
    blocks = [
        _draw_block(np.random.default_rng([seed, block]), size_px)
        for block in range(-(-n_scenes // BLOCK))
    ]
    joined = {
        field.name: np.concatenate([getattr(block, field.name) for block in blocks])
        for field in fields(Scenes)
    }
    return Scenes(**joined).take(slice(n_scenes))


def _draw_block(rng: np.random.Generator, size_px: int) -> Scenes:
    objects, background = _draw_objects(rng), _draw_background(rng)
    wave = np.stack([background[name] for name in ("orientation", "frequency")], 1)
    extra = np.stack([rng.uniform(0, 2 * np.pi, BLOCK), rng.uniform(0.15, 0.5, BLOCK)])
    value = rng.uniform(0.35, 0.68, BLOCK)
    image = paint_backgrounds(
        background["texture"],
        np.column_stack([wave, extra.T]),
        _rgb(background["background_hue"], 0.45, value),
        size_px=size_px,
    )
    _paint_by_size(image, objects, _rgb(objects["hue"], 0.85, 0.95))
    pixels = np.rint(image.clip(0, 1) * 255).astype(np.uint8)
    luminance = pixels.mean((1, 2)) @ np.array(LUMINANCE) / 255
    return Scenes(
        image=pixels,
        caption=_captions(objects, background),
        luminance=luminance,
        **objects,
        **background,
    )


def _draw_objects(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Each category at most once, each object in its own ninth of the image."""
    shape = (BLOCK, N_CATEGORIES)
    rank = rng.random(shape).argsort(1)
    n_objects = 1 + rng.choice(len(OBJECT_COUNTS), BLOCK, p=OBJECT_COUNTS)
    present = rank < n_objects[:, None]
    cell = np.take_along_axis(rng.random((BLOCK, 9)).argsort(1), rank % 9, 1)
    low, high = np.array(SIZES)[rng.integers(len(SIZES), size=shape)].transpose(2, 0, 1)
    drawn = {
        "x": 0.5 + 0.29 * (cell % 3 - 1) + rng.uniform(-0.07, 0.07, shape),
        "y": 0.5 + 0.29 * (cell // 3 - 1) + rng.uniform(-0.07, 0.07, shape),
        "size": rng.uniform(low, high),
        "hue": _draw_hue(rng, shape),
        "tilt": rng.uniform(-0.6, 0.6, shape),
    }
    return {"present": present, **{k: v * present for k, v in drawn.items()}}


def _draw_background(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {
        "texture": rng.integers(len(TEXTURES), size=BLOCK),
        "orientation": rng.uniform(0, np.pi, BLOCK),
        "frequency": np.exp(rng.uniform(np.log(3), np.log(12), BLOCK)),
        "background_hue": _draw_hue(rng, (BLOCK,)),
    }


def _draw_hue(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """One of eight colours, each with a small spread that leaves its name clear."""
    return (rng.integers(8, size=shape) + rng.uniform(-0.25, 0.25, shape)) / 8 % 1


def _paint_by_size(
    image: np.ndarray, objects: dict[str, np.ndarray], colour: np.ndarray
) -> None:
    """Small objects lie before large ones, so that none is hidden."""
    place = np.stack([objects[name] for name in ("x", "y", "size", "tilt")], 2)
    depth = np.where(objects["present"], -objects["size"], 1.0).argsort(1)
    for layer in range(len(OBJECT_COUNTS)):
        nth = depth[:, layer]
        for category in range(N_CATEGORIES):
            rows = np.flatnonzero((nth == category) & objects["present"][:, category])
            paint_objects(
                image,
                category=category,
                row=rows,
                place=place[rows, category],
                colour=colour[rows, category],
            )


def _captions(
    objects: dict[str, np.ndarray], background: dict[str, np.ndarray]
) -> np.ndarray:
    """Largest object first."""
    captions = []
    for i in range(BLOCK):
        here = np.flatnonzero(objects["present"][i])
        ordered = here[np.argsort(-objects["size"][i, here])]
        phrases = [
            describe_object(
                int(c),
                **{k: float(objects[k][i, c]) for k in ("x", "y", "size", "hue")},
            )
            for c in ordered
        ]
        behind = describe_background(
            int(background["texture"][i]),
            hue=float(background["background_hue"][i]),
            frequency=float(background["frequency"][i]),
            orientation=float(background["orientation"][i]),
        )
        captions.append(join_phrases(phrases, behind))
    return np.array(captions)


def _rgb(hue: np.ndarray, saturation: float, value: np.ndarray | float) -> np.ndarray:
    """Colours of hues whose eight named steps are not evenly spread on HSV."""
    steps = np.array([0.0, 0.075, 0.15, 0.33, 0.47, 0.6, 0.77, 0.9, 1.0])
    wheel = np.interp(hue, np.arange(9) / 8, steps)
    values = np.broadcast_to(value, wheel.shape)
    flat = [
        colorsys.hsv_to_rgb(h, saturation, v)
        for h, v in zip(wheel.flat, values.flat, strict=True)
    ]
    return np.array(flat).reshape(*wheel.shape, 3)
