"""Receptive fields in degrees of the visual field, from weights on a map's places.

Letters for shapes: R rows and C columns of the map, T = R * C places (row by row),
V voxels.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import ConfigError

# Of a 2-D Gaussian cut at half its height: variance along an axis, of the uncut one.
CUT = (1 - 0.5 * (1 + np.log(2))) / 0.5
FULL_WIDTH = 2 * np.sqrt(2 * np.log(2))  # at half the height, in standard deviations


@dataclass(frozen=True)
class FieldShares:
    """Fields in shares of the picture.

    Attributes
    ----------
    x, y : array of shape (n_voxels,)
        Centre, in shares of the width and height from the top left corner.
    size_x, size_y : array of shape (n_voxels,)
        Standard deviations along the width and the height, in shares of them.
    """

    x: np.ndarray
    y: np.ndarray
    size_x: np.ndarray
    size_y: np.ndarray


@dataclass(frozen=True)
class VisualFields:
    """Fields as population receptive fields are told: degrees from the fixation.

    Attributes
    ----------
    x, y : array of shape (n_voxels,), in degrees
        Centre, to the right and upwards of the picture's middle.
    size : array of shape (n_voxels,), in degrees
        Standard deviation: geometric mean of both axes.
    """

    x: np.ndarray
    y: np.ndarray
    size: np.ndarray

    @property
    def eccentricity(self) -> np.ndarray:
        """Distance of the centre from the fixation, shape (n_voxels,), in degrees."""
        return np.asarray(np.hypot(self.x, self.y))

    @property
    def angle(self) -> np.ndarray:
        """Polar angle, shape (n_voxels,), in degrees from the right, anticlockwise."""
        return np.asarray(np.degrees(np.arctan2(self.y, self.x)))


def in_degrees(fields: FieldShares, picture_deg: tuple[float, float]) -> VisualFields:
    """Turn shares of the picture into degrees of the visual field.

    Parameters
    ----------
    fields : FieldShares
        Arrays of shape (n_voxels,).
    picture_deg : (float, float), in degrees
        Width and height of the picture; the observer fixated its middle.

    Returns
    -------
    fields : VisualFields

    Raises
    ------
    ConfigError
        If the picture has no extent.
    """
    width, height = picture_deg
    if not (width > 0 and height > 0):
        raise ConfigError(
            f"the picture spans {width:g} by {height:g} degrees: give its width and "
            "height as the observer saw them, both above 0."
        )
    return VisualFields(
        x=(fields.x - 0.5) * width,
        y=(0.5 - fields.y) * height,
        size=np.sqrt(fields.size_x * width * fields.size_y * height),
    )


def fields_of_weights(place: np.ndarray, grid: tuple[int, int]) -> FieldShares:
    """Centre and size of weights on the places of a map.

    Taken from the places at half the largest weight or more, so that a floor of
    small weights elsewhere pulls no centre towards the middle. The variance is put
    right for the cut, as of a Gaussian, and for the extent of a place.

    Parameters
    ----------
    place : array of shape (n_voxels, T)
        Not negative.
    grid : (int, int)
        Rows and columns of the map.

    Returns
    -------
    fields : FieldShares
        No size is below that of one place.
    """
    shape = (len(place), *grid)
    cut = np.where(place >= 0.5 * place.max(axis=1, keepdims=True), place, 0.0)
    cut = (cut / cut.sum(axis=1, keepdims=True)).reshape(shape)  # (V, R, C)
    y, size_y = _moments(cut.sum(axis=2))
    x, size_x = _moments(cut.sum(axis=1))
    return FieldShares(x, y, size_x, size_y)


def place_centres(n: int) -> np.ndarray:
    """Centres of rows or columns, shape (n,), in shares of the picture."""
    return np.asarray((np.arange(n) + 0.5) / n)


def _moments(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread along one axis, from weights (V, n) that sum to 1."""
    n = weight.shape[1]
    centre = place_centres(n)
    mean = weight @ centre  # (V, n) (n,) -> (V,)
    variance = weight @ centre**2 - mean**2  # (V,)
    smallest = (1 / n / FULL_WIDTH) ** 2
    return mean, np.sqrt(np.maximum(variance / CUT, smallest))
