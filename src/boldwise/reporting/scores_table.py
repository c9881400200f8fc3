"""Rows of the tables of scores, found by what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan

ALL = "all"  # every voxel, or the mean over subjects


@dataclass(frozen=True)
class Estimate:
    """One number of a table.

    Attributes
    ----------
    value : float
    low, high : float
        Bounds of its 95 % interval; NaN where it has none.
    n : int
        Voxels, or subjects, behind it.
    """

    value: float
    low: float = nan
    high: float = nan
    n: int = 0

    @property
    def above_zero(self) -> bool:
        """Whether its interval lies above 0."""
        return isfinite(self.low) and self.low > 0


NOTHING = Estimate(nan)
ScoreTable = Mapping[tuple[str, str, str, str], Estimate]
"""Estimates by (subject, roi, model, metric)."""


def regions_of(table: ScoreTable) -> list[str]:
    """Regions in their order in the table, ``all`` first.

    Parameters
    ----------
    table : mapping of ScoreTable

    Returns
    -------
    rois : list of str
    """
    return _distinct(table, 1)


def models_of(table: ScoreTable) -> list[str]:
    """Models in their order in the table.

    Parameters
    ----------
    table : mapping of ScoreTable

    Returns
    -------
    models : list of str
    """
    return _distinct(table, 2)


def best_model(table: ScoreTable, *, subject: str = ALL, roi: str = ALL) -> str | None:
    """Model of the highest score: by significant voxels where all count, else by r.

    Over all voxels of a brain the median correlation is that of voxels that nothing
    drives; the share of voxels that are predicted at all tells more.

    Parameters
    ----------
    table : mapping of ScoreTable
    subject, roi : str

    Returns
    -------
    model : str or None
        The first of equals, or of all if none has a score; None without models.
    """
    metric = "share_significant" if roi == ALL else "r"
    found = {
        model: table.get((subject, roi, model, metric), NOTHING).value
        for model in models_of(table)
    }
    known = {model: value for model, value in found.items() if isfinite(value)}
    if not known:
        return next(iter(found), None)
    return max(known, key=lambda model: known[model])


def _distinct(table: ScoreTable, place: int) -> list[str]:
    return list(dict.fromkeys(key[place] for key in table))
