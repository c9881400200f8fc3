"""Textures, and voxels that follow oriented energy at places of them."""

import numpy as np

SIDE_PX = 24


def textures(n, rng):
    """Draw pictures of smooth noise, uint8 (n, 24, 24, 1)."""
    step = np.fft.fftfreq(SIDE_PX)
    falls = np.maximum(np.hypot(step[:, None], step), 1 / SIDE_PX) ** -0.7
    drawn = np.fft.fft2(rng.standard_normal((n, SIDE_PX, SIDE_PX))) * falls
    light = np.fft.ifft2(drawn).real
    return np.clip(128 + 45 * light / light.std(), 0, 255).astype("u1")[..., None]


def oriented_energy(pictures, n_voxels, rng):
    """Standardised responses (n, V), and the centres x and y of their fields."""
    steps = (np.arange(SIDE_PX) + 0.5) / SIDE_PX
    x, y = rng.uniform(0.25, 0.75, (2, n_voxels))
    turn = rng.integers(0, 4, n_voxels) * np.pi / 4
    cycles = rng.choice([4.0, 6.0], n_voxels)
    across, down = np.meshgrid(steps, steps)
    dx, dy = across.ravel()[:, None] - x, down.ravel()[:, None] - y
    window = np.exp(-(dx**2 + dy**2) / (2 * 0.09**2))
    phase = 2 * np.pi * cycles * (np.cos(turn) * dx + np.sin(turn) * dy)
    light = pictures.reshape(len(pictures), -1) / 128.0 - 1
    pair = [light @ (window * wave(phase)) for wave in (np.cos, np.sin)]
    energy = np.hypot(*pair)
    return (energy - energy.mean(0)) / energy.std(0), x, y
