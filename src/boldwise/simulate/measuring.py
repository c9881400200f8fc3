"""Responses of a simulated subject to scenes, measured with noise but no scanner."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.simulate.brains import Brain, category_of, draw_brain, respond
from boldwise.simulate.recovery import true_ceiling
from boldwise.simulate.scenes import Scenes
from boldwise.simulate.seeds import named_rng


@dataclass(frozen=True)
class Measured:
    """Some voxels of one subject.

    Attributes
    ----------
    population : array of str, shape (n_voxels,)
    category : array of str, shape (n_voxels,)
        That a category voxel follows; ``""`` for others.
    truth : array of float32, shape (n_scenes, n_voxels)
        Of variance 1; 0 for noise voxels.
    response : array of float32, shape (n_scenes, n_voxels)
    """

    population: np.ndarray
    category: np.ndarray
    truth: np.ndarray
    response: np.ndarray

    def ceiling(self, rows: np.ndarray) -> np.ndarray:
        """Squared correlation of response and truth over some scenes, (n_voxels,)."""
        return true_ceiling(self.response[rows], self.truth[rows])


def measure_subject(
    subject: str,
    scenes: Scenes,
    *,
    populations: Sequence[str],
    n_responsive: int,
    share: float,
    seed: int,
) -> Measured:
    """Draw a brain, and measure its responses to scenes.

    Parameters
    ----------
    subject : str
        Label; brains and noise of two subjects are drawn apart.
    scenes : Scenes
    populations : sequence of str
        Whose voxels are measured; ``"noise"`` among them or not.
    n_responsive : int
        Responsive voxels of the whole brain, about.
    share : float
        Of the variance of a response that is signal, above 0.
    seed : int

    Returns
    -------
    measured : Measured
    """
    brain = draw_brain(subject, n_responsive=n_responsive, n_noise=50, seed=seed)
    population = brain.anatomy.population
    inside = np.isin(population, populations)
    truth = respond(brain, scenes).astype(np.float64)[:, inside]
    spread = truth.std(0)
    truth = (truth - truth.mean(0)) / np.where(spread > 0, spread, 1)
    rng = named_rng(seed, "measured", subject)
    noise = rng.standard_normal(truth.shape) * np.sqrt(1 / share - 1)
    return Measured(
        population=population[inside],
        category=_categories(brain)[inside],
        truth=truth.astype(np.float32),
        response=(truth + noise).astype(np.float32),
    )


def _categories(brain: Brain) -> np.ndarray:
    names = np.full(len(brain.gain), "", dtype="<U16")
    names[brain.anatomy.population == "category"] = category_of(brain)
    return names
