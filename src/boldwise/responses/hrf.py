"""Haemodynamic response functions, in closed form.

Both are differences of two gamma densities, so that the response to an event of
any duration is a difference of gamma distribution functions: exact at any time,
with no grid and no convolution.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError

PEAK_GRID_S = 0.01
LONGEST_RISE_S = 32.0  # Every HRF here has peaked and recovered by then.


@dataclass(frozen=True)
class Hrf:
    """A peak and an undershoot, each a gamma density.

    Attributes
    ----------
    peak_s, undershoot_s : float
        Mean of each density, in seconds.
    dispersion_s : float
        Scale of both densities, in seconds.
    ratio : float
        Area of the undershoot, relative to that of the peak.
    """

    peak_s: float
    undershoot_s: float
    dispersion_s: float
    ratio: float

    def impulse(self, time_s: np.ndarray) -> np.ndarray:
        """Response to an impulse of area 1; itself of area 1.

        Parameters
        ----------
        time_s : array of any shape
            Seconds after the impulse.

        Returns
        -------
        response : array of the same shape
            Per second; 0 before the impulse.
        """
        peak = _gamma_density(time_s, self.peak_s, self.dispersion_s)
        under = _gamma_density(time_s, self.undershoot_s, self.dispersion_s)
        return (peak - self.ratio * under) / (1 - self.ratio)

    def step(self, time_s: np.ndarray) -> np.ndarray:
        """Response to a step from 0 to 1: the integral of ``impulse``.

        Parameters
        ----------
        time_s : array of any shape
            Seconds after the step.

        Returns
        -------
        response : array of the same shape
            0 before the step, 1 long after it.
        """
        from scipy.special import gammainc

        scaled = np.maximum(time_s, 0) / self.dispersion_s
        peak = gammainc(self.peak_s / self.dispersion_s, scaled)
        under = gammainc(self.undershoot_s / self.dispersion_s, scaled)
        step: np.ndarray = (peak - self.ratio * under) / (1 - self.ratio)
        return step


# Glover (1999), NeuroImage 9:416, auditory cortex, as rounded by the field; SPM12's
# canonical function (spm_hrf.m defaults).
HRFS = {
    "glover": Hrf(peak_s=6.0, undershoot_s=12.0, dispersion_s=0.9, ratio=0.48),
    "spm": Hrf(peak_s=6.0, undershoot_s=16.0, dispersion_s=1.0, ratio=0.167),
}


def event_response(
    time_s: np.ndarray, duration_s: float, *, hrf: str | Hrf
) -> np.ndarray:
    """Response to one event, scaled so that its peak is 1.

    Parameters
    ----------
    time_s : array of any shape
        Seconds after the onset of the event.
    duration_s : float
        Seconds; 0 for an impulse.
    hrf : str or Hrf
        ``"glover"``, ``"spm"``, a curve of one's own, or ``"none"``: 1 during the event
        and 0 elsewhere.

    Returns
    -------
    response : array of the same shape as ``time_s``
        No unit. A weight fitted to it is the peak of the event's response.

    Raises
    ------
    DataError
        If an event of no duration is not convolved, so that no volume can see it.
    """
    if hrf == "none":
        if duration_s <= 0:
            raise DataError(
                "an event lasts 0 s, and `hrf: none` gives it no response. Choose "
                "`glover` or `spm`, or give the events a duration."
            )
        inside: np.ndarray = (time_s >= 0) & (time_s < duration_s)
        return inside.astype(np.float64)
    shape = hrf if isinstance(hrf, Hrf) else HRFS[hrf]
    grid_s = np.arange(0, duration_s + LONGEST_RISE_S, PEAK_GRID_S)
    peak = _unscaled(shape, grid_s, duration_s).max()
    scaled: np.ndarray = _unscaled(shape, time_s, duration_s) / peak
    return scaled


def _unscaled(shape: Hrf, time_s: np.ndarray, duration_s: float) -> np.ndarray:
    if duration_s <= 0:
        return shape.impulse(time_s)
    box: np.ndarray = shape.step(time_s) - shape.step(time_s - duration_s)
    return box


def _gamma_density(time_s: np.ndarray, mean_s: float, scale_s: float) -> np.ndarray:
    from scipy.special import gammaln

    shape = mean_s / scale_s
    scaled = np.maximum(time_s, 0) / scale_s
    with np.errstate(divide="ignore"):
        log_density = (shape - 1) * np.log(scaled) - scaled - gammaln(shape)
    density: np.ndarray = np.exp(log_density) / scale_s
    return density
