"""Numbers about test items, each with its chance, its null and its draws."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from boldwise.evaluation.identification import Ranks
from boldwise.evaluation.intervals import (
    combine_subjects,
    percentile_interval,
    widen_draws,
)
from boldwise.evaluation.significance import permutation_p


@dataclass(frozen=True)
class Measure:
    """One number about the test items of a subject.

    Attributes
    ----------
    value : float
    chance : float
        Its expected value if the brain told nothing.
    n_pool : float
        Candidates (or categories) to choose from; mean over items.
    draws : array of shape (n_draws,)
        For each draw of the items: the spread of the value.
    null : array of shape (n_permutations,)
        With stimulus identity permuted within folds: the shuffled control.
    lower_is_better : bool
    """

    value: float
    chance: float
    n_pool: float
    draws: np.ndarray
    null: np.ndarray
    lower_is_better: bool = False

    @property
    def p(self) -> float:
        """One-sided p of the permutations, (1 + #{as good}) / (1 + N)."""
        sign = -1 if self.lower_is_better else 1
        return float(permutation_p(np.array(sign * self.value), sign * self.null))

    @property
    def interval(self) -> tuple[float, float]:
        """Middle 95 % of the draws."""
        return percentile_interval(self.draws)

    def widened(self, widening: float) -> "Measure":
        """Spread the draws around the value and the null around its mean."""
        if widening == 1:
            return self
        null = widen_draws(self.null, float(self.null.mean()), widening=widening)
        draws = widen_draws(self.draws, self.value, widening=widening)
        return replace(self, draws=draws, null=null).within_range()

    def within_range(self) -> "Measure":
        """Keep draws and null to what a rank (1 or more) or a share (0 to 1) can be."""
        lowest, highest = (1.0, np.inf) if self.lower_is_better else (0.0, 1.0)
        draws, null = (np.clip(one, lowest, highest) for one in (self.draws, self.null))
        return replace(self, draws=draws, null=null)

    def numbers(self) -> dict[str, float]:
        """All but the draws, for an attribute of a store."""
        low, high = self.interval
        shuffled_low, shuffled_high = percentile_interval(self.null)
        return {
            "value": self.value,
            "low": low,
            "high": high,
            "chance": self.chance,
            "p": self.p,
            "n_pool": self.n_pool,
            "shuffled": float(self.null.mean()),
            "shuffled_low": shuffled_low,
            "shuffled_high": shuffled_high,
        }


def measure_ranks(
    ranks: Ranks,
    *,
    weights: np.ndarray,
    permutation: np.ndarray,
    widening: float = 1.0,
) -> dict[str, Measure]:
    """Summarise the ranks of the true stimuli.

    Parameters
    ----------
    ranks : Ranks
    weights : array of shape (n_draws, n_items)
        How often each item was drawn; the candidates stay the same.
    permutation : array of int, shape (n_permutations, n_items)
        Which item's target each prediction is taken for, within folds.
    widening : float
        From ``HeldOut``: how much wider draws and null spread, where folds train one
        another. Neither leaves the range that a measure can have.

    Returns
    -------
    measures : dict of Measure
        ``top1``, ``top5``, ``two_way`` and ``median_rank``; see ``formulas``.
    """
    permuted = ranks.candidate_rank[np.arange(len(ranks.rank)), permutation]
    n_pool = ranks.n_pool
    mean_pool = float(n_pool.mean())
    chances = {
        "top1": np.mean(1 / n_pool),
        "top5": np.mean(np.minimum(5, n_pool) / n_pool),
        "two_way": 0.5,
    }
    measures = {
        name: _mean_measure(
            _per_item(name, ranks.rank, n_pool),
            _per_item(name, permuted, n_pool),
            weights,
            chance=float(chance),
            n_pool=mean_pool,
        ).widened(widening)
        for name, chance in chances.items()
    }
    median = Measure(
        value=float(np.median(ranks.rank)),
        chance=(mean_pool + 1) / 2,
        n_pool=mean_pool,
        draws=weighted_median(weights, ranks.rank),
        null=np.median(permuted, axis=1),
        lower_is_better=True,
    )
    return measures | {"median_rank": median.widened(widening)}


def measure_categories(
    label: np.ndarray,
    predicted: np.ndarray,
    *,
    n_classes: int,
    weights: np.ndarray,
    permutation: np.ndarray,
    widening: float = 1.0,
) -> Measure:
    """Summarise how often a category was named.

    Parameters
    ----------
    label, predicted : array of str, shape (n_items,)
        True and predicted category.
    n_classes : int
        Categories to choose from; chance is ``1 / n_classes``. Where categories are
        unequally frequent, look at the null instead.
    weights : array of shape (n_draws, n_items)
    permutation : array of int, shape (n_permutations, n_items)
        Labels are permuted within folds.
    widening : float
        As for ``measure_ranks``.

    Returns
    -------
    accuracy : Measure
    """
    return _mean_measure(
        label == predicted,
        label[permutation] == predicted,
        weights,
        chance=1 / n_classes,
        n_pool=float(n_classes),
    ).widened(widening)


def count_confusions(
    label: np.ndarray, predicted: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """Count how often each category was taken for each.

    Parameters
    ----------
    label, predicted : array of str, shape (n_items,)
    classes : array of str, shape (n_classes,)

    Returns
    -------
    confusion : array of int, shape (n_classes, n_classes)
        Rows: true category. Columns: predicted category.
    """
    pairs = (label[:, None] == classes)[:, :, None] & (predicted[:, None] == classes)[
        :, None, :
    ]
    return np.asarray(pairs.sum(axis=0))


def average_measures(measures: Sequence[Measure], *, seed: int) -> Measure:
    """Average one measure over subjects.

    Parameters
    ----------
    measures : sequence of Measure
        Drawn and permuted with equal seeds.
    seed : int
        Of the draws over subjects.

    Returns
    -------
    mean : Measure
        Its draws are over items and subjects, within the range that the measure can
        have; its null holds the mean over subjects of each permutation, so its p is
        about these subjects.
    """
    mean = Measure(
        value=float(np.mean([one.value for one in measures])),
        chance=float(np.mean([one.chance for one in measures])),
        n_pool=float(np.mean([one.n_pool for one in measures])),
        draws=combine_subjects(np.array([one.draws for one in measures]), seed=seed),
        null=np.mean([one.null for one in measures], axis=0),
        lower_is_better=measures[0].lower_is_better,
    )
    return mean.within_range()


def weighted_median(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Median of values that occur several times, as after drawing items.

    Parameters
    ----------
    weights : array of shape (n_draws, n_items)
        How often each value occurs; whole numbers.
    values : array of shape (n_items,)

    Returns
    -------
    median : array of shape (n_draws,)
        Mean of the two middle values where their number is even.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    total = reached[:, -1:]
    places = (np.ceil(total / 2), np.floor(total / 2) + 1)
    lower, upper = (values[order[(reached < place).sum(axis=1)]] for place in places)
    return np.asarray((lower + upper) / 2)


def _per_item(name: str, rank: np.ndarray, n_pool: np.ndarray) -> np.ndarray:
    if name == "two_way":
        return np.asarray((n_pool - rank) / (n_pool - 1))
    return np.asarray(rank <= {"top1": 1, "top5": 5}[name])


def _mean_measure(
    items: np.ndarray,
    permuted: np.ndarray,
    weights: np.ndarray,
    *,
    chance: float,
    n_pool: float,
) -> Measure:
    total = weights.sum(axis=1)
    draws = np.full(len(weights), np.nan)
    np.divide(weights @ items.astype(np.float64), total, out=draws, where=total > 0)
    return Measure(
        value=float(items.mean()),
        chance=chance,
        n_pool=n_pool,
        draws=draws,
        null=permuted.mean(axis=1),
    )
