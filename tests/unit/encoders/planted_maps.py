"""Maps of features, and voxels that read them in ways that are known."""

from dataclasses import dataclass

import numpy as np

SIDE, N_FEATURES = 8, 6
STEPS = (np.arange(SIDE) + 0.5) / SIDE


@dataclass
class Planted:
    """Maps (n, T, D), a content of -1 or 1 per stimulus, and known fields."""

    maps: np.ndarray
    content: np.ndarray
    x: np.ndarray
    y: np.ndarray
    feature: np.ndarray
    rng: np.random.Generator


def plant(n_stimuli=600, n_voxels=20, seed=0):
    """Draw smooth maps; the level of their first feature tells the content."""
    rng = np.random.default_rng(seed)
    blur = np.exp(-0.5 * ((STEPS[:, None] - STEPS) / 0.09) ** 2)
    blur /= np.sqrt((blur**2).sum(1, keepdims=True))
    drawn = rng.standard_normal((n_stimuli, SIDE, SIDE, N_FEATURES))
    maps = np.einsum("nrcd,rR,cC->nRCd", drawn, blur, blur)
    content = rng.choice([-1.0, 1.0], n_stimuli)
    maps[..., 0] += content[:, None, None]
    feature = rng.standard_normal((n_voxels, N_FEATURES))
    feature[:, 0] = 0
    x, y = rng.uniform(0.3, 0.7, (2, n_voxels))
    maps = maps.reshape(n_stimuli, -1, N_FEATURES).astype("f4")
    return Planted(maps, content, x, y, feature, rng)


def field_at(x, y, size=0.1):
    """Gaussian weights of shape (n_voxels, T)."""
    across = np.exp(-0.5 * ((STEPS - x[:, None]) / size) ** 2)
    down = np.exp(-0.5 * ((STEPS - y[:, None]) / size) ** 2)
    return (down[:, :, None] * across[:, None, :]).reshape(len(x), -1)


def standard(drive):
    """Responses of mean 0 and spread 1."""
    return (drive - drive.mean(0)) / drive.std(0)


def noisy(truth, planted, noise=0.5):
    """Measure true responses."""
    found = truth + noise * planted.rng.standard_normal(truth.shape)
    return found.astype("f4")


def still(planted):
    """Fields that stay."""
    place = field_at(planted.x, planted.y)
    return standard(np.einsum("ntd,vt,vd->nv", planted.maps, place, planted.feature))


def moving(planted, step=0.18):
    """Fields that go left or right with the content."""
    each = np.stack([field_at(planted.x + sign * step, planted.y) for sign in (-1, 1)])[
        (planted.content > 0).astype(int)
    ]  # (n, V, T)
    return standard(np.einsum("ntd,nvt,vd->nv", planted.maps, each, planted.feature))


def turning(planted):
    """Features that are turned up or down with the content."""
    gain = np.ones((len(planted.maps), N_FEATURES))
    gain[:, 1] = np.where(planted.content > 0, 2, 0)
    gain[:, 2] = np.where(planted.content > 0, 0, 2)
    gain[:, 3] = planted.content
    place = field_at(planted.x, planted.y)
    drive = np.einsum(
        "ntd,vt,vd->nv", planted.maps * gain[:, None], place, planted.feature
    )
    return standard(drive)


def correlate(found, truth):
    """Correlation of each column."""
    a, b = found - found.mean(0), truth - truth.mean(0)
    return (a * b).sum(0) / np.sqrt((a**2).sum(0) * (b**2).sum(0))
