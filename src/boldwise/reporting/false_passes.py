"""The warning about ceilings from few stimuli: how often noise alone passes them."""

from collections.abc import Mapping

import numpy as np

from boldwise.evaluation.false_pass import false_pass_rate, safe_threshold
from boldwise.reporting.blocks import NO_NUMBER, Table, show_number, show_share
from boldwise.reporting.study import CeilingFacts

TOLERATED = 0.05


def tabulate_false_passes(
    ceilings: Mapping[str, CeilingFacts], *, min_ceiling: float
) -> list[Table]:
    """Tabulate for each subject how many voxels of pure noise pass the least ceiling.

    Parameters
    ----------
    ceilings : mapping of subject to CeilingFacts
    min_ceiling : float

    Returns
    -------
    blocks : list of Table
        One, or none where no rate is known.
    """
    rows = [
        _row(subject, one, min_ceiling)
        for subject, one in ceilings.items()
        if one.showings is not None
    ]
    if not rows:
        return []
    least = show_number(min_ceiling, digits=2)
    return [
        Table(
            (
                *("subject", "test stimuli", "showings of each"),
                *(f"noise above {least}", "shuffled voxels", "5 % of noise above"),
            ),
            rows,
            title="How often noise alone passes for signal",
            note=f"Chance that a voxel without signal has a ceiling above {least}, the "
            "least at which scores are normalised (Gaussian noise, closed form), and "
            "the share of the voxels that do after shuffling trials. From 100 stimuli "
            "shown three times a quarter of pure noise lies above 0.1: such a ceiling "
            "selects no voxels. Where the rate is high, select voxels by anatomy or by "
            "training data, test on more stimuli, or raise evaluation.min_ceiling to "
            "the last column, which 5 % of noise passes.",
        )
    ]


def _row(subject: str, one: CeilingFacts, min_ceiling: float) -> tuple[str, ...]:
    showings = one.showings
    if showings is None:
        return (f"sub-{subject}", *[NO_NUMBER] * 5)
    passed = np.mean(one.null > min_ceiling) if len(one.null) else np.nan
    return (
        f"sub-{subject}",
        f"{showings.n_items:,}",
        show_number(showings.mean_repeats, digits=1),
        show_share(false_pass_rate(min_ceiling, showings, method=one.method)),
        show_share(float(passed)),
        show_number(safe_threshold(TOLERATED, showings, method=one.method)),
    )
