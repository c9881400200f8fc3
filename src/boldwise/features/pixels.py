"""The picture itself, made small: the control that any model must beat."""

import numpy as np

from boldwise.errors import DataError
from boldwise.features.light import (
    averaging_weights,
    colour_of,
    images_at_once,
    linear_light,
)
from boldwise.features.records import FeatureSpace, Stimuli


def pixels(stimuli: Stimuli, *, size: int = 32, colour: bool = True) -> FeatureSpace:
    """Pixels of a small copy of each image, in a perceptual colour space.

    Light is averaged over each cell before it is turned to CIE L*a*b*, so that fine
    texture becomes the grey that it looks like from afar.

    Parameters
    ----------
    stimuli : Stimuli
        With ``image``, uint8 of shape (n_stimuli, H, W, 3); read in blocks.
    size : int
        Rows and columns of the copy.
    colour : bool
        Lightness and two colour axes, or lightness alone.

    Returns
    -------
    space : FeatureSpace
        float32, by channel (lightness, green to red, blue to yellow), row and column.
        CIE units over 100: lightness runs from 0 to 1, the others from about -1 to 1.

    Raises
    ------
    DataError
        If the images have fewer pixels than the copy.
    """
    image = stimuli.need("image")
    height, width = int(image.shape[1]), int(image.shape[2])
    if min(height, width) < size:
        raise DataError(
            f"{size} x {size} pixels cannot be made of images of {height} x {width}. "
            "Lower the size."
        )
    down, across = averaging_weights(height, size), averaging_weights(width, size)
    step = images_at_once(image)
    n_channels = 3 if colour else 1
    feature = np.empty((len(image), n_channels * size**2), np.float32)
    for start in range(0, len(image), step):
        light = linear_light(np.moveaxis(image[start : start + step], 3, 0))
        small = colour_of(down @ light @ across.T)  # (3, B, size, size)
        kept = np.moveaxis(small[:n_channels], 0, 1)
        feature[start : start + step] = kept.reshape(len(kept), -1)
    return FeatureSpace(stimuli.stimulus_id, feature)
