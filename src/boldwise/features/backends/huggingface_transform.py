"""The transform of a Hugging Face model, read from its image processor."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import WeightsError, first_line
from boldwise.features.backends.cards import canonical
from boldwise.features.backends.preparation import AnyPreparation, Preparation, Wrapped

SETTINGS = "preprocessor_config.json"
# What a preparation tells; a processor with any other step is called as it is.
KNOWN = {
    *("do_convert_rgb", "do_resize", "size", "resample", "do_center_crop"),
    *("crop_size", "do_rescale", "rescale_factor", "do_normalize", "image_mean"),
    *("image_std", "image_processor_type", "feature_extractor_type"),
    *("default_to_square", "processor_class", "return_tensors", "data_format"),
    *("input_data_format", "device", "disable_grouping"),
}
RESAMPLING = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
TRIALS = ((96, 128), (128, 96))  # height and width of images that find the size


@dataclass(frozen=True)
class Processed:
    """A processor of transformers as a function of one image.

    Attributes
    ----------
    processor : image processor
    """

    processor: Any

    def __call__(self, picture: Any) -> np.ndarray:
        """Prepare one image.

        Parameters
        ----------
        picture : PIL.Image.Image

        Returns
        -------
        pixels : array of float32, shape (C, h, w)
        """
        given = self.processor(images=picture, return_tensors="pt")
        pixels: np.ndarray = given["pixel_values"][0].numpy()
        return pixels


def preparation_of(folder: Path) -> AnyPreparation:
    """Read the transform of a model.

    Parameters
    ----------
    folder : Path
        With ``preprocessor_config.json``.

    Returns
    -------
    prepare : Preparation or Wrapped
        The latter where the processor does more than resize, crop and normalise.

    Raises
    ------
    WeightsError
        If there is no such file, or it does not bring all images to one size.
    """
    from transformers import AutoImageProcessor

    if not (folder / SETTINGS).is_file():
        raise WeightsError(
            f"{folder}: no {SETTINGS} lies there, and the transform of an image comes "
            "from the model. Put the one that belongs to the model beside config.json."
        )
    try:
        library: Any = AutoImageProcessor
        processor = library.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise WeightsError(
            f"{folder / SETTINGS}: cannot be read as an image processor of "
            f"transformers ({first_line(error)}). Fetch it again."
        ) from error
    settings = processor.to_dict()
    if _is_plain(settings):
        return _plain(settings)
    return Wrapped(Processed(processor), _size_of(processor, folder), _told(settings))


def _is_plain(settings: Mapping[str, Any]) -> bool:
    size = settings.get("size") or {}
    keys = {"height", "width"} if not settings.get("do_center_crop") else set(size)
    more = [name for name, value in settings.items() if value and name not in KNOWN]
    return (
        not more
        and set(size) == keys
        and set(size) in ({"height", "width"}, {"shortest_edge"})
        and all(
            settings.get(f"do_{step}") for step in ("resize", "rescale", "normalize")
        )
        and abs(settings["rescale_factor"] * 255 - 1) < 1e-6
    )


def _plain(settings: Mapping[str, Any]) -> Preparation:
    size, crop = settings["size"], settings.get("crop_size") or {}
    short = size.get("shortest_edge")
    resize_to = (short, short) if short else (size["height"], size["width"])
    cropped = crop and settings.get("do_center_crop")
    return Preparation(
        size=(crop["height"], crop["width"]) if cropped else resize_to,
        resize="shortest" if short else "squash",
        resize_to=resize_to,
        interpolation=RESAMPLING[int(settings["resample"])],
        mean=tuple(settings["image_mean"]),
        std=tuple(settings["image_std"]),
        rounding="down",
    )


def _size_of(processor: Any, folder: Path) -> tuple[int, int]:
    from PIL import Image

    shapes = {
        Processed(processor)(Image.new("RGB", (width, height))).shape
        for height, width in TRIALS
    }
    shape = shapes.pop()
    if shapes or len(shape) != 3:
        raise WeightsError(
            f"{folder / SETTINGS}: does not bring all images to one size, so that the "
            "places of one are not those of another. Set a size of height and width "
            "there, or choose another model."
        )
    return int(shape[1]), int(shape[2])


def _told(settings: Mapping[str, Any]) -> str:
    kept = {name: one for name, one in settings.items() if one is not None}
    return canonical({name: _plainly(one) for name, one in kept.items()})


def _plainly(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plainly(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plainly(one) for one in value]
    return value if isinstance(value, str | int | float | bool) else str(value)
