"""What voxel embeddings tell: which voxels are alike, within and across brains.

Letters for shapes: n stimuli, E embedding, V voxels, K known voxels.
"""

from collections.abc import Mapping

import numpy as np
import torch

from boldwise.encoders.level_study import LevelStudy
from boldwise.encoders.map_study import read_blocks
from boldwise.encoders.voxel_embedding import VoxelEmbeddingEncoder

BLOCK = 4096  # new voxels compared at once with all known ones


def nearest_embeddings(
    model: VoxelEmbeddingEncoder,
    study: LevelStudy,
    standard: np.ndarray,
    *,
    n_neighbours: int = 1,
) -> torch.Tensor:
    """Find for each new voxel the known voxels that respond most like it.

    A known voxel's responses to the new subject's stimuli are predicted, whether it
    saw them or not; the correlation over these stimuli decides.

    Parameters
    ----------
    model : VoxelEmbeddingEncoder
        Of the known subjects.
    study : LevelStudy
        Of the new subject.
    standard : array of shape (n, V)
        Its standardised responses to the training rows.
    n_neighbours : int
        Whose embeddings are averaged.

    Returns
    -------
    embedding : tensor of shape (V, E)
    """
    table = torch.cat(list(model.embedding.values())).detach()  # (K, E)
    known = _unit(torch.from_numpy(_predict_all(model, study)))  # (n, K)
    found = []
    for start in range(0, standard.shape[1], BLOCK):
        new = _unit(torch.from_numpy(standard[:, start : start + BLOCK]))  # (n, v)
        nearest = (new.T @ known).topk(min(n_neighbours, len(table)), 1).indices
        found.append(table[nearest].mean(1))  # (v, k, E) -> (v, E)
    return torch.cat(found)  # (V, E)


def cluster_embeddings(
    embedding: Mapping[str, np.ndarray], *, n_clusters: int, seed: int
) -> dict[str, np.ndarray]:
    """Sort the voxels of all subjects into functional parcels that they share.

    A mixture of Gaussians with diagonal covariance over embeddings of unit length,
    as in Brain-IT (told second-hand; there 128 parcels).

    Parameters
    ----------
    embedding : mapping of array of shape (V, E)
        By subject.
    n_clusters : int
    seed : int

    Returns
    -------
    label : dict of array of int, shape (V,)
        By subject; 0 is the largest parcel of all subjects together.
    """
    from sklearn.mixture import GaussianMixture

    joined = np.concatenate(list(embedding.values())).astype(np.float64)
    length = np.linalg.norm(joined, axis=1, keepdims=True)
    unit = joined / np.maximum(length, 1e-12)
    mixture = GaussianMixture(
        n_clusters, covariance_type="diag", random_state=seed, reg_covar=1e-5
    )
    label = mixture.fit_predict(unit)
    size = np.bincount(label, minlength=n_clusters)
    rank = np.argsort(np.argsort(-size, kind="stable"))
    ends = np.cumsum([len(one) for one in embedding.values()])[:-1]
    return dict(zip(embedding, np.split(rank[label], ends), strict=True))


def _predict_all(model: VoxelEmbeddingEncoder, study: LevelStudy) -> np.ndarray:
    """Standardised responses (n, K) of all known voxels to a study's training rows."""
    model.eval()
    rows = []
    with torch.no_grad():
        for block in read_blocks(study.tokens, study.train_row):
            seen = torch.from_numpy(np.asarray(block, np.float32))  # (b, L, T, D)
            parts = [model(seen, name).numpy() for name in model.embedding]
            rows.append(np.concatenate(parts, 1))  # (b, K)
    return np.concatenate(rows)


def _unit(columns: torch.Tensor) -> torch.Tensor:
    """Centre columns (n, ...) and scale them to length 1."""
    centred = columns - columns.mean(0)
    unit: torch.Tensor = centred / centred.norm(dim=0).clamp_min(1e-12)
    return unit
