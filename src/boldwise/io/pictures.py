"""Pictures in files, to square arrays of pixels."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from boldwise.errors import DataError, first_line
from boldwise.io.problems import Problems

if TYPE_CHECKING:
    from PIL.Image import Image

DEEP = ("I", "F", "I;16", "I;16L", "I;16B")
GREY = (127, 127, 127)


def read_pictures(paths: Sequence[Path], *, size_px: int) -> np.ndarray:
    """Read pictures, cut to their central square.

    Parameters
    ----------
    paths : sequence of Path, length n
        In any format that Pillow knows.
    size_px : int
        Side of the square, in pixels.

    Returns
    -------
    image : array of uint8, shape (n, size_px, size_px, 3)
        Red, green, blue. Grey pictures have three equal channels; what is
        transparent shows mid-grey.

    Raises
    ------
    DataError
        Naming every file that does not decode, one per line.
    """
    image = np.empty((len(paths), size_px, size_px, 3), np.uint8)
    problems = Problems()
    for row, path in enumerate(paths):
        with problems.collect():
            image[row] = read_picture(path, size_px=size_px)
    problems.refuse()
    return image


def read_picture(path: Path, *, size_px: int) -> np.ndarray:
    """Read one picture, cut to its central square.

    Parameters
    ----------
    path : Path
    size_px : int
        Side of the square, in pixels.

    Returns
    -------
    image : array of uint8, shape (size_px, size_px, 3)

    Raises
    ------
    DataError
        If the file is absent, does not decode, or holds more than 8 bits.
    """
    from PIL import Image, ImageOps

    square = ImageOps.fit(
        _open_opaque(path), (size_px, size_px), method=Image.Resampling.BICUBIC
    )
    return np.asarray(square)


def read_whole_picture(path: Path) -> np.ndarray:
    """Read one picture as it is, uncut and at its own size.

    Parameters
    ----------
    path : Path

    Returns
    -------
    image : array of uint8, shape (height, width, 3)
        Upright and opaque, as of ``read_picture``.

    Raises
    ------
    DataError
        As by ``read_picture``.
    """
    return np.asarray(_open_opaque(path))


def _open_opaque(path: Path) -> "Image":
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as picture:
            mode = picture.mode
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such image. Fetch it again.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path}: the image does not decode ({first_line(error)}). Fetch it "
            "again, or leave it out."
        ) from error
    if mode in DEEP:
        raise DataError(
            f"{path}: the image has more than 8 bits per channel (mode {mode}). "
            "Convert it to 8 bits, with a contrast of your choice."
        )
    return _opaque(picture)


def _opaque(picture: "Image") -> "Image":
    from PIL import Image

    if "transparency" not in picture.info and "A" not in picture.getbands():
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, (*GREY, 255))
    return Image.alpha_composite(ground, layered).convert("RGB")
