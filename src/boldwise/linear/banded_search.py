"""Which candidates of banded ridge are worth scoring: a search that learns.

Random search scores every candidate for all targets, and learns nothing from it. Here
all spaces alike come first, then each alone, all but one and pairs, since targets
that few spaces drive want the others left out. Then a regression of the scores says
which of a thousand candidates to score next, and which targets they may serve: the
others are passed over.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from boldwise.linear.banded_choice import BandedChoice, Scores, choose_bands
from boldwise.linear.banded_plan import BandedPlan
from boldwise.linear.banded_solve import (
    ROUND,
    choose_for_targets,
    prepare_block,
    score_rounds,
)
from boldwise.linear.banded_surrogate import propose

SAMPLE = 2048  # Targets that choose the candidates for all.
POOL = 1000  # Candidates to propose from.


@dataclass(frozen=True)
class Search:
    """Candidates that were scored, for some of the targets.

    Attributes
    ----------
    candidates : array of shape (c, s)
        Shares of the spaces, each row summing to 1; all spaces alike comes first.
    places : array of int, shape (n_sample,)
        Targets they were scored for, evenly spaced.
    scores : Scores
        Of n_sample targets.
    """

    candidates: np.ndarray
    places: np.ndarray
    scores: Scores

    def useful(self, *, tolerance: float = 1e-5) -> np.ndarray:
        """Candidates, shape (at most c, s), that add to the mean best score.

        The list for targets that were not looked at: hand it to jobs that have a part
        of the targets each.
        """
        kept = keep_useful(self.scores.best, tolerance=tolerance)
        return np.asarray(self.candidates[kept])


def search_candidates(
    plan: BandedPlan,
    targets: Any,
    *,
    n_candidates: int = 40,
    random_state: int | None = 0,
    tolerance: float = 1e-5,
) -> Search:
    """Search for candidates that together serve all targets.

    Parameters
    ----------
    plan : BandedPlan
    targets : array or sliceable of float, shape (n, n_targets)
        At most 2048 of them are looked at.
    n_candidates : int
        How many to score at most.
    random_state : int or None
        Seed of the candidates to propose from.
    tolerance : float
        Stop when the mean expected improvement of the score is below.

    Returns
    -------
    search : Search
    """
    step = sample_step(targets.shape[1])
    places = np.arange(0, targets.shape[1], step)
    tiles = prepare_block(plan, np.asarray(targets[:, ::step]))
    done = first_candidates(plan.n_groups)[:n_candidates]
    scores = score_rounds(plan, tiles, done)
    pool = draw_candidates(plan.n_groups, np.random.default_rng(random_state))
    while plan.n_groups > 1 and len(done) < n_candidates:
        n_next = min(ROUND, n_candidates - len(done))
        proposed = propose(
            done,
            scores.believed,
            pool,
            n=n_next,
            n_whole=scores.n_whole,
            tolerance=tolerance,
        )
        if not len(proposed):
            break
        scores = score_rounds(plan, tiles, proposed, known=(done, scores))
        done = np.vstack([done, proposed])
    return Search(done, places, scores)


def sample_step(n_targets: int) -> int:
    """Every how many targets one is looked at: 1 up to 2048 targets."""
    return max(1, -(-n_targets // SAMPLE))


def choose_by_search(
    plan: BandedPlan, targets: Any, search: Search
) -> tuple[BandedChoice, np.ndarray, np.ndarray]:
    """Choose candidate and penalty of every target after a search.

    Parameters
    ----------
    plan : BandedPlan
    targets : array or sliceable of float, shape (n, n_targets)
        Those of the search. Where it looked at all of them nothing is scored again.
    search : Search

    Returns
    -------
    choice : BandedChoice
    score : array of shape (c, n_targets)
        Of the best penalty of each candidate; NaN where a target was passed over.
    candidates : array of shape (c, s)
        Those chosen from.
    """
    if len(search.places) == targets.shape[1]:
        return (
            choose_bands(search.candidates, search.scores),
            search.scores.best,
            search.candidates,
        )
    candidates = search.useful()
    return *choose_for_targets(plan, targets, candidates, prune=True), candidates


def first_candidates(n_groups: int) -> np.ndarray:
    """All spaces alike, each alone, all but one, and pairs: shape (c, n_groups).

    Examples
    --------
    >>> first_candidates(2).tolist()
    [[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]]
    """
    everything = tuple(range(n_groups))
    subsets = [everything]
    for size in (1, n_groups - 1, 2):
        subsets += combinations(everything, size)
    used = [subset for subset in dict.fromkeys(subsets) if subset]
    rows = np.zeros((len(used), n_groups))
    for row, subset in zip(rows, used, strict=True):
        row[list(subset)] = 1.0 / len(subset)
    return rows


def draw_candidates(n_groups: int, rng: np.random.Generator) -> np.ndarray:
    """Candidates to propose from: shape (1000, n_groups), rows summing to 1.

    Half have shares of a common size (Dirichlet), half shares that differ by up to
    three decades.
    """
    alike = rng.dirichlet(np.full(n_groups, 0.7), POOL // 2)
    apart = 10.0 ** rng.uniform(-3, 0, (POOL - len(alike), n_groups))
    return np.vstack([alike, apart / apart.sum(axis=1, keepdims=True)])


def keep_useful(score: np.ndarray, *, tolerance: float) -> np.ndarray:
    """Pick candidates one by one while each adds to the mean best score.

    Parameters
    ----------
    score : array of shape (c, n_targets)
        NaN where a target was passed over.
    tolerance : float
        Smallest gain of the mean over targets.

    Returns
    -------
    kept : array of int
        Places of the candidates; the first stays the first, the others in order.
    """
    score = score[:, np.isfinite(score[0])]
    score = np.where(np.isfinite(score), score, -np.inf)
    kept = [0]
    while score.size and len(kept) < len(score):
        best = score[kept].max(axis=0)
        gain = np.maximum(score - best, 0.0).mean(axis=1)
        place = int(np.argmax(gain))
        if gain[place] < tolerance:
            break
        kept.append(place)
    return np.sort(kept)
