"""Voxels to learn from: those of other subjects, and synthetic ones.

Letters for shapes: n images, D numbers of an embedding, V voxels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.encoders.map_study import Scale, refuse_gaps
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.folds import make_folds
from boldwise.linear.plan import PENALTIES, plan_ridge
from boldwise.linear.stream import Wanted, fit_block

SHRINK = 0.1  # of the covariance of weights towards the identity: no direction is lost


@dataclass(frozen=True)
class Population:
    """Voxels that all saw the same images.

    Attributes
    ----------
    embedding : array of shape (n_images, n_features)
    response : array of shape (n_images, n_voxels)
        Any unit; of training images only.

    Raises
    ------
    ShapeMismatchError
        If images and responses differ in number.
    DataError
        If a response is NaN or infinite.
    """

    embedding: np.ndarray
    response: np.ndarray

    def __post_init__(self) -> None:
        if len(self.embedding) != len(self.response):
            raise ShapeMismatchError(
                f"{len(self.embedding)} embeddings, but {len(self.response)} "
                "responses: join them by stimulus id."
            )
        refuse_gaps(self.response)


def draw_population(
    embedding: np.ndarray,
    n_voxels: int,
    *,
    signal: tuple[float, float] = (0.02, 0.8),
    slope: tuple[float, float] = (0.0, 1.0),
    seed: int = 0,
) -> Population:
    """Draw synthetic voxels: random weights on real embeddings, and noise.

    Weights are Gaussian in the principal directions of the embedding. Each voxel has
    its own share of signal, and its own slope: how much more it follows directions
    in which images differ much than those in which they hardly do.

    Parameters
    ----------
    embedding : array of shape (n_images, n_features)
    n_voxels : int
    signal : (float, float)
        Least and largest share of variance that the embedding explains.
    slope : (float, float)
        0: every unit of the embedding counts alike; 1: every standard deviation of a
        direction counts as its standard deviation once more.
    seed : int

    Returns
    -------
    population : Population
        Responses of variance 1, about.
    """
    rng = np.random.default_rng(seed)
    centred = np.asarray(embedding, np.float64) - embedding.mean(0)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)  # (n, D), (D,)
    kept = size > 1e-6 * size[0]
    left, size = left[:, kept], size[kept] / size[0]
    steepness = rng.uniform(*slope, n_voxels)  # (V,)
    weight = rng.standard_normal((len(size), n_voxels))  # (D, V)
    drive = left @ (weight * size[:, None] ** (1 + steepness))  # (n, V)
    drive /= drive.std(0)
    share = rng.uniform(*signal, n_voxels)  # (V,)
    noise = rng.standard_normal(drive.shape)  # (n, V)
    response = np.sqrt(share) * drive + np.sqrt(1 - share) * noise
    return Population(np.asarray(embedding, np.float32), response.astype(np.float32))


def scale_of_populations(populations: Sequence[Population]) -> Scale:
    """Mean and spread of the embedding over the images of all populations.

    Parameters
    ----------
    populations : sequence of Population
        Arrays of shape (n_images, n_features) and (n_images, n_voxels).

    Returns
    -------
    scale : Scale

    Raises
    ------
    DataError
        If there is no population, or their embeddings differ in width.
    """
    widths = {one.embedding.shape[1] for one in populations}
    if len(widths) != 1:
        raise DataError(
            f"embeddings of {sorted(widths) or 'no'} numbers cannot train one model: "
            "give one or more populations of one feature space."
        )
    every = np.concatenate([one.embedding for one in populations]).astype(np.float64)
    spread = every.std(0)
    spread[spread <= 1e-6 * spread.max()] = 1.0
    return Scale(every.mean(0).astype(np.float32), spread.astype(np.float32))


def prior_of_populations(populations: Sequence[Population], scale: Scale) -> np.ndarray:
    """Root of the covariance of the voxels' weights, from a ridge on each of them.

    A voxel counts as much as ridge could explain of it: the weights of noise are
    shrunk to nothing.

    Parameters
    ----------
    populations : sequence of Population
        Arrays of shape (n_images, n_features) and (n_images, n_voxels).
    scale : Scale

    Returns
    -------
    prior : array of float32, shape (n_features, n_features)
        Symmetric; the mean of its squared eigenvalues is 1.
    """
    n_features = len(scale.mean)
    covariance = np.zeros((n_features, n_features))
    for one in populations:
        weight = _ridge_weights(scale.apply(one.embedding), one.response)  # (D, V)
        covariance += weight @ weight.T
    level = np.trace(covariance) / n_features
    if level > 0:
        covariance /= level
    mixed = (1 - SHRINK) * covariance + SHRINK * np.eye(n_features)
    value, vector = np.linalg.eigh(mixed)
    root = (
        vector * np.sqrt(np.maximum(value, 0) * n_features / value.sum())
    ) @ vector.T
    return np.asarray(root, np.float32)


def remember_voxels(
    populations: Sequence[Population],
    scale: Scale,
    prior: np.ndarray,
    *,
    n_remembered: int,
    seed: int,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Draw voxels to remember, and fit a ridge to each.

    Parameters
    ----------
    populations : sequence of Population
        Arrays of shape (n_images, n_features) and (n_images, n_voxels).
    scale : Scale
    prior : array of shape (n_features, n_features)
        Root of the covariance of weights.
    n_remembered : int
        At most; all, where there are fewer.
    seed : int

    Returns
    -------
    weight : array of float32, shape (n_drawn, n_features)
        On responses of variance 1, in the space of the prior.
    place : list of array of int, shape (n_voxels,)
        By population: the row of ``weight`` of each voxel, or -1.
    """
    counts = [one.response.shape[1] for one in populations]
    order = np.random.default_rng(seed).permutation(sum(counts))[:n_remembered]
    place = np.full(sum(counts), -1)
    place[np.sort(order)] = np.arange(len(order))
    places = np.split(place, np.cumsum(counts)[:-1])
    weights = [
        _ridge_weights(scale.apply(one.embedding) @ prior, one.response[:, own >= 0]).T
        for one, own in zip(populations, places, strict=True)
        if (own >= 0).any()
    ]
    return np.concatenate(weights).astype(np.float32), places


def _ridge_weights(embedding: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Weights (D, V) of a ridge whose penalty each voxel chooses by its folds."""
    spread = response.std(0)
    targets = (response - response.mean(0)) / np.where(spread > 0, spread, 1)
    plan = plan_ridge(embedding, make_folds(5, len(embedding)), alphas=PENALTIES)
    found = fit_block(plan, targets.astype(np.float32), wanted=Wanted(weights=True))
    return np.asarray(found["weight"], np.float64)
