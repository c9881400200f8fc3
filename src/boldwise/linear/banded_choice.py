"""Scores of the candidates of banded ridge, and the choice among them.

Letters for shapes: s feature spaces, c candidates.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scores:
    """What is known of candidates, for some targets.

    Attributes
    ----------
    alpha, best : array of shape (c, n_targets)
        Penalty of each candidate, and its score; NaN where a target was passed over.
    believed : array of shape (c, n_targets)
        The score, or where a target was passed over what it was predicted to be.
    """

    alpha: np.ndarray
    best: np.ndarray
    believed: np.ndarray

    @property
    def n_whole(self) -> int:
        """How many candidates, from the first, were scored for all targets."""
        scored = np.isfinite(self.best)
        passed = (scored != scored[0]).any(axis=1)
        return int(np.argmax(passed)) if passed.any() else len(scored)

    def append(
        self, alpha: np.ndarray, best: np.ndarray, believed: np.ndarray
    ) -> "Scores":
        """Join the scores of more candidates, arrays of shape (c_more, n_targets)."""
        return Scores(
            np.vstack([self.alpha, alpha]),
            np.vstack([self.best, best]),
            np.vstack([self.believed, believed]),
        )


@dataclass(frozen=True)
class BandedChoice:
    """Candidate and penalty of each target.

    Attributes
    ----------
    gamma : array of shape (s, n_targets)
        Share of each space; 0 leaves it out.
    alpha : array of shape (n_targets,)
        The penalty of a space is ``alpha / gamma``.
    best : array of shape (n_targets,)
        Score in the inner folds.
    number : array of int, shape (n_targets,)
        Place in the list of candidates.
    """

    gamma: np.ndarray
    alpha: np.ndarray
    best: np.ndarray
    number: np.ndarray

    @property
    def deltas(self) -> np.ndarray:
        """Logarithm of ``gamma / alpha``, shape (s, n_targets); -inf for no share.

        The convention of himalaya: minus the logarithm of a space's penalty.
        """
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.gamma) - np.log(self.alpha))


def choose_bands(candidates: np.ndarray, scores: Scores) -> BandedChoice:
    """Take the candidate with the best score; of equals, the first.

    Parameters
    ----------
    candidates : array of shape (c, s)
    scores : Scores
        Of n_targets targets. One without scores (NaN) gets the first candidate, and
        the largest penalty.

    Returns
    -------
    choice : BandedChoice
    """
    known = np.where(np.isfinite(scores.best), scores.best, -np.inf)
    number = np.argmax(known, axis=0)
    at = number, np.arange(scores.best.shape[1])
    return BandedChoice(candidates[number].T, scores.alpha[at], scores.best[at], number)
