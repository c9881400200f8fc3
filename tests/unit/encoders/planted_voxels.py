"""Subjects whose voxels share a population: a few kinds, and a few directions."""

import numpy as np

N_FEATURES, N_KINDS, N_DIRECTIONS = 48, 6, 8


class VoxelWorld:
    """Embeddings of decaying spectrum; weights near one of some kinds."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        spectrum = np.arange(1, N_FEATURES + 1) ** -0.5
        self.mixing = self.rng.standard_normal((N_FEATURES, N_FEATURES)) * spectrum
        self.kind = self.rng.standard_normal((N_FEATURES, N_KINDS))
        self.wide = 0.5 * self.rng.standard_normal((N_FEATURES, N_DIRECTIONS))

    def subject(self, n_images, n_voxels):
        """Draw embeddings (n, D), responses (n, V) and their truth."""
        rng = self.rng
        embedding = rng.standard_normal((n_images, N_FEATURES)) @ self.mixing.T
        embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
        weight = self.kind[:, rng.integers(0, N_KINDS, n_voxels)]
        weight = weight + self.wide @ rng.standard_normal((N_DIRECTIONS, n_voxels))
        truth = embedding @ weight
        truth /= truth.std(0)
        share = rng.uniform(0.1, 0.6, n_voxels)
        noise = rng.standard_normal(truth.shape)
        response = np.sqrt(share) * truth + np.sqrt(1 - share) * noise
        return embedding.astype("f4"), response.astype("f4"), truth
