"""Gabor pyramid against gratings, whose energy is known, and against convolution."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.features import gabor as module
from boldwise.features.gabor import gabor_pyramid
from boldwise.features.light import LUMA
from boldwise.features.records import Stimuli

SIDE = 64


def stimuli_of(image):
    ids = np.array([f"s{i}" for i in range(len(image))])
    return Stimuli(ids, image)


def gratings(frequency, angles, *, amplitude=0.4, phase=0.3, shape=(SIDE, SIDE)):
    """Gratings (n, height, width, 3); x runs in image heights, as y does."""
    y = (np.arange(shape[0]) + 0.5)[:, None] / shape[0]
    x = (np.arange(shape[1]) + 0.5)[None] / shape[0]
    along = [np.cos(angle) * x + np.sin(angle) * y for angle in angles]
    wave = 0.5 + amplitude * np.cos(2 * np.pi * frequency * np.array(along) + phase)
    pixels = np.rint(wave * 255).astype(np.uint8)
    return np.repeat(pixels[..., None], 3, axis=3)


def pyramid(image, *, frequencies=(8.0,), grid=(4,), **options):
    """Features as (n_images, n_frequencies, n_orientations, rows, columns)."""
    space = gabor_pyramid(
        stimuli_of(image), cycles_per_image=frequencies, grid=grid, **options
    )
    return space.feature.reshape(len(image), len(frequencies), -1, grid[0], grid[0])


def test_a_grating_gives_its_amplitude_at_its_own_frequency_and_orientation():
    image = gratings(8, np.pi * np.arange(4) / 4, amplitude=0.4)

    feature = pyramid(image, frequencies=(4.0, 8.0, 16.0), grid=(4, 4, 4))
    own = pyramid(image, n_orientations=4)[:, 0, :, 1:3, 1:3].mean(axis=(2, 3))

    np.testing.assert_allclose(np.diag(own), 0.4, rtol=0.02)
    assert feature[0].mean(axis=(1, 2, 3)).argmax() == 1


def test_other_orientations_and_frequencies_are_attenuated_as_the_bandwidth_says():
    turned = gratings(8, [np.pi / 2], amplitude=0.4)
    slower = gratings(8 * 2 / 3, [0.0], amplitude=0.4)  # half an octave's half height

    blind = pyramid(turned, n_orientations=2)[0, 0, 0, 1:3, 1:3]
    half = pyramid(slower, n_orientations=2)[0, 0, 0, 1:3, 1:3]

    assert blind.max() < 1e-3
    np.testing.assert_allclose(half.mean(), 0.2, rtol=0.03)


@pytest.mark.parametrize("phase", [0.0, 0.7, 1.9, 3.0])
def test_the_phase_of_a_grating_does_not_matter(phase):
    here = pyramid(gratings(8, [0.0], phase=phase), n_orientations=4)[0, 0, 0, 1:3, 1:3]

    np.testing.assert_allclose(here, 0.4, rtol=0.02)


def test_energy_equals_a_convolution_with_a_gabor_pair_written_out():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (1, SIDE, SIDE, 3), dtype=np.uint8)
    frequency, angle, n_places = 8.0, np.pi / 4, 4

    feature = pyramid(image, n_orientations=4, compression="none")[0, 0, 1]

    light = np.pad((image[0] / 255) @ LUMA, SIDE, mode="symmetric")
    spread = np.sqrt(2 * np.log(2)) * 3 / (2 * np.pi * frequency)  # one octave
    reach = (np.arange(-SIDE // 2, SIDE // 2 + 1)) / SIDE
    window = np.exp(-(reach[:, None] ** 2 + reach[None] ** 2) / (2 * spread**2))
    along = np.cos(angle) * reach[None] + np.sin(angle) * reach[:, None]
    carrier = np.exp(2j * np.pi * frequency * along)
    filtered = window * (carrier - (window * carrier).sum() / window.sum())
    filtered *= 2 / window.sum()
    energy = np.abs(fftconvolve(light, filtered, mode="same")) ** 2
    energy = energy[SIDE : 2 * SIDE, SIDE : 2 * SIDE]
    at = (np.arange(SIDE) + 0.5) / SIDE
    places = (np.arange(n_places) + 0.5) / n_places
    weight = np.exp(-0.5 * ((at - places[:, None]) * 2 * n_places) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    expected = weight @ energy @ weight.T
    np.testing.assert_allclose(feature, expected, rtol=0.05)
    np.testing.assert_allclose(feature[1:3, 1:3], expected[1:3, 1:3], rtol=0.01)


def test_a_mirrored_image_has_mirrored_features():
    rng = np.random.default_rng(2)
    image = rng.integers(0, 256, (1, 40, 40, 3), dtype=np.uint8)

    feature = pyramid(image, n_orientations=4)[0, 0]
    mirrored = pyramid(image[:, :, ::-1], n_orientations=4)[0, 0]

    turned = feature[[0, 3, 2, 1], :, ::-1]
    np.testing.assert_allclose(mirrored, turned, rtol=1e-3)


def test_uniform_light_of_any_level_has_no_energy():
    image = np.stack([np.full((SIDE, SIDE, 3), level, np.uint8) for level in (0, 255)])

    np.testing.assert_allclose(pyramid(image), 0, atol=1e-6)


def test_a_gradient_of_light_raises_no_edge_at_the_border():
    ramp = np.linspace(0, 255, SIDE).astype(np.uint8)
    image = np.broadcast_to(ramp[None, :, None, None], (1, SIDE, SIDE, 3))

    assert pyramid(image).max() < 0.02


def test_a_patch_of_grating_is_seen_where_it_lies():
    image = np.full((1, SIDE, SIDE, 3), 128, np.uint8)
    image[:, :16, 48:] = gratings(8, [0.0])[:, :16, 48:]

    feature = pyramid(image, n_orientations=4)[0, 0, 0]

    assert np.unravel_index(feature.argmax(), feature.shape) == (0, 3)
    assert feature[3, 0] < 0.01 * feature[0, 3]


def test_wide_images_are_measured_in_cycles_per_height():
    image = gratings(8, [0.0], amplitude=0.4, shape=(48, 96))

    feature = pyramid(image, n_orientations=4)[0, 0, 0]

    np.testing.assert_allclose(feature[1:3, 1:3], 0.4, rtol=0.02)


def test_features_run_over_frequencies_orientations_rows_and_columns():
    space = gabor_pyramid(
        stimuli_of(gratings(8, [0.0])),
        n_orientations=3,
        cycles_per_image=[4.0, 8.0],
        grid=[2, 3],
    )

    assert space.feature.shape == (1, 3 * 4 + 3 * 9)
    assert space.feature.dtype == np.float32
    assert space.feature[0, 12:].argmax() < 9


def test_compressions_are_the_root_and_the_logarithm_of_the_energy():
    image = gratings(8, [0.1, 0.5])

    energy = pyramid(image, compression="none")

    np.testing.assert_allclose(pyramid(image) ** 2, energy, rtol=1e-5, atol=1e-9)
    logged = pyramid(image, compression="log")
    np.testing.assert_allclose(np.expm1(logged) / 1000, energy, rtol=1e-4, atol=1e-8)


def test_blocks_leave_no_trace(monkeypatch):
    rng = np.random.default_rng(5)
    image = rng.integers(0, 256, (11, 24, 30, 3), dtype=np.uint8)
    stimuli = Stimuli(np.array([f"s{i:02d}" for i in range(11)]), image)
    together = gabor_pyramid(stimuli, grid=(2,), cycles_per_image=(4.0,)).feature

    monkeypatch.setattr(module, "images_at_once", lambda image: 3)

    again = gabor_pyramid(stimuli, grid=(2,), cycles_per_image=(4.0,)).feature
    np.testing.assert_array_equal(again, together)


def test_images_are_seen_one_by_one():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
    before = image.copy()

    together = pyramid(image)

    np.testing.assert_allclose(together[35:37], pyramid(image[35:37]), rtol=1e-5)
    np.testing.assert_array_equal(image, before)


def test_too_fine_a_frequency_says_how_many_pixels_it_needs():
    with pytest.raises(DataError, match=r"40 cycles.*80 px.*64 x 64 px"):
        pyramid(gratings(8, [0.0]), frequencies=(40.0,))


def test_a_grid_per_frequency_is_needed():
    with pytest.raises(ShapeMismatchError, match="2 grids for 1 spatial"):
        gabor_pyramid(
            stimuli_of(gratings(8, [0.0])), cycles_per_image=[8.0], grid=[2, 3]
        )


def test_an_unknown_compression_is_named():
    with pytest.raises(ValueError, match="compression 'cube' is none of"):
        pyramid(gratings(8, [0.0]), compression="cube")


def test_stimuli_without_images_say_so():
    stimuli = Stimuli(np.array(["a"]), caption=np.array(["a dog"]))

    with pytest.raises(DataError, match="the 1 stimuli have no image"):
        gabor_pyramid(stimuli)
