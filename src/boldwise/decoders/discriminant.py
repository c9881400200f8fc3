"""Linear discriminant analysis with a shrunken covariance, for more voxels than trials.

Letters for shapes: n trials, v voxels, k directions that the trials span.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.linear.decomposition import decompose


@dataclass(frozen=True)
class Discriminant:
    """One linear function per class; the largest wins.

    Attributes
    ----------
    weight : array of shape (v, n_classes)
    bias : array of shape (n_classes,)
    shrinkage : float
        Share of the covariance that was replaced by a multiple of the identity.
    """

    weight: np.ndarray
    bias: np.ndarray
    shrinkage: float


def fit_discriminant(values: np.ndarray, label: np.ndarray) -> Discriminant:
    """Fit linear discriminants with one covariance for all classes.

    The covariance within classes is shrunk towards the mean variance times the
    identity, by the share that Ledoit and Wolf derive [1]_. The work is done in the
    space that the trials span, so that no voxel by voxel matrix is formed.

    Parameters
    ----------
    values : array of shape (n, v)
        Training trials, centred and scaled as wished.
    label : array of int, shape (n,)
        Class of each trial, 0 to n_classes - 1; each class occurs.

    Returns
    -------
    discriminant : Discriminant

    References
    ----------
    .. [1] Ledoit & Wolf (2004), "A well-conditioned estimator for large-dimensional
       covariance matrices", J. Multivariate Analysis 88, lemma 3.3 and eq. 14; for
       discriminants: Blankertz et al. (2011), NeuroImage 56, 814-825.
    """
    n_trials, n_voxels = values.shape
    directions = decompose(values)
    scores = directions.project(values)  # (n, k)
    counts = np.bincount(label)
    members = np.eye(len(counts))[label]  # (n, n_classes)
    means = members.T @ scores / counts[:, None]  # (n_classes, k)
    within = scores - means[label]
    shrinkage = ledoit_wolf_share(within, n_columns=n_voxels)
    variance = np.square(within).sum() / (n_trials * n_voxels)
    covariance = (1 - shrinkage) * within.T @ within / n_trials
    covariance += max(shrinkage * variance, np.finfo(float).tiny) * np.eye(len(means.T))
    inner = np.linalg.solve(covariance, means.T)  # (k, n_classes)
    weight = directions.expand(inner)
    bias = np.log(counts / n_trials) - 0.5 * np.einsum("ck,kc->c", means, inner)
    return Discriminant(weight, bias - directions.mean @ weight, shrinkage)


def ledoit_wolf_share(values: np.ndarray, *, n_columns: int) -> float:
    """Share of the covariance to replace by a multiple of the identity.

    Parameters
    ----------
    values : array of shape (n, k)
        Centred; coordinates in any orthonormal basis of the space they span.
    n_columns : int
        Dimensions of the whole space, at least k.

    Returns
    -------
    share : float
        From 0 to 1; 1 if nothing varies.
    """
    n_rows = len(values)
    gram = values @ values.T
    square = np.square(gram).sum() / n_rows**2  # |S|², S = values' values / n
    trace = np.trace(gram) / n_rows
    distance = square - trace**2 / n_columns  # |S - trace / n_columns * identity|²
    error = (np.square(np.diag(gram)).sum() / n_rows - square) / n_rows
    return float(min(error / distance, 1.0)) if distance > 0 else 1.0
