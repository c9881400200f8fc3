"""Pixels as a network wants them: its own transform, without the network.

A preparation is plain data, quick to pickle, and needs Pillow and NumPy only, so that
processes that decode images start without PyTorch. Libraries build their transforms
as chains of torchvision's steps; ``from_chain`` reads such a chain.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from boldwise.errors import WeightsError
from boldwise.features.backends.cards import canonical

Pair = tuple[int, int]


@dataclass(frozen=True)
class Preparation:
    """Resize, crop or pad, scale, normalise.

    Attributes
    ----------
    size : (int, int)
        Height and width that come out, in pixels.
    resize : {"shortest", "ratio", "squash", "none"}
        Bring the shorter side to ``resize_to``; bring both sides to it by one
        ratio; bring each side to it; or leave the image as it is.
    resize_to : (int, int)
        Height and width to resize to, in pixels.
    longest : float
        For ``ratio``: 1, the image fits inside ``resize_to``; 0, it covers it.
    interpolation : str
        As Pillow calls it, in lower case.
    fill : tuple of int
        Grey or colour beside an image that is smaller than ``size``.
    rounding : {"nearest", "down"}
        Of the crop's corner where the margins are odd.
    mean, std : tuple of float
        Of each channel, of values from 0 to 1.
    """

    size: Pair
    resize: Literal["shortest", "ratio", "squash", "none"]
    resize_to: Pair
    interpolation: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    longest: float = 0.0
    fill: tuple[int, ...] = (0, 0, 0)
    rounding: Literal["nearest", "down"] = "nearest"

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Prepare one image.

        Parameters
        ----------
        image : array of uint8, shape (height, width, 3)

        Returns
        -------
        pixels : array of float32, shape (3, *size)
        """
        from PIL import Image

        height, width = _new_size(self, image.shape[0], image.shape[1])
        if (height, width) != image.shape[:2]:
            how = Image.Resampling[self.interpolation.upper()]
            picture = Image.fromarray(image).resize((width, height), how)
            image = np.asarray(picture)
        planes = _crop_or_pad(self, image).transpose(2, 0, 1)
        pixels = planes.astype(np.float32, order="C")  # Channels last would be slow.
        pixels /= np.float32(255)
        pixels -= np.array(self.mean, np.float32)[:, None, None]
        pixels /= np.array(self.std, np.float32)[:, None, None]
        return pixels

    @property
    def told(self) -> str:
        """Canonical JSON of all that it does."""
        return canonical(asdict(self))


@dataclass(frozen=True)
class Wrapped:
    """A transform that boldwise cannot tell in its own words: it runs as it is.

    Attributes
    ----------
    transform : callable
        Of the library; one PIL image -> something like an array (C, h, w).
    size : (int, int)
    told : str
        What the library says of it.
    """

    transform: Callable[[Any], Any]
    size: Pair
    told: str

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Prepare one image.

        Parameters
        ----------
        image : array of uint8, shape (height, width, 3)

        Returns
        -------
        pixels : array of float32, shape (3, *size)
        """
        from PIL import Image

        pixels = np.asarray(self.transform(Image.fromarray(image)), np.float32)
        return np.ascontiguousarray(pixels)


AnyPreparation = Preparation | Wrapped


def from_chain(steps: Iterable[Any], *, size: Pair) -> AnyPreparation:
    """Read a chain of torchvision's steps, as open_clip and timm build theirs.

    Parameters
    ----------
    steps : iterable
        Transforms in the order in which they run.
    size : (int, int)
        Height and width that come out, in pixels.

    Returns
    -------
    prepare : Preparation or Wrapped
        The latter where a step is none of resize, crop, pad and normalise.

    Raises
    ------
    WeightsError
        If no step normalises and the chain can therefore be none for a network.
    """
    steps = list(steps)
    found: dict[str, Any] = {"size": size, "resize": "none", "resize_to": size}
    found["interpolation"] = "bilinear"
    for step in steps:
        name = type(step).__name__
        if name not in READERS:
            return _wrap(steps, size)
        found.update(READERS[name](step))
    if "mean" not in found:
        raise WeightsError(
            f"the model's transform ({', '.join(type(one).__name__ for one in steps)}) "
            "does not normalise; boldwise cannot tell what it does."
        )
    return Preparation(**found)


def pair(size: Any) -> Pair:
    """Height and width from one number or two.

    Parameters
    ----------
    size : int or sequence of int

    Returns
    -------
    size : (int, int)
    """
    if isinstance(size, int):
        return size, size
    numbers = [int(one) for one in size]
    return numbers[0], numbers[-1]


def _wrap(steps: list[Any], size: Pair) -> Wrapped:
    from torchvision.transforms import Compose

    chain = Compose(steps)
    return Wrapped(chain, size, canonical({"size": size, "steps": str(chain)}))


def _resize(step: Any) -> dict[str, Any]:
    one = isinstance(step.size, int) or len(step.size) == 1
    return {
        "resize": "shortest" if one else "squash",
        "resize_to": pair(step.size),
        "interpolation": step.interpolation.value,
    }


def _keep_ratio(step: Any) -> dict[str, Any]:
    return {
        "resize": "ratio",
        "resize_to": pair(step.size),
        "interpolation": step.interpolation.value,
        "longest": step.longest,
    }


def _crop(step: Any) -> dict[str, Any]:
    fill = getattr(step, "fill", 0)
    return {"fill": (fill,) * 3 if isinstance(fill, int) else tuple(fill)}


def _normalise(step: Any) -> dict[str, Any]:
    return {
        name: tuple(float(one) for one in getattr(step, name))
        for name in ("mean", "std")
    }


def _nothing(step: Any) -> dict[str, Any]:
    return {}


READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "Resize": _resize,
    "ResizeKeepRatio": _keep_ratio,
    "CenterCrop": _crop,
    "CenterCropOrPad": _crop,
    "Normalize": _normalise,
    "ToTensor": _nothing,
    "MaybeToTensor": _nothing,
    "MaybeConvertMode": _nothing,
}


def _new_size(prepare: Preparation, height: int, width: int) -> Pair:
    """Size after the resizing; rounded as torchvision, open_clip and timm do."""
    if prepare.resize == "none":
        return height, width
    if prepare.resize == "squash":
        return prepare.resize_to
    if prepare.resize == "shortest":
        short = prepare.resize_to[0]
        if height <= width:
            return short, int(short * width / height)
        return int(short * height / width), short
    ratios = [height / prepare.resize_to[0], width / prepare.resize_to[1]]
    share = prepare.longest
    ratio = max(ratios) * share + min(ratios) * (1 - share)
    return round(height / ratio), round(width / ratio)


def _crop_or_pad(prepare: Preparation, image: np.ndarray) -> np.ndarray:
    for axis, wanted in enumerate(prepare.size):
        margin = image.shape[axis] - wanted
        if margin < 0:
            image = _pad(image, axis, -margin, prepare.fill)
        elif margin > 0:
            down = prepare.rounding == "down"
            first = margin // 2 if down else round(margin / 2)
            image = np.take(image, range(first, first + wanted), axis)
    return image


def _pad(
    image: np.ndarray, axis: int, lacking: int, fill: tuple[int, ...]
) -> np.ndarray:
    shape = list(image.shape)
    shape[axis] += lacking
    padded = np.empty(shape, image.dtype)
    padded[:] = fill
    first = lacking // 2
    place = [slice(None)] * image.ndim
    place[axis] = slice(first, first + image.shape[axis])
    padded[tuple(place)] = image
    return padded
