"""Gabor pyramid: how much contrast of which orientation and scale lies where.

Letters for shapes: B images, H height, W width, G places per side.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import scipy.fft

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.features.light import images_at_once, luma_of
from boldwise.features.records import FeatureSpace, Stimuli

OCTAVES = 1.0  # full width at half height of a filter's amplitude spectrum
CUT = 3.5  # standard deviations of that spectrum that are computed


def gabor_pyramid(
    stimuli: Stimuli,
    *,
    n_orientations: int = 8,
    cycles_per_image: Sequence[float] = (3.0, 4.2, 6.0, 8.5, 12.0),
    grid: Sequence[int] = (4, 4, 6, 6, 6),
    compression: str = "sqrt",
) -> FeatureSpace:
    """Energy of quadrature pairs of Gabor filters, pooled around a grid of places.

    A complex-cell model of early visual cortex [1]_ laid out as a pyramid [2]_.
    The energy of each filter is averaged under a Gaussian window around each
    place, with a standard deviation of half the distance between places.
    Filters see no uniform light, and the image's border is mirrored, so that it
    is not an edge.

    Parameters
    ----------
    stimuli : Stimuli
        With ``image``, uint8 of shape (n_stimuli, H, W, 3).
    n_orientations : int
        Evenly spaced over 180 degrees. The first is a vertical grating; they turn
        clockwise as seen on the screen.
    cycles_per_image : sequence of float, length n_frequencies
        Spatial frequencies, in cycles per height of the image.
    grid : sequence of int, length n_frequencies
        Places per side, for each frequency.
    compression : {"sqrt", "log", "none"}
        ``sqrt`` gives an amplitude, ``log`` the logarithm of 1 + 1000 energies.

    Returns
    -------
    space : FeatureSpace
        Features run over frequencies, then orientations, rows and columns. Under
        ``sqrt``, a grating of the filter's frequency and orientation, and of
        luminance between 0.5 - a and 0.5 + a (black is 0, white is 1), gives a.

    Raises
    ------
    ShapeMismatchError
        If ``grid`` and ``cycles_per_image`` differ in length.
    DataError
        If the images have too few pixels for a frequency.

    References
    ----------
    .. [1] Adelson & Bergen (1985), "Spatiotemporal energy models for the
       perception of motion", J Opt Soc Am A 2:284, eq. 2.
    .. [2] Kay, Naselaris, Prenger & Gallant (2008), "Identifying natural images
       from human brain activity", Nature 452:352.
    """
    image = stimuli.need("image")
    size_px = (int(image.shape[1]), int(image.shape[2]))
    _check(size_px, cycles_per_image, grid)
    angles = np.pi * np.arange(n_orientations) / n_orientations
    filters = [
        (Passband(frequency, angle, size_px), n_places)
        for frequency, n_places in zip(cycles_per_image, grid, strict=True)
        for angle in angles
    ]
    width = n_orientations * sum(n_places**2 for n_places in grid)
    feature = np.empty((len(image), width), np.float32)
    step = images_at_once(image)
    for start in range(0, len(image), step):
        spectrum = _cosines(image[start : start + step])
        energy = [band.energy(spectrum, n_places) for band, n_places in filters]
        feature[start : start + step] = np.concatenate(energy, axis=1)
    return FeatureSpace(stimuli.stimulus_id, _compress(feature, compression))


class Passband:
    """One quadrature pair of Gabor filters, as a patch of the frequency plane.

    Parameters
    ----------
    frequency : float
        Cycles per height of the image.
    angle : float
        Direction across the bars, in radians from the x axis towards the bottom.
    size_px : tuple of int
        Height and width of the images.
    """

    def __init__(
        self, frequency: float, angle: float, size_px: tuple[int, int]
    ) -> None:
        ratio = 2.0**OCTAVES
        spread = frequency / np.sqrt(2 * np.log(2)) * (ratio - 1) / (ratio + 1)
        height, width = size_px
        self.rows, down = _band(height, frequency * np.sin(angle), spread, 1.0)
        self.columns, across = _band(
            width, frequency * np.cos(angle), spread, width / height
        )
        # What a Gabor filter passes of uniform light is taken off (Morlet).
        leak = np.exp(-(frequency**2) / (2 * spread**2))
        gain = np.outer(down[0], across[0]) - leak * np.outer(down[1], across[1])
        self.gain = (2 * gain).astype(np.complex64)

    def energy(self, spectrum: np.ndarray, n_places: int) -> np.ndarray:
        """Energy around each place.

        The inverse transform of the patch alone is the pair's complex response at
        as many points as its bandwidth asks for, up to a phase that energy ignores.

        Parameters
        ----------
        spectrum : array of shape (B, H, W)
            Cosine transform of the images: the spectrum of their mirrored copies, up
            to a phase that the gain puts right.
        n_places : int
            G, places per side.

        Returns
        -------
        energy : array of shape (B, G * G)
        """
        patch = spectrum[:, self.rows[:, None], self.columns] * self.gain
        response = scipy.fft.ifft2(patch, norm="forward")
        response = response[:, : len(self.rows) // 2, : len(self.columns) // 2]
        energy = response.real**2 + response.imag**2
        down = _windows(energy.shape[1], n_places)
        across = _windows(energy.shape[2], n_places)
        pooled: np.ndarray = (down @ energy @ across.T).reshape(len(energy), -1)
        return pooled


def _check(
    size_px: tuple[int, int], cycles_per_image: Sequence[float], grid: Sequence[int]
) -> None:
    if len(grid) != len(cycles_per_image):
        raise ShapeMismatchError(
            f"{len(grid)} grids for {len(cycles_per_image)} spatial frequencies; give "
            "one number of places per frequency."
        )
    finest = max(cycles_per_image)
    if finest > size_px[0] / 2:
        raise DataError(
            f"{finest:g} cycles per image need images of {2 * finest:g} px or more, "
            f"these are {size_px[0]} x {size_px[1]} px. Leave out the finest "
            "frequencies, or prepare larger images."
        )


def _band(
    n_px: int, centre: float, spread: float, aspect: float
) -> tuple[np.ndarray, np.ndarray]:
    """Rows (or columns) of a cosine transform around a centre frequency.

    ``centre`` and ``spread`` are in cycles per height; ``aspect`` is the extent of
    the axis in heights. Returns indices of shape (n,), n even, and the Gaussians
    around the centre and around zero, shape (2, n), with the phase that puts the
    n / 2 samples of the image symmetrically within it.
    """
    cycles = 2 * aspect  # cycles per mirrored axis, for one cycle per height
    half = int(np.ceil(CUT * spread * cycles))
    index = int(np.rint(centre * cycles)) + np.arange(-half, half)
    frequency = index / cycles
    around = np.exp(-((frequency - np.array([[centre], [0.0]])) ** 2) / (2 * spread**2))
    around[:, np.abs(index) >= n_px] = 0  # beyond what the pixels hold
    return np.abs(index) % n_px, around * np.exp(0.5j * np.pi * index / half)


def _cosines(image: np.ndarray) -> np.ndarray:
    """Cosine transform (B, H, W) of luminance, as if mirrored at every border."""
    luminance = luma_of(image)
    luminance -= luminance.mean(axis=(1, 2), keepdims=True)
    spectrum: np.ndarray = scipy.fft.dctn(luminance, axes=(1, 2), norm="forward")
    return spectrum


@cache
def _windows(n_samples: int, n_places: int) -> np.ndarray:
    """Gaussian weights (n_places, n_samples) of samples around each place; sum 1."""
    at = (np.arange(n_samples) + 0.5) / n_samples
    places = (np.arange(n_places) + 0.5) / n_places
    weight = np.exp(-0.5 * ((at - places[:, None]) * 2 * n_places) ** 2)
    scaled: np.ndarray = (weight / weight.sum(axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _compress(energy: np.ndarray, compression: str) -> np.ndarray:
    if compression not in ("sqrt", "log", "none"):
        raise ValueError(f"compression '{compression}' is none of sqrt, log and none.")
    if compression == "sqrt":
        energy = np.sqrt(energy)
    elif compression == "log":
        energy = np.log1p(1000 * energy)
    return energy
