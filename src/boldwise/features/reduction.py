"""Principal components, fitted on some rows and applied to others."""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError

EXACT_UP_TO = 2000  # of the shorter side; beyond, the SVD is randomised
OVERSAMPLING = 20
N_POWER_ITERATIONS = 6
PRECISION = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Pca:
    """Axes of greatest variance of the rows that it was fitted on.

    Attributes
    ----------
    mean : array of float64, shape (n_features,)
    axes : array of float64, shape (n_components, n_features)
        Orthonormal rows, by falling variance; the largest entry of each is
        positive.
    explained : array of float64, shape (n_components,)
        Share of the variance along each axis.
    """

    mean: np.ndarray
    axes: np.ndarray
    explained: np.ndarray

    def apply(self, feature: np.ndarray) -> np.ndarray:
        """Coordinates along the axes, not whitened.

        Parameters
        ----------
        feature : array of shape (n, n_features)

        Returns
        -------
        component : array of float64, shape (n, n_components)
        """
        component: np.ndarray = (feature - self.mean) @ self.axes.T
        return component


def fit_pca(feature: np.ndarray, *, n_components: int, seed: int = 0) -> Pca:
    """Find the principal components of training rows.

    Exact up to 2000 rows or columns, whichever is less; beyond that by
    randomised subspace iteration [1]_, unless more than a fifth of all components
    is asked for.

    Parameters
    ----------
    feature : array of shape (n_train, n_features)
        Not modified; computed in float64.
    n_components : int
        At most so many: fewer if the rows span fewer dimensions.
    seed : int
        Of the randomised method.

    Returns
    -------
    pca : Pca

    Raises
    ------
    DataError
        If all rows are equal.

    References
    ----------
    .. [1] Halko, Martinsson & Tropp (2011), "Finding structure with randomness",
       SIAM Review 53:217, algorithms 4.4 and 5.1.
    """
    mean = feature.mean(axis=0, dtype=np.float64)
    centred = feature - mean
    total = float((centred**2).sum())
    refuse_constant(total, float(np.abs(feature).max(initial=0)), centred.shape)
    shorter = min(centred.shape)
    if shorter <= EXACT_UP_TO or n_components > shorter // 5:
        _, scale, axes = np.linalg.svd(centred, full_matrices=False)
    else:
        scale, axes = _randomised(centred, n_components, seed)
    rank = int((scale > scale[0] * max(centred.shape) * PRECISION).sum())
    n_kept = min(n_components, rank)
    axes = name_axes(axes[:n_kept])
    return Pca(mean=mean, axes=axes, explained=scale[:n_kept] ** 2 / total)


def name_axes(axes: np.ndarray) -> np.ndarray:
    """Turn axes so that the largest entry of each is positive.

    Parameters
    ----------
    axes : array of shape (n_components, n_features)

    Returns
    -------
    axes : array of shape (n_components, n_features)
    """
    largest = np.abs(axes).argmax(axis=1)
    turned: np.ndarray = axes * np.sign(axes[np.arange(len(axes)), largest])[:, None]
    return turned


def refuse_constant(squares: float, largest: float, shape: tuple[int, ...]) -> None:
    """Raise if training rows differ by no more than rounding.

    Parameters
    ----------
    squares : float
        Sum of squares about the mean row.
    largest : float
        Largest absolute feature.
    shape : tuple of int
        (n_train, n_features).

    Raises
    ------
    DataError
        If there are no components to find.
    """
    noise = PRECISION * max(shape) * largest
    if squares <= (noise**2) * shape[0] * shape[1]:
        raise DataError(
            f"the features of all {shape[0]} training stimuli are equal: there "
            "are no components to find. Leave out n_components or this space."
        )


def _randomised(
    centred: np.ndarray, n_components: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    sketch = rng.standard_normal((centred.shape[1], n_components + OVERSAMPLING))
    basis, _ = np.linalg.qr(centred @ sketch)
    for _ in range(N_POWER_ITERATIONS):
        basis, _ = np.linalg.qr(centred.T @ basis)
        basis, _ = np.linalg.qr(centred @ basis)
    _, scale, axes = np.linalg.svd(basis.T @ centred, full_matrices=False)
    return scale, axes
