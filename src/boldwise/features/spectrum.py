"""Amplitude spectrum: how contrast falls off with spatial frequency, and its bands."""

import numpy as np
import scipy.fft

from boldwise.errors import DataError
from boldwise.features.light import images_at_once, luma_of
from boldwise.features.records import FeatureSpace, Stimuli

LOWEST = 2.0  # cycles per height: below, the window itself has its energy
ANNULI = 4  # per octave, that the slope is fitted to
FLOOR = 1e-4  # added to contrasts: the logarithm of none has no value


def spectral_slope(stimuli: Stimuli, *, n_orientations: int = 4) -> FeatureSpace:
    """Slope and height of the amplitude spectrum, and contrast in octave bands.

    Natural scenes have amplitudes near 1 / frequency, a slope of -1 [1]_; their
    categories differ in how it depends on orientation [2]_.

    Parameters
    ----------
    stimuli : Stimuli
        With ``image``, uint8 of shape (n_stimuli, H, W, 3); read in blocks.
    n_orientations : int
        Bands over 180 degrees; the first is centred on vertical bars, and they turn
        clockwise as seen on the screen.

    Returns
    -------
    space : FeatureSpace
        float32: slope and height of a line through the logarithm (to base 10) of the
        mean amplitude over that of the frequency, from 2 cycles per height to the
        finest; then the logarithm of the contrast (standard deviation of luminance
        0 to 1) by octave, coarsest first, and orientation. The height is that of the
        line in its middle.

    Raises
    ------
    DataError
        If the images are smaller than 16 pixels.

    Notes
    -----
    Images are weighted by a Hann window, so that the border is no edge; contrasts
    are divided by the window's power.

    References
    ----------
    .. [1] Field (1987), "Relations between the statistics of natural images and the
       response properties of cortical cells", J Opt Soc Am A 4:2379.
    .. [2] Torralba & Oliva (2003), "Statistics of natural image categories",
       Network 14:391.
    """
    image = stimuli.need("image")
    size_px = (int(image.shape[1]), int(image.shape[2]))
    if min(size_px) < 16:
        raise DataError(
            f"a spectrum needs images of 16 px or more per side, these are "
            f"{size_px[0]} x {size_px[1]} px."
        )
    step = images_at_once(image)
    plan = _Plan(size_px, n_orientations)
    parts = [
        plan.describe(image[start : start + step])
        for start in range(0, len(image), step)
    ]
    return FeatureSpace(stimuli.stimulus_id, np.concatenate(parts).astype(np.float32))


class _Plan:
    """Window of one image size, and which part of its spectrum lies in which band."""

    def __init__(self, size_px: tuple[int, int], n_orientations: int) -> None:
        height, width = size_px
        down = np.fft.fftfreq(height, 1 / height)[:, None]
        across = np.fft.rfftfreq(width, 1 / width)[None] * height / width
        radius = np.hypot(down, across).ravel()
        inside = (radius >= LOWEST) & (radius < min(size_px) / 2 * height / width)
        # A real image's spectrum is stored by half: most of it counts twice.
        twice = np.full(across.shape[1], 2.0, np.float32)
        twice[[0] if width % 2 else [0, -1]] = 1
        self.count = np.broadcast_to(twice, (height, len(twice))).ravel()
        octave = np.log2(np.where(inside, radius, LOWEST) / LOWEST)
        turn = np.arctan2(down, across).ravel() / np.pi
        orientation = np.floor(turn * n_orientations + 0.5).astype(int) % n_orientations
        band = octave.astype(int) * n_orientations + orientation
        self.bands = _Bins(band, inside, (int(octave.max()) + 1) * n_orientations)
        annulus = (octave * ANNULI).astype(int)
        self.annuli = _Bins(annulus, inside, int(annulus.max()) + 1)
        self.window = np.outer(_hann(height), _hann(width)).astype(np.float32)
        self.power = float(np.square(self.window).mean())
        centre = self.annuli.mean(np.log10(np.where(inside, radius, 1))[None])[0]
        self.offset = centre - centre.mean()

    def describe(self, image: np.ndarray) -> np.ndarray:
        """Features (B, 2 + n_bands) of images (B, H, W, 3)."""
        luminance = luma_of(image)
        mean = luminance.mean(axis=(1, 2), keepdims=True)
        spectrum = scipy.fft.rfft2((luminance - mean) * self.window, norm="forward")
        power = (spectrum.real**2 + spectrum.imag**2).reshape(len(image), -1)
        power /= self.power
        contrast = np.sqrt(self.bands.sum(power * self.count))
        floor = FLOOR / np.sqrt(self.window.size)  # white noise of contrast FLOOR
        height = np.log10(self.annuli.mean(np.sqrt(power)) + floor)  # (B, n_annuli)
        slope = (height * self.offset).sum(axis=1) / (self.offset**2).sum()
        line = np.stack([slope, height.mean(axis=1)], axis=1)
        return np.concatenate([line, np.log10(contrast + FLOOR)], axis=1)


class _Bins:
    """Sums over bins that stay the same whatever else is summed beside them."""

    def __init__(self, label: np.ndarray, inside: np.ndarray, n_bins: int) -> None:
        kept = np.flatnonzero(inside)
        self.order = kept[np.argsort(label[kept], kind="stable")]
        self.size = np.bincount(label[kept], minlength=n_bins)
        self.filled = np.flatnonzero(self.size)
        self.start = np.cumsum(self.size)[self.filled] - self.size[self.filled]

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Add values (B, n) to sums (B, n_bins)."""
        total = np.zeros((len(values), len(self.size)), values.dtype)
        gathered = values[:, self.order]
        total[:, self.filled] = np.add.reduceat(gathered, self.start, axis=1)
        return total

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Average values (B, n) over the bins that hold any: (B, n_filled)."""
        mean: np.ndarray = self.sum(values)[:, self.filled] / self.size[self.filled]
        return mean


def _hann(n_px: int) -> np.ndarray:
    return np.asarray(np.sin(np.pi * (np.arange(n_px) + 0.5) / n_px) ** 2)
