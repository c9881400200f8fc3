"""The model of all trials of all runs, decomposed once for each curve.

Runs share no trial, so the design of a session is a block per run, and its singular
vectors are those of the blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.responses.glm_plan import RunPlan

SMALLEST = 1e-4  # Directions this weak, beside the strongest of a run, hold noise only.


@dataclass(frozen=True)
class TrialModel:
    """Single-trial regressors of a session for one curve: left, singular, right.

    Attributes
    ----------
    left : list of array of float32, shape (n_volumes, n_trials)
        For each run; columns orthonormal, or 0 for a direction that was lost.
    singular : array of shape (n_all_trials,)
        Of all runs, one run after the other.
    right : list of array of float32, shape (n_trials, n_trials)
        For each run; columns are directions.
    """

    left: list[np.ndarray]
    singular: np.ndarray
    right: list[np.ndarray]

    @property
    def rows(self) -> list[slice]:
        """Where the trials (and directions) of each run stand among those of all."""
        ends = np.cumsum([len(right) for right in self.right]).tolist()
        return [slice(*pair) for pair in zip([0, *ends[:-1]], ends, strict=True)]

    def expand(self, coordinates: np.ndarray) -> np.ndarray:
        """Responses (n_all_trials, n_voxels) from coordinates of the same shape."""
        response = np.empty_like(coordinates)
        for rows, right in zip(self.rows, self.right, strict=True):
            np.matmul(right, coordinates[rows], out=response[rows])
        return response

    def mean_direction(self) -> np.ndarray:
        """Coordinates (n_all_trials,) of a response of 1 in every trial."""
        return np.concatenate([right.sum(axis=0) for right in self.right])


def decompose_trials(
    plans: Sequence[RunPlan], components: Sequence[np.ndarray], curve: int
) -> TrialModel:
    """Decompose the trials of every run, after taking out noise components.

    Parameters
    ----------
    plans : sequence of RunPlan
        Regressors of shape (n_curves, n_volumes, n_trials).
    components : sequence of array, shape (n_volumes, n_components)
        Orthonormal, for each run; orthogonal to its nuisance.
    curve : int
        Index into the library.

    Returns
    -------
    model : TrialModel
        Its left vectors are orthogonal to nuisance and components, so that data need
        no further cleaning.
    """
    left, singular, right = [], [], []
    for plan, noise in zip(plans, components, strict=True):
        regressors = plan.regressors[curve].astype(np.float64)
        regressors -= noise @ (noise.T @ regressors)
        squared, vectors = np.linalg.eigh(regressors.T @ regressors)
        floor = SMALLEST * np.sqrt(max(squared[-1], 1e-30))
        size = np.sqrt(np.maximum(squared, floor**2))
        kept = squared > floor**2
        left.append((regressors @ vectors * (kept / size)).astype(np.float32))
        right.append(vectors.astype(np.float32))
        singular.append(size)
    return TrialModel(left, np.concatenate(singular), right)
