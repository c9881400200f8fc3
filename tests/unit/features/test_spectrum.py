"""Spectra of noise with a known slope, and of gratings with a known contrast."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features import spectrum as module
from boldwise.features.records import Stimuli
from boldwise.features.spectrum import spectral_slope


def stimuli_of(image):
    return Stimuli(np.array([f"s{i}" for i in range(len(image))]), image)


def coloured_noise(slope, *, shape=(128, 128), n=4, seed=0):
    """Grey images whose amplitude falls as frequency ** slope."""
    rng = np.random.default_rng(seed)
    down, across = np.meshgrid(*map(np.fft.fftfreq, shape), indexing="ij")
    radius = np.hypot(down, across)
    radius[0, 0] = np.inf
    white = np.fft.fft2(rng.standard_normal((n, *shape)))
    field = np.fft.ifft2(white * radius**slope).real
    field *= 40 / field.std(axis=(1, 2), keepdims=True)
    grey = np.clip(np.rint(field + 128), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=3)


def grating(frequency, angle, *, amplitude=0.3, shape=(64, 64)):
    y = (np.arange(shape[0]) + 0.5)[:, None] / shape[0]
    x = (np.arange(shape[1]) + 0.5)[None] / shape[0]
    along = np.cos(angle) * x + np.sin(angle) * y
    wave = 0.5 + amplitude * np.cos(2 * np.pi * frequency * along)
    return np.repeat(np.rint(wave * 255).astype(np.uint8)[None, ..., None], 3, axis=3)


def bands_of(image, *, n_orientations=4):
    """Contrast (n_images, n_octaves, n_orientations), no longer its logarithm."""
    feature = spectral_slope(stimuli_of(image), n_orientations=n_orientations).feature
    bands = 10 ** feature[:, 2:] - module.FLOOR
    return bands.reshape(len(image), -1, n_orientations)


@pytest.mark.parametrize("slope", [0.0, -0.5, -1.0, -1.4])
@pytest.mark.parametrize("shape", [(128, 128), (96, 130)])
def test_the_slope_of_noise_is_found(slope, shape):
    image = coloured_noise(slope, shape=shape, n=24)

    found = spectral_slope(stimuli_of(image)).feature[:, 0]

    np.testing.assert_allclose(found.mean(), slope, atol=0.05)


def test_twice_the_contrast_lifts_the_line_by_its_logarithm():
    image = coloured_noise(0.0)
    weak = ((image.astype(int) - 128) // 2 + 128).astype(np.uint8)

    strong, halved = (spectral_slope(stimuli_of(one)).feature for one in (image, weak))

    np.testing.assert_allclose((strong - halved)[:, 1], np.log10(2), atol=0.02)
    np.testing.assert_allclose((strong - halved)[:, 0], 0, atol=0.02)


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize(("frequency", "octave"), [(6, 1), (12, 2), (24, 3)])
def test_a_grating_has_its_contrast_in_its_own_band(turn, frequency, octave):
    bands = bands_of(grating(frequency, np.pi * turn / 4))[0]

    assert np.unravel_index(bands.argmax(), bands.shape) == (octave, turn)
    assert bands[octave, turn] == pytest.approx(0.3 / np.sqrt(2), rel=0.03)
    rest = np.square(bands).sum() - bands[octave, turn] ** 2
    assert rest < 0.02 * bands[octave, turn] ** 2


def test_the_coarsest_grating_shares_with_its_neighbours_what_the_window_blurs():
    bands = bands_of(grating(3, np.pi / 2))[0]

    assert np.unravel_index(bands.argmax(), bands.shape) == (0, 2)
    # A Hann window leaves 2/3 of the power at a frequency, and 1/6 on either side: in
    # the band lie (3, 0), (3, ±1) and (2, 0), not (4, 0) nor (2, ±1).
    assert bands[0, 2] ** 2 == pytest.approx(7 / 9 * 0.3**2 / 2, rel=0.02)


def test_bands_hold_the_variance_of_white_noise():
    image = coloured_noise(0.0, n=8)
    luminance = image[..., 0] / 255

    total = np.square(bands_of(image)).sum(axis=(1, 2))

    down, across = np.meshgrid(*[np.fft.fftfreq(128, 1 / 128)] * 2, indexing="ij")
    radius = np.hypot(down, across)
    share = ((radius >= 2) & (radius < 64)).mean()  # of all frequencies
    np.testing.assert_allclose(total.mean(), luminance.var() * share, rtol=0.03)


def test_wide_images_are_measured_in_cycles_per_height():
    bands = bands_of(grating(6, 0.0, shape=(48, 96)))[0]

    assert np.unravel_index(bands.argmax(), bands.shape) == (1, 0)


def test_uniform_light_stays_finite():
    feature = spectral_slope(stimuli_of(np.full((1, 32, 32, 3), 7, np.uint8))).feature

    np.testing.assert_allclose(
        feature[0, :2], [0, np.log10(module.FLOOR / 32)], atol=0.01
    )
    np.testing.assert_allclose(feature[0, 2:], np.log10(module.FLOOR), atol=0.01)


def test_blocks_leave_no_trace(monkeypatch):
    image = coloured_noise(-1.0, shape=(33, 40), n=11)
    together = spectral_slope(stimuli_of(image)).feature

    monkeypatch.setattr(module, "images_at_once", lambda image: 3)

    again = spectral_slope(stimuli_of(image)).feature
    part = spectral_slope(stimuli_of(image[6:8])).feature
    np.testing.assert_array_equal(again, together)
    np.testing.assert_array_equal(part, together[6:8])
    assert together.dtype == np.float32


def test_small_images_are_refused():
    with pytest.raises(DataError, match=r"16 px or more per side, these are 12 x 20"):
        spectral_slope(stimuli_of(np.zeros((1, 12, 20, 3), np.uint8)))
