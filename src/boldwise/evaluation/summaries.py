"""One number per region and subject, and its mean over subjects."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.evaluation.intervals import combine_subjects, percentile_interval
from boldwise.evaluation.scoring import VoxelScores


@dataclass(frozen=True)
class Summary:
    """One number, how many it stands on, and how it varies with the stimuli.

    Attributes
    ----------
    value : float
    n : int
        Voxels (or stimuli) behind it; subjects, for a mean over subjects.
    draws : array of shape (n_draws,) or None
        The same number for each draw of the stimuli, where it is drawn.
    """

    value: float
    n: int
    draws: np.ndarray | None = None

    def __sub__(self, other: "Summary") -> "Summary":
        """Difference of two numbers that were drawn together."""
        draws = None
        if self.draws is not None and other.draws is not None:
            draws = self.draws - other.draws
        return Summary(self.value - other.value, min(self.n, other.n), draws)

    @property
    def interval(self) -> tuple[float, float]:
        """Middle 95 % of the draws; NaN where there are none."""
        if self.draws is None:
            return float("nan"), float("nan")
        return percentile_interval(self.draws)


def summarise_regions(
    scores: VoxelScores, *, q: float
) -> dict[tuple[str, str], Summary]:
    """Summarise each region of one subject.

    Parameters
    ----------
    scores : VoxelScores
        Per voxel, arrays of shape (n_voxels,).
    q : float
        False discovery rate at which a voxel counts as significant.

    Returns
    -------
    summaries : dict of (roi, metric) to Summary
        ``r``, ``r2`` and ``noise_ceiling``: medians over the region's voxels.
        ``normalised_r``: median over those above the least ceiling.
        ``share_significant``: share of the voxels with a q value below ``q``.
        Undefined voxels are left out and not counted in ``n``; empty regions, too.
    """
    significant = np.where(np.isnan(scores.q), np.nan, scores.q < q)
    summaries: dict[tuple[str, str], Summary] = {}
    for roi, mask in scores.masks.items():
        if mask.any():
            found = {
                "r": summarise_r(scores, roi),
                "r2": _median(scores.r2[mask]),
                "noise_ceiling": _median(scores.noise_ceiling[mask]),
                "normalised_r": _median(
                    scores.normalised_r[mask], scores.normalised_draws[roi]
                ),
                "share_significant": _mean(significant[mask]),
            }
            summaries |= {(roi, metric): one for metric, one in found.items()}
    return summaries


def summarise_r(scores: VoxelScores, roi: str) -> Summary:
    """Median correlation of the voxels of one region.

    Parameters
    ----------
    scores : VoxelScores
        Per voxel, arrays of shape (n_voxels,).
    roi : str

    Returns
    -------
    summary : Summary
    """
    return _median(scores.r[scores.masks[roi]], scores.r_draws[roi])


def average_subjects(subjects: Sequence[Summary], *, seed: int) -> Summary:
    """Average one number over subjects, with draws over stimuli and subjects.

    Parameters
    ----------
    subjects : sequence of Summary
        Those without a value are left out.
    seed : int
        Of the draws over subjects.

    Returns
    -------
    mean : Summary
        ``n`` counts subjects.
    """
    known = [one for one in subjects if np.isfinite(one.value)]
    if not known:
        return Summary(float("nan"), 0)
    value = float(np.mean([one.value for one in known]))
    drawn = [one.draws for one in known if one.draws is not None]
    if len(drawn) < len(known):
        return Summary(value, len(known))
    return Summary(value, len(known), combine_subjects(np.array(drawn), seed=seed))


def _median(values: np.ndarray, draws: np.ndarray | None = None) -> Summary:
    known = values[np.isfinite(values)]
    if not len(known):
        return Summary(float("nan"), 0)
    return Summary(float(np.median(known)), len(known), draws)


def _mean(values: np.ndarray) -> Summary:
    known = values[np.isfinite(values)]
    return Summary(float(known.mean()) if len(known) else float("nan"), len(known))
