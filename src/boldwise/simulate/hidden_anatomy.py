"""Hide where voxels lie: a subject's own random rotation of its voxel space."""

import numpy as np
from scipy.fft import dct

ROUNDS = 3


def hide_anatomy(response: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Turn a voxel space by a random rotation that mixes every voxel with every other.

    Distances between responses stay exactly as they are, so that alignment by
    function can lose nothing, while a column no longer means a place. Rounds of
    random signs, a random order and a cosine transform, all of which keep lengths,
    take no matrix of voxels by voxels.

    Parameters
    ----------
    response : array of shape (n_rows, n_voxels)
        Of one subject.
    rng : numpy.random.Generator

    Returns
    -------
    turned : array of float64, shape (n_rows, n_voxels)
    """
    turned = response.astype(np.float64)
    for _ in range(ROUNDS):
        sign = rng.choice([-1.0, 1.0], turned.shape[1])
        order = rng.permutation(turned.shape[1])
        turned = dct((turned * sign)[:, order], axis=1, norm="ortho")
    return turned
