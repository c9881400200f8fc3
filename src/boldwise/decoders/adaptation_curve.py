"""How well new subjects are decoded with how much data, and how sure that is.

Letters for shapes: M modes, K budgets, S subjects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from boldwise.decoders.brain_study import BrainStudy
from boldwise.errors import ConfigError, DataError
from boldwise.evaluation.identification import Ranks, identify
from boldwise.training.rows import take_rows

if TYPE_CHECKING:
    from boldwise.decoders.adaptation import AdaptationOptions
    from boldwise.decoders.fit_shared_latent import SharedLatentFit

TakeUp = Callable[[BrainStudy, "AdaptationOptions"], "SharedLatentFit"]
LEVEL = 0.95
UNITS = ("trials", "minutes")
MEASURES = ("top1", "two_way")


@dataclass(frozen=True)
class AdaptationCurve:
    """Scores of new subjects over modes and budgets.

    Attributes
    ----------
    modes : list of str
        M.
    budgets : array of shape (K,)
    unit : str
        ``"trials"`` or ``"minutes"``.
    subjects : list of str
        S, sorted.
    n_trials : array of int, shape (K, S)
        That were trained with.
    scores : dict of array of shape (M, K, S)
        ``top1`` and ``two_way``, see ``evaluation.identification``.
    """

    modes: list[str]
    budgets: np.ndarray
    unit: str
    subjects: list[str]
    n_trials: np.ndarray
    scores: dict[str, np.ndarray]

    def interval(self, measure: str, mode: str) -> np.ndarray:
        """Mean over subjects and its 95 % interval: mean, low, high, shape (3, K).

        Within 0 and 1, as Student's interval of few subjects may leave what a share
        can be.
        """
        scores = self.scores[measure][self.modes.index(mode)]
        return np.asarray(np.clip(interval_of_mean(scores), 0, 1))

    def difference(self, measure: str, mode: str, other: str) -> np.ndarray:
        """Mean paired difference of two modes, and its interval, shape (3, K)."""
        one, two = (self.modes.index(name) for name in (mode, other))
        return interval_of_mean(self.scores[measure][one] - self.scores[measure][two])


def adaptation_curve(
    known: "SharedLatentFit",
    study: BrainStudy,
    *,
    target: str,
    budgets: Sequence[float],
    modes: Sequence["AdaptationOptions"],
    unit: str = "trials",
) -> AdaptationCurve:
    """Adapt to each new subject alone, in each mode, with each budget.

    Budgets are first trials in the order of time: the data that a shorter experiment
    would have given.

    Parameters
    ----------
    known : SharedLatentFit
    study : BrainStudy
        Of new subjects.
    target : str
        Whose retrieval embedding identifies the test stimuli.
    budgets : sequence of float
        In ``unit``.
    modes : sequence of AdaptationOptions
        One per mode.
    unit : str
        ``"trials"`` or ``"minutes"`` (of scanning).

    Returns
    -------
    curve : AdaptationCurve
        Of arrays of shape (M, K, S).

    Raises
    ------
    ConfigError
        If the unit is unknown.
    """
    from boldwise.decoders.adaptation import adapt

    def take_up(part: BrainStudy, options: "AdaptationOptions") -> "SharedLatentFit":
        return adapt(known, part, options=options)

    return curve_by(
        take_up, study, target=target, budgets=budgets, modes=modes, unit=unit
    )


def curve_by(
    take_up: TakeUp,
    study: BrainStudy,
    *,
    target: str,
    budgets: Sequence[float],
    modes: Sequence["AdaptationOptions"],
    unit: str = "trials",
) -> AdaptationCurve:
    """Do the same by any way to take up a new subject.

    Parameters
    ----------
    take_up : callable
        Study of one subject within a budget, and a mode, to a fit: ``adapt``, with
        what else it is to know.
    study, target, budgets, modes, unit
        As for ``adaptation_curve``.

    Returns
    -------
    curve : AdaptationCurve
        Of arrays of shape (M, K, S).

    Raises
    ------
    ConfigError
        If the unit is unknown.
    """
    if unit not in UNITS:
        raise ConfigError(f"budgets are in '{unit}'; known: {', '.join(UNITS)}.")
    subjects = sorted(study.brains)
    shape = len(modes), len(budgets), len(subjects)
    scores = {name: np.empty(shape) for name in MEASURES}
    n_trials = np.empty(shape[1:], int)
    for s, name in enumerate(subjects):
        for k, budget in enumerate(budgets):
            brain = study.brains[name].within(
                trials=int(budget) if unit == "trials" else None,
                minutes=budget if unit == "minutes" else None,
            )
            n_trials[k, s] = len(brain.train)
            part = replace(study, brains={name: brain})
            for m, options in enumerate(modes):
                ranks = identify_tests(take_up(part, options), part)[name][target]
                for measure, value in scores_of(ranks).items():
                    scores[measure][m, k, s] = value
    names = [one.mode for one in modes]
    return AdaptationCurve(names, np.array(budgets), unit, subjects, n_trials, scores)


def identify_tests(
    fit: "SharedLatentFit", study: BrainStudy, *, control: str | None = None
) -> dict[str, dict[str, Ranks]]:
    """Rank each test stimulus among all test stimuli of its subject.

    Embeddings of repeats are averaged first.

    Parameters
    ----------
    fit : SharedLatentFit
        Of retrieval embeddings (n_test, ...) per subject and target.
    study : BrainStudy
    control : str, optional
        Rank by this control instead.

    Returns
    -------
    ranks : dict of dict of Ranks
        By subject and target.
    """
    told = fit.retrieval if control is None else fit.controls[control]
    return {
        name: {
            target: rank_tests(one, study, name, target, fit)
            for target, one in told[name].items()
        }
        for name in study.brains
    }


def rank_tests(
    retrieval: np.ndarray,
    study: BrainStudy,
    subject: str,
    target: str,
    fit: "SharedLatentFit",
) -> Ranks:
    """Rank test stimuli by retrieval embeddings, one row per test trial.

    Parameters
    ----------
    retrieval : array of shape (n_test, ...)
    study : BrainStudy
    subject, target : str
    fit : SharedLatentFit
        Whose scale the embeddings have.

    Returns
    -------
    ranks : Ranks
    """
    brain = study.brains[subject]
    shown, place = np.unique(brain.stimulus_row[brain.test], return_inverse=True)
    flat = retrieval.reshape(len(retrieval), -1)  # (n_test, F)
    mean = np.zeros((len(shown), flat.shape[1]))
    np.add.at(mean, place, flat)
    wanted = fit.scale[target].apply(take_rows(study.targets[target], shown))
    return identify(mean, wanted.reshape(len(shown), -1), np.zeros(len(shown), int))


def scores_of(ranks: Ranks) -> dict[str, float]:
    """Share that is found at once, and share of distractors that are less alike."""
    two_way = (ranks.n_pool - ranks.rank) / (ranks.n_pool - 1)
    return {"top1": float((ranks.rank < 1.5).mean()), "two_way": float(two_way.mean())}


def interval_of_mean(values: np.ndarray, *, level: float = LEVEL) -> np.ndarray:
    """Mean over subjects with Student's interval.

    Parameters
    ----------
    values : array of shape (..., S)
    level : float

    Returns
    -------
    interval : array of shape (3, ...)
        Mean, low, high.

    Raises
    ------
    DataError
        If there is one subject only.
    """
    from scipy.stats import t

    n_subjects = values.shape[-1]
    if n_subjects < 2:
        raise DataError(
            "an interval over subjects needs 2 of them or more, here is 1. Give more "
            "new subjects."
        )
    mean = values.mean(-1)
    half = t.ppf((1 + level) / 2, n_subjects - 1)
    half = half * values.std(-1, ddof=1) / np.sqrt(n_subjects)
    return np.stack([mean, mean - half, mean + half])
