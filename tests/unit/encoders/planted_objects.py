"""Small scenes: objects at random places of a map, and voxels that follow them."""

from dataclasses import dataclass

import numpy as np

from boldwise.encoders.map_study import MapStudy

GRID, N_KINDS, N_LOOKS = (4, 4), 4, 4
WIDTH = N_KINDS + N_LOOKS + 4  # the last tells the ground, the others nothing


@dataclass(frozen=True)
class Scenes:
    """Tokens (n, T, D), and how each kind of object looks in each scene."""

    token: np.ndarray
    look: np.ndarray  # (n, N_KINDS, N_LOOKS)
    place: np.ndarray  # (n, N_KINDS)
    rng: np.random.Generator


def draw_scenes(n, *, seed=0, noise=0.2):
    """Put one object of each kind somewhere; its token tells the kind and the looks."""
    rng = np.random.default_rng(seed)
    n_places = GRID[0] * GRID[1]
    place = np.argsort(rng.random((n, n_places)), axis=1)[:, :N_KINDS]
    look = rng.standard_normal((n, N_KINDS, N_LOOKS))
    token = noise * rng.standard_normal((n, n_places, WIDTH))
    token[..., -1] += 3
    for kind in range(N_KINDS):
        token[np.arange(n), place[:, kind], -1] -= 3
        token[np.arange(n), place[:, kind], kind] += 3
        token[np.arange(n), place[:, kind], N_KINDS : N_KINDS + N_LOOKS] += look[
            :, kind
        ]
    return Scenes(token.astype("f4"), look, place, rng)


def follow(scenes, kinds, *, alike=0.0):
    """Responses (n, V) of spread 1: voxel v follows looks of the object of its kind.

    Weights of one kind are ``alike`` times the same, in all brains, and noise.
    """
    common = np.random.default_rng(9).standard_normal((N_KINDS, N_LOOKS))
    weight = scenes.rng.standard_normal((len(kinds), N_LOOKS)) + alike * common[kinds]
    drive = np.einsum("nvl,vl->nv", scenes.look[:, kinds], weight)
    return drive / drive.std(0)


def measure(scenes, truth, n_train, noise):
    """Noisy responses to the first scenes; the rest are to be predicted."""
    shape = truth[:n_train].shape
    measured = truth[:n_train] + noise * scenes.rng.standard_normal(shape)
    rows = np.arange(len(truth))
    return MapStudy(
        scenes.token, GRID, measured.astype("f4"), rows[:n_train], rows[n_train:]
    )


def score(prediction, truth):
    """Mean over voxels of the correlation with the truth of the last rows."""
    rest = truth[-len(prediction) :]
    return np.mean(
        [np.corrcoef(a, b)[0, 1] for a, b in zip(prediction.T, rest.T, strict=True)]
    )
