"""Ridge by the length of its weights, as a fraction of those of least squares.

A penalty means nothing by itself: what it does depends on the features and on the
target. A fraction does. At 1 it is least squares, at 0 nothing is left, and the same
grid of fractions serves every target.

Letters for shapes: n rows, p features, k directions that the rows span.

References
----------
Rokem & Kay (2020), "Fractional ridge regression: a fast, interpretable
reparameterization of ridge regression", GigaScience 9:giaa133.
"""

from collections.abc import Sequence

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.decomposition import decompose

POINTS_PER_DECADE = 10
FLAT = 1e-6  # Slopes below this were eaten by rounding.


def fractional_ridge(
    features: np.ndarray, targets: np.ndarray, fractions: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit ridge weights of given length, for many targets at once.

    Parameters
    ----------
    features : array of shape (n, p)
        Not centred here; not modified.
    targets : array of shape (n, n_targets)
    fractions : sequence of float, shape (n_fractions,)
        Length of the weights over that of least squares (of least norm, where
        features are collinear), each above 0 and up to 1.

    Returns
    -------
    weights : array of shape (n_fractions, p, n_targets)
        Minimise ``|target - features @ b|² + alpha |b|²``.
    alphas : array of shape (n_fractions, n_targets)
        The penalties that this takes.

    Raises
    ------
    DataError
        If a fraction is not above 0 and up to 1.
    ShapeMismatchError
        If features and targets differ in rows.

    Examples
    --------
    >>> X, y = np.diag([1.0, 2.0]), np.array([[1.0], [2.0]])
    >>> weights, _ = fractional_ridge(X, y, [1.0, 0.5])
    >>> np.linalg.norm(weights, axis=1).round(4).tolist()
    [[1.4142], [0.7071]]
    """
    if len(features) != len(targets):
        raise ShapeMismatchError(
            f"features have {len(features)} rows, but targets have {len(targets)}."
        )
    found = decompose(features, centre=False, smallest_alpha=0.0)
    squared = found.squared[:, None]
    least_squares = (found.project(features).T @ targets) / squared
    alphas = fractional_penalties(least_squares, found.squared**0.5, fractions)
    weights = [found.expand(least_squares * squared / (squared + a)) for a in alphas]
    return np.stack(weights), alphas


def fractional_penalties(
    coordinates: np.ndarray,
    singular: np.ndarray,
    fractions: Sequence[float] | np.ndarray,
) -> np.ndarray:
    """Find the penalties that shorten least-squares weights to given fractions.

    The length is known in closed form on a grid of penalties, with its slope. Between
    two points, ``log(alpha)`` is interpolated by a cubic in ``log(1 / fraction - 1)``:
    for a single direction the two are the same but for a shift, so that little is
    left to interpolate. The fraction is met to 1e-4 of it or better (the published
    code, which interpolates linearly on a coarser grid, meets it to a few percent).

    Parameters
    ----------
    coordinates : array of shape (k, n_targets)
        Least-squares weights along the right singular vectors of the features.
    singular : array of shape (k,)
        Positive singular values.
    fractions : sequence of float, shape (n_fractions,)
        Above 0 and up to 1.

    Returns
    -------
    alphas : array of shape (n_fractions, n_targets)
        In the precision of ``coordinates``. 0 for a fraction of 1, and for a target
        whose weights are all 0.

    Raises
    ------
    DataError
        If a fraction is not above 0 and up to 1.
    """
    wanted = np.asarray(fractions, np.float64).ravel()
    if not len(wanted) or not np.all((wanted > 0) & (wanted <= 1)):
        raise DataError(
            f"fractions must be above 0 and up to 1, got {list(fractions)}."
        )
    alphas = np.zeros((len(wanted), coordinates.shape[1]), coordinates.dtype)
    if not coordinates.size or wanted.min() == 1:
        return alphas
    log_alpha = _log_grid(singular, wanted[wanted < 1])
    place, slope = _places(coordinates, singular, np.exp(log_alpha))
    varies = np.asarray((coordinates != 0).any(axis=0))
    for row, fraction in enumerate(wanted):
        if fraction < 1:
            found = _invert(log_alpha, place, slope, np.log(1 / fraction - 1))
            alphas[row] = np.where(varies, np.exp(found), 0)
    return alphas


def _log_grid(singular: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Logarithms of penalties (n_grid,), which enclose all that are wanted.

    The smallest direction is shortened the most, and the largest the least: the
    penalty that shortens it alone to a fraction is a bound for every target.
    """
    low = np.log(singular.min() ** 2 * (1 / wanted.max() - 1))
    high = np.log(singular.max() ** 2 * (1 / wanted.min() - 1))
    n_grid = int(np.ceil((high - low) / np.log(10) * POINTS_PER_DECADE)) + 2
    return np.linspace(low - 1e-3, high + 1e-3, n_grid)


def _places(
    coordinates: np.ndarray, singular: np.ndarray, alphas: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """``log(1 / fraction - 1)`` on the grid, and its slope: (n_grid, n_targets)."""
    tiny = np.finfo(coordinates.dtype).tiny
    energy = coordinates**2
    energy /= np.maximum(energy.sum(axis=0), tiny)
    squared, alpha = singular**2, alphas[:, None]
    kept = squared / (squared + alpha)
    length = np.sqrt((kept**2).astype(energy.dtype) @ energy)
    bend = (kept**2 * alpha / (squared + alpha)).astype(energy.dtype) @ energy
    length = np.clip(length, np.sqrt(tiny), 1 - np.finfo(energy.dtype).epsneg)
    place = np.log1p(-length) - np.log(length)
    slope = bend / (length**2 * (1 - length))
    return place, slope


def _invert(
    log_alpha: np.ndarray, place: np.ndarray, slope: np.ndarray, wanted: float
) -> np.ndarray:
    """``log(alpha)`` (n_targets,) where ``place`` is as wanted: a Hermite cubic."""
    n_grid, n_targets = place.shape
    below = np.clip((place < wanted).sum(axis=0), 1, n_grid - 1) - 1
    column = np.arange(n_targets)
    left, right = place[below, column], place[below + 1, column]
    width = np.maximum(right - left, FLAT)
    t = np.clip((wanted - left) / width, 0, 1)
    rise = log_alpha[1] - log_alpha[0]
    # Slopes of the inverse, per width of the interval; each is at least the secant's
    # third for a monotone cubic, and finite where rounding has eaten the slope.
    start = np.clip(width / np.maximum(slope[below, column], FLAT), 0, 3 * rise)
    end = np.clip(width / np.maximum(slope[below + 1, column], FLAT), 0, 3 * rise)
    cubic = t * start + t**2 * (3 * rise - 2 * start - end)
    found: np.ndarray = log_alpha[below] + cubic + t**3 * (start + end - 2 * rise)
    return found
