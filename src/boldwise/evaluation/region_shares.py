"""What regions are worth to decoders, subject by subject and over subjects."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.evaluation.paired_subjects import compare_subjects

COLUMNS = (
    *("subject", "decoder", "region", "n_voxels", "all_voxels"),
    *("alone", "alone_low", "alone_high", "alone_p"),
    *("left_out", "lost", "lost_low", "lost_high", "lost_p", "n"),
)
ALL = "all"


@dataclass(frozen=True)
class RegionShares:
    """Mean two-way shares of one region in one subject.

    Attributes
    ----------
    n_voxels : int
    all_voxels, alone, left_out, alone_p, lost_p : float
    """

    n_voxels: int
    all_voxels: float
    alone: float
    left_out: float
    alone_p: float
    lost_p: float


Shares = dict[str, dict[str, dict[str, RegionShares]]]
"""By decoder, subject and region."""


def tabulate_ablation(
    shares: Shares, *, individuals: Sequence[str]
) -> list[dict[str, str | int | float]]:
    """List every region for each subject, and over subjects.

    Parameters
    ----------
    shares : Shares
    individuals : sequence of str
        Subjects of the rows of subject ``all``.

    Returns
    -------
    rows : list of dict
        With ``COLUMNS``. Over subjects, intervals are those of the mean by Student's
        t, p is NaN, ``n`` counts the subjects, and ``n_voxels`` is their mean.
    """
    rows = []
    for decoder, by_subject in shares.items():
        own = {name: by_subject[name] for name in individuals if name in by_subject}
        for subject, regions in by_subject.items():
            rows += [
                _row((subject, decoder, region), one) for region, one in regions.items()
            ]
        names = dict.fromkeys(region for one in own.values() for region in one)
        for region in names:
            there = [one[region] for one in own.values() if region in one]
            rows.append(_mean_row(decoder, region, there))
    return rows


def _row(names: tuple[str, ...], one: RegionShares) -> dict[str, str | int | float]:
    nan = float("nan")
    values = (
        *(one.n_voxels, one.all_voxels, one.alone, nan, nan, one.alone_p),
        *(one.left_out, one.all_voxels - one.left_out, nan, nan, one.lost_p, 1),
    )
    return dict(zip(COLUMNS, (*names, *values), strict=True))


def _mean_row(
    decoder: str, region: str, found: Sequence[RegionShares]
) -> dict[str, str | int | float]:
    whole = [one.all_voxels for one in found]
    alone = compare_subjects([one.alone for one in found], [0.0] * len(found))
    left_out = [one.left_out for one in found]
    lost = compare_subjects(whole, left_out)
    nan, n_voxels = float("nan"), round(np.mean([one.n_voxels for one in found]))
    values = (
        *(n_voxels, float(np.mean(whole)), alone.mean, alone.low, alone.high, nan),
        *(float(np.mean(left_out)), lost.mean, lost.low, lost.high, nan, len(found)),
    )
    return dict(zip(COLUMNS, (ALL, decoder, region, *values), strict=True))
