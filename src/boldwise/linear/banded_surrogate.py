"""Scores of banded ridge that nobody computed: a regression over candidates.

All targets were scored at the same candidates, so one Gaussian process serves them:
its weights are solved once, and the scores of a thousand candidates for every target
are one matrix product. What the next candidate would gain is its expected improvement
(Jones, Schonlau & Welch 1998, J Global Optim 13, eq. 15), here averaged over targets.

Letters for shapes: s feature spaces, c candidates that were scored, m others.
"""

import numpy as np

LOOKED_AT = 512  # Targets whose gain chooses the next candidates.
SMALLEST_SHARES = (0.001, 0.01, 0.1)  # Below, shares are alike to the regression.
LENGTHS = (0.12, 0.25, 0.5, 1.0)  # Of its kernel; 1: from no share to all.
NUGGET = 1e-4  # Variance that no regression explains.


def predict_scores(
    done: np.ndarray, score: np.ndarray, wanted: np.ndarray, *, n_whole: int
) -> tuple[np.ndarray, np.ndarray]:
    """Predict the scores of candidates, and by how much each may improve the best.

    Parameters
    ----------
    done : array of shape (c, s)
        Candidates with a score.
    score : array of shape (c, n_targets)
    wanted : array of shape (m, s)
    n_whole : int
        How many candidates, from the first, were scored for all targets. The kernel is
        chosen by these: predictions that were believed would make it too smooth.

    Returns
    -------
    predicted : array of shape (m, n_targets)
        NaN for a target with NaN.
    gain : array of shape (m, n_targets)
        Expected improvement, in units of the score; 0 where all scores are equal.
    """
    mean, size = score.mean(axis=0), score.std(axis=0)
    size = np.where(size > 0, size, 1.0)
    known = (score - mean) / size
    kernel = _choose_kernel(done[:n_whole], known[:n_whole])
    predicted, spread = _regress(done, known, wanted, kernel)
    gain = _expected_improvement(predicted, spread, known.max(axis=0)) * size
    return predicted * size + mean, np.where(score.std(axis=0) > 0, gain, 0.0)


def propose(
    done: np.ndarray,
    score: np.ndarray,
    pool: np.ndarray,
    *,
    n: int,
    n_whole: int,
    tolerance: float,
) -> np.ndarray:
    """Choose the next candidates by their mean expected improvement.

    Those of one round are chosen one after the other, each time believing that the
    last one scored as predicted.

    Parameters
    ----------
    done : array of shape (c, s)
        Candidates that were scored.
    score : array of shape (c, n_targets)
    pool : array of shape (m, s)
        To choose from.
    n, n_whole : int
        How many to choose; how many were scored for all targets.
    tolerance : float
        Propose nothing that is expected to improve less.

    Returns
    -------
    proposed : array of shape (at most n, s)
    """
    known = score[:, np.isfinite(score).all(axis=0)]
    known = known[:, :: max(1, known.shape[1] // LOOKED_AT)]
    chosen: list[int] = []
    while len(chosen) < n and known.size:
        seen = np.vstack([done, pool[chosen]])
        predicted, gains = predict_scores(seen, known, pool, n_whole=n_whole)
        gain = gains.mean(axis=1)
        gain[chosen] = 0.0
        place = int(np.argmax(gain))
        if gain[place] < tolerance:
            break
        chosen.append(place)
        known = np.vstack([known, predicted[place]])
    return pool[chosen]


def _regress(
    seen: np.ndarray,
    known: np.ndarray,
    wanted: np.ndarray,
    kernel: tuple[float, float],
) -> tuple[np.ndarray, np.ndarray]:
    """Mean (m, n_targets) and standard deviation (m, 1) of a Gaussian process."""
    weights = np.linalg.inv(_covary(seen, seen, kernel) + NUGGET * np.eye(len(seen)))
    cross = _covary(wanted, seen, kernel)
    left = 1.0 - np.einsum("ij,jk,ik->i", cross, weights, cross, optimize=True)
    return cross @ (weights @ known), np.sqrt(np.maximum(left, 1e-9))[:, None]


def _choose_kernel(seen: np.ndarray, known: np.ndarray) -> tuple[float, float]:
    """Choose what makes the scores most likely, all targets together.

    Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, eq. 2.30.
    """
    trusted = known[:, np.isfinite(known).all(axis=0)]
    kernels = [(smallest, length) for smallest in SMALLEST_SHARES for length in LENGTHS]
    return max(kernels, key=lambda kernel: _likelihood(seen, trusted, kernel))


def _likelihood(
    seen: np.ndarray, known: np.ndarray, kernel: tuple[float, float]
) -> float:
    """Logarithm of the likelihood of scores (c, n_targets), less a constant."""
    root = np.linalg.cholesky(_covary(seen, seen, kernel) + NUGGET * np.eye(len(seen)))
    white = np.linalg.solve(root, known)
    return float(-(white**2).sum() / 2 - known.shape[1] * np.log(np.diag(root)).sum())


def _covary(
    one: np.ndarray, other: np.ndarray, kernel: tuple[float, float]
) -> np.ndarray:
    """Matern covariance (smoothness 5/2) of candidates (m, s) and (c, s)."""
    smallest, length = kernel
    one, other = (np.log1p(x / smallest) for x in (one, other))
    squared = ((one[:, None] - other[None]) ** 2).sum(axis=2) / one.shape[1]
    d = np.sqrt(5 * squared) / (length * np.log1p(1 / smallest))
    return np.asarray((1 + d + d**2 / 3) * np.exp(-d))


def _expected_improvement(
    mean: np.ndarray, spread: np.ndarray, best: np.ndarray
) -> np.ndarray:
    from scipy.special import ndtr

    z = (mean - best) / spread
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(spread * (z * ndtr(z) + density))
