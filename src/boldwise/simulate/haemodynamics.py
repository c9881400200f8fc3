"""From trials to BOLD: a response function per population and subject."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from boldwise.simulate.layout import POPULATIONS
from boldwise.simulate.seeds import named_rng

STEP_S = 0.1
LENGTH_S = 32.0
PEAK_SHIFT_S = {"early_visual": -0.2, "category": 0.0, "semantic": 0.2}


@dataclass(frozen=True)
class ResponseFunction:
    """A peak and an undershoot, both gamma densities.

    Attributes
    ----------
    peak_s, undershoot_s : float
        Mean times of the two, in seconds after the onset.
    dispersion : float
        Their variance over their mean, in seconds.
    ratio : float
        Undershoot over peak.
    """

    peak_s: float
    undershoot_s: float
    dispersion: float
    ratio: float

    def at(self, time_s: np.ndarray) -> np.ndarray:
        """Response at times in seconds, of any shape; 0 before the onset."""
        peak = _gamma_density(time_s, self.peak_s / self.dispersion, self.dispersion)
        under = _gamma_density(
            time_s, self.undershoot_s / self.dispersion, self.dispersion
        )
        return np.asarray(peak - self.ratio * under)


def draw_response_functions(subject: str, *, seed: int) -> dict[str, ResponseFunction]:
    """Response functions of a subject, near the canonical one.

    Parameters
    ----------
    subject : str
    seed : int
        Seed of the world.

    Returns
    -------
    functions : dict of ResponseFunction
        By population. Subjects differ by about 0.2 s, populations by about 0.2 s.
    """
    rng = named_rng(seed, "haemodynamics", subject)
    shift_s = rng.normal(0, 0.2)
    return {
        name: ResponseFunction(
            peak_s=6.0 + PEAK_SHIFT_S.get(name, 0.0) + shift_s + rng.normal(0, 0.1),
            undershoot_s=12.0 + shift_s,
            dispersion=0.9 * np.exp(rng.normal(0, 0.03)),
            ratio=0.48 + rng.normal(0, 0.03),
        )
        for name in POPULATIONS
    }


def trial_regressors(
    function: ResponseFunction,
    onset_s: np.ndarray,
    volume_s: np.ndarray,
    *,
    duration_s: float,
) -> np.ndarray:
    """Response to each trial of a run, with a peak of 1.

    Parameters
    ----------
    function : ResponseFunction
    onset_s : array of shape (n_trials,)
        In seconds from the start of the run.
    volume_s : array of shape (n_volumes,)
        When each volume is sampled, in seconds.
    duration_s : float
        Of a trial, in seconds.

    Returns
    -------
    regressor : array of shape (n_volumes, n_trials)
    """
    fine_s = np.arange(0, LENGTH_S + duration_s, STEP_S)
    impulse = function.at(fine_s)
    # Integral over the trial's duration: a difference of running sums (trapezia).
    total = (np.cumsum(impulse) - impulse / 2) * STEP_S
    earlier = np.interp(fine_s - duration_s, fine_s, total, left=0.0)
    shape = total - earlier
    lag = volume_s[:, None] - onset_s[None, :]
    return np.asarray(np.interp(lag, fine_s, shape / shape.max(), left=0.0, right=0.0))


def _gamma_density(x: np.ndarray, shape: float, scale: float) -> np.ndarray:
    positive = np.maximum(x, 1e-12)
    log = (shape - 1) * np.log(positive / scale) - positive / scale
    density = np.exp(log - gammaln(shape)) / scale
    return np.asarray(np.where(x > 0, density, 0.0))
