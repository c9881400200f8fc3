"""Gabor energy: tuned to place, orientation and frequency, blind to phase."""

import numpy as np
import pytest

from boldwise.simulate.receptive_fields import (
    BLOCK,
    ReceptiveFields,
    draw_fields,
    gabor_energy,
)


def field(x=0.5, y=0.5, size=0.08, orientation=0.0, frequency=6.0):
    values = (x, y, size, orientation, frequency)
    return ReceptiveFields(*(np.array([value]) for value in values))


def grating(orientation=0.0, frequency=6.0, *, phase=0.0, window=None, size_px=64):
    centres = (np.arange(size_px) + 0.5) / size_px
    x, y = centres[None, :], centres[:, None]
    across = x * np.cos(orientation) + y * np.sin(orientation)
    wave = 0.3 * np.sin(2 * np.pi * frequency * across + phase)
    if window is not None:
        near = (x - window[0]) ** 2 + (y - window[1]) ** 2
        wave = wave * np.exp(-near / (2 * 0.08**2))
    level = np.rint(255 * (0.5 + wave)).astype(np.uint8)
    return np.repeat(level[None, :, :, None], 3, axis=3)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_uniform_image_has_no_energy(level):
    image = np.full((1, 64, 64, 3), level, np.uint8)

    assert gabor_energy(image, field())[0, 0] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("orientation", [0.0, 0.7, np.pi / 2, 2.5])
def test_energy_peaks_at_the_own_orientation(orientation):
    turns = orientation + np.linspace(0, np.pi, 12, endpoint=False)

    energy = [
        gabor_energy(grating(turn), field(orientation=orientation))[0, 0]
        for turn in turns
    ]

    assert np.argmax(energy) == 0
    assert energy[6] < 0.5 * energy[0]


@pytest.mark.parametrize("frequency", [5.0, 6.5, 8.0])
def test_energy_peaks_near_the_own_frequency(frequency):
    octaves = np.array([-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0])

    energy = [
        gabor_energy(grating(frequency=frequency * 2**o), field(frequency=frequency))
        for o in octaves
    ]

    assert abs(octaves[np.argmax(energy)]) <= 0.25


def test_energy_ignores_phase():
    energy = [
        gabor_energy(grating(phase=phase), field())[0, 0]
        for phase in np.linspace(0, 2 * np.pi, 7)
    ]

    assert np.ptp(energy) < 0.02 * np.mean(energy)


def test_energy_falls_with_distance_from_the_field():
    near, far = (
        gabor_energy(grating(window=place), field(x=0.3, y=0.6))[0, 0]
        for place in ((0.3, 0.6), (0.75, 0.3))
    )

    assert far < 0.1 * near


def test_energy_grows_with_the_logarithm_of_contrast():
    image = grating().astype(float)
    faint = np.rint((image - 127.5) / 4 + 127.5).astype(np.uint8)

    strong, weak = (gabor_energy(i, field())[0, 0] for i in (grating(), faint))

    # Energy falls 16-fold; log(1 + e / floor) falls by less than log 16.
    assert 0 < strong - weak < np.log(16)


def test_fields_do_not_depend_on_their_neighbours(scenes):
    fields = draw_fields(BLOCK + 3, rng=np.random.default_rng(0))

    together = gabor_energy(scenes.image[:4], fields)

    alone = gabor_energy(scenes.image[:4], fields.take(slice(BLOCK, BLOCK + 1)))
    np.testing.assert_allclose(together[:, BLOCK], alone[:, 0], rtol=1e-4)


def test_drawn_fields_lie_off_the_grids_of_the_extractor():
    fields = draw_fields(200, rng=np.random.default_rng(0))

    for side in (4, 8):
        phase = (fields.x * side - 0.5) % 1
        assert np.histogram(phase, 4, (0, 1))[0].min() > 30
    assert ((fields.frequency > 4) & (fields.frequency < 9)).all()
    assert np.ptp(fields.orientation) > 3
