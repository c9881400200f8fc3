"""A scanner: amplitudes in, BOLD runs out, with noise, drift, motion and spikes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage, signal

from boldwise.simulate.anatomy import Anatomy
from boldwise.simulate.haemodynamics import ResponseFunction, trial_regressors
from boldwise.simulate.motion import draw_motion, move
from boldwise.simulate.protocol import Protocol, RunPlan

INTENSITY = {0: 120.0, 1: 1000.0, 2: 900.0, 3: 1150.0}  # of anatomy.tissue
NOISE_PERCENT = 1.25  # standard deviation of a voxel's noise at noise = 1
AUTOREGRESSION = 0.3  # from one volume to the next
DRIFT_PERCENT = 0.6
SHARED = {1: 0.01, 2: 0.1, 3: 0.5}  # physiological noise, in parts of a voxel's own
SPIKES_PER_RUN, SPIKE = 1.0, 4.0
MOTION_ERROR = (0.01, 0.0001)  # of the realignment, in mm and radians


@dataclass(frozen=True)
class BoldRun:
    """One run as scanned and as preprocessed.

    Volumes are sampled in the middle of each TR, all slices at once.

    Attributes
    ----------
    plan : RunPlan
    raw : array of int16, shape (nx, ny, nz, n_volumes)
        As scanned, with motion.
    realigned : array of int16, shape (nx, ny, nz, n_volumes)
        Resampled by the estimated motion.
    motion : array of shape (n_volumes, 6)
        True motion: mm and radians.
    estimated_motion : array of shape (n_volumes, 6)
    """

    plan: RunPlan
    raw: np.ndarray
    realigned: np.ndarray
    motion: np.ndarray
    estimated_motion: np.ndarray


@dataclass(frozen=True)
class Scanner:
    """What is scanned, and how.

    Attributes
    ----------
    anatomy : Anatomy
    amplitude : array of shape (n_scenes, n_voxels)
        Percent signal change of one trial.
    functions : dict of ResponseFunction
        By population.
    protocol : Protocol
    noise : float
        1 gives the noise ceilings of the default.
    """

    anatomy: Anatomy
    amplitude: np.ndarray
    functions: dict[str, ResponseFunction]
    protocol: Protocol
    noise: float

    def scan(
        self, plans: list[RunPlan], *, rng: np.random.Generator
    ) -> Iterator[BoldRun]:
        """Scan runs one after the other.

        Parameters
        ----------
        plans : list of RunPlan
            Their scenes are rows of ``amplitude``, of shape (n_scenes, n_voxels).
        rng : numpy.random.Generator

        Yields
        ------
        run : BoldRun
            One at a time, so that memory holds no more.
        """
        still = _still_image(self.anatomy)
        for plan in plans:
            percent = self._noise(plan.n_volumes, rng)
            inside = (slice(None), *self.anatomy.ijk.T)
            percent[inside] += self._signal(plan)
            brain = still * (1 + percent / 100)
            yield _acquire(plan, brain, self.anatomy.affine, rng)

    def _signal(self, plan: RunPlan) -> np.ndarray:
        """Percent signal change of shape (n_volumes, n_voxels)."""
        volume_s = (np.arange(plan.n_volumes) + 0.5) * self.protocol.tr_s
        change = np.zeros((plan.n_volumes, self.amplitude.shape[1]), np.float32)
        for name, function in self.functions.items():
            voxels = np.flatnonzero(self.anatomy.population == name)
            regressor = trial_regressors(
                function, plan.onset_s, volume_s, duration_s=self.protocol.duration_s
            )
            change[:, voxels] = regressor @ self.amplitude[plan.scene][:, voxels]
        return change

    def _noise(self, n_volumes: int, rng: np.random.Generator) -> np.ndarray:
        """Percent noise of shape (n_volumes, nx, ny, nz); 0 outside the head."""
        tissue = self.anatomy.tissue
        head = tissue > 0
        white = rng.standard_normal((n_volumes, head.sum()), np.float32)
        innovation = np.sqrt(1 - AUTOREGRESSION**2)
        noise = signal.lfilter([innovation], [1, -AUTOREGRESSION], white, axis=0)
        share = np.vectorize(SHARED.get)(tissue[head])
        noise += _physiology(n_volumes, rng) * share
        noise[rng.integers(0, n_volumes, rng.poisson(SPIKES_PER_RUN))] *= SPIKE
        time = np.linspace(0, np.pi, n_volumes)[:, None]
        slow = DRIFT_PERCENT / NOISE_PERCENT * rng.standard_normal((2, head.sum()))
        noise += np.cos(time) * slow[0] + np.cos(2 * time) * slow[1] / 2
        percent = np.zeros((n_volumes, *tissue.shape), np.float32)
        percent[:, head] = self.noise * NOISE_PERCENT * noise
        return percent


def _physiology(n_volumes: int, rng: np.random.Generator) -> np.ndarray:
    """Slow noise of heart and lungs, common to all tissue, of shape (n_volumes, 1)."""
    slow = ndimage.gaussian_filter1d(rng.standard_normal(n_volumes), 2.0)
    return np.asarray(slow / slow.std())[:, None]


def _still_image(anatomy: Anatomy) -> np.ndarray:
    """Tissue contrast, soft as in an image of this resolution.

    A skull surrounds the brain, so that the steep edge of the head lies outside
    of the voxels that are analysed.
    """
    level = np.vectorize(INTENSITY.get)(anatomy.tissue).astype(np.float32)
    skull = ndimage.binary_dilation(anatomy.tissue > 0, iterations=2)
    level[skull & (anatomy.tissue == 0)] = INTENSITY[2]
    return np.asarray(ndimage.gaussian_filter(level, 0.8, mode="nearest"))


def _acquire(
    plan: RunPlan, brain: np.ndarray, affine: np.ndarray, rng: np.random.Generator
) -> BoldRun:
    """Move each volume, digitise it, and realign it by an estimate of the motion."""
    motion = draw_motion(plan.n_volumes, rng=rng)
    estimate = motion + rng.standard_normal(motion.shape) * np.repeat(MOTION_ERROR, 3)
    estimate -= estimate[0]
    shape = (*brain.shape[1:], plan.n_volumes)
    raw, realigned = np.empty(shape, np.int16), np.empty(shape, np.int16)
    for volume, head in enumerate(brain):
        scanned = np.rint(move(head, motion[volume], affine=affine))
        aligned = move(scanned, estimate[volume], affine=affine, undo=True)
        raw[..., volume], realigned[..., volume] = scanned, np.rint(aligned)
    return BoldRun(plan, raw, realigned, motion, estimate)
