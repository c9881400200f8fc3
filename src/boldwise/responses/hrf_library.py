"""Twenty haemodynamic responses, from fast to slow, to choose from voxel by voxel.

Responses differ between people, regions and vessels (Handwerker et al. 2004,
NeuroImage 21:1639), mostly in latency, and late ones are also broad. One family with
one parameter follows: Glover's shape, stretched in time. Offering 20 curves and
keeping the one that fits is the principle of Allen et al. (2022), Nature Neuroscience
25:116, and Prince et al. (2022), eLife 11:e77599; the curves here are our own.
"""

import numpy as np

from boldwise.responses.hrf import HRFS, Hrf

N_HRFS = 20
EARLIEST_S, LATEST_S = 3.0, 7.75


def hrf_library(n_hrfs: int = N_HRFS) -> list[Hrf]:
    """Make curves that peak at evenly spaced times after an impulse.

    Parameters
    ----------
    n_hrfs : int
        At least 2.

    Returns
    -------
    library : list of Hrf
        Ordered by time to peak, from 3 s to 7.75 s: steps of 0.25 s for 20 curves.

    Examples
    --------
    >>> [round(time_to_peak(hrf), 2) for hrf in hrf_library()[:3]]
    [3.0, 3.25, 3.5]
    """
    glover = HRFS["glover"]
    stretch = np.linspace(EARLIEST_S, LATEST_S, n_hrfs) / time_to_peak(glover)
    return [
        Hrf(
            peak_s=glover.peak_s * s,
            undershoot_s=glover.undershoot_s * s,
            dispersion_s=glover.dispersion_s * s,
            ratio=glover.ratio,
        )
        for s in stretch.tolist()
    ]


def time_to_peak(hrf: Hrf) -> float:
    """Seconds from an impulse to the highest response, to about 1 ms."""
    coarse = np.arange(0, 30, 0.05)
    around = coarse[np.argmax(hrf.impulse(coarse))]
    fine = around + np.linspace(-0.05, 0.05, 101)
    return float(fine[np.argmax(hrf.impulse(fine))])


def nearest_curve(hrf: Hrf, library: list[Hrf]) -> int:
    """Index of the curve whose time to peak is nearest to that of another response."""
    distance = [abs(time_to_peak(one) - time_to_peak(hrf)) for one in library]
    return int(np.argmin(distance))
