"""How new subjects were taken up, as rows that a reader can compare.

Letters for shapes: M modes, K budgets, S subjects.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import nan

import numpy as np

from boldwise.decoders.adaptation_curve import (
    MEASURES,
    AdaptationCurve,
    interval_of_mean,
)

ALL, SCRATCH, TRANSFER = "all", "scratch", "raw_transfer"
ADAPTATION_COLUMNS = (
    *("decoder", "mode", "budget", "unit", "measure", "subject", "n_trials"),
    *("value", "low", "high", "chance", "gain", "gain_low", "gain_high"),
)
GAINS = ADAPTATION_COLUMNS[-3:]
Row = dict[str, str | int | float]


@dataclass(frozen=True)
class Adaptation:
    """How each subject was taken up by a decoder of the others.

    Attributes
    ----------
    curve : AdaptationCurve
        Scores of shape (M, K, S), averaged over outer folds.
    n_pool : array of shape (S,)
        Test stimuli to choose from.
    transfer : dict of array of shape (S,)
        Scores by the maps of the others as they are, averaged over them.
    """

    curve: AdaptationCurve
    n_pool: np.ndarray
    transfer: dict[str, np.ndarray]

    def chance(self, measure: str) -> np.ndarray:
        """Score of a guess for each subject, shape (S,)."""
        if measure == "top1":
            return np.asarray(1 / self.n_pool)
        return np.full(len(self.n_pool), 0.5)


def tabulate_adaptations(found: Mapping[str, Adaptation]) -> Iterator[Row]:
    """List scores for each decoder, mode, budget and subject, and over subjects.

    Parameters
    ----------
    found : mapping of decoder to Adaptation
        With scores of shape (M, K, S).

    Yields
    ------
    row : dict
        By ``ADAPTATION_COLUMNS``. In rows of subject ``all``, ``low`` and ``high``
        bound Student's 95 % interval over subjects, ``gain`` is the paired difference
        from scratch with its own. Raw transfer has no budget.
    """
    for decoder, one in found.items():
        for measure in MEASURES:
            for mode in one.curve.modes:
                for row in _rows_of_mode(one, measure, mode):
                    yield {"decoder": decoder, **row}
            values, chance = one.transfer[measure], one.chance(measure)
            about: Row = {"mode": TRANSFER, "budget": nan, "measure": measure}
            for row in _rows(one, values, chance, np.zeros(len(values), int)):
                yield {"decoder": decoder, **about, **row}


def _rows_of_mode(one: Adaptation, measure: str, mode: str) -> Iterator[Row]:
    curve = one.curve
    gain = np.full((3, len(curve.budgets)), nan)
    if SCRATCH in curve.modes and mode != SCRATCH:
        gain = curve.difference(measure, mode, SCRATCH)
    scores = curve.scores[measure][curve.modes.index(mode)]  # (K, S)
    for k, budget in enumerate(curve.budgets):
        about: Row = {"mode": mode, "budget": float(budget), "measure": measure}
        for row in _rows(one, scores[k], one.chance(measure), curve.n_trials[k]):
            if row["subject"] == ALL:
                row |= dict(zip(GAINS, gain[:, k].tolist(), strict=True))
            yield {**about, **row}


def _rows(
    one: Adaptation, values: np.ndarray, chance: np.ndarray, n_trials: np.ndarray
) -> Iterator[Row]:
    """Rows of all subjects together, then of each, values of shape (S,)."""
    none: Row = dict.fromkeys(("low", "high", *GAINS), nan)
    none["unit"] = one.curve.unit
    mean, low, high = np.clip(interval_of_mean(values), 0, 1)
    yield {
        **none,
        "subject": ALL,
        "n_trials": int(np.rint(n_trials.mean())),
        "value": float(mean),
        "low": float(low),
        "high": float(high),
        "chance": float(chance.mean()),
    }
    for s, subject in enumerate(one.curve.subjects):
        yield {
            **none,
            "subject": subject,
            "n_trials": int(n_trials[s]),
            "value": float(values[s]),
            "chance": float(chance[s]),
        }
