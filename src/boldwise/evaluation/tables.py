"""Scores of many voxels, models and subjects -> rows that a reader can compare."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from boldwise.evaluation.intervals import draw_p
from boldwise.evaluation.scoring import VoxelScores
from boldwise.evaluation.significance import adjust_fdr
from boldwise.evaluation.summaries import (
    Summary,
    average_subjects,
    summarise_r,
    summarise_regions,
)

ALL = "all"
SCORE_COLUMNS = ("subject", "roi", "model", "metric", "value", "low", "high", "n")
COMPARISON_COLUMNS = (
    *("roi", "model_a", "model_b", "difference", "low", "high"),
    *("p", "q", "n_subjects"),
)

Row = dict[str, str | int | float]
Scores = Mapping[str, Mapping[str, VoxelScores]]


def tabulate_scores(
    scores: Scores, *, individuals: Sequence[str], q: float, seed: int
) -> list[Row]:
    """Summarise every region for each subject, and over subjects.

    Parameters
    ----------
    scores : mapping of model to mapping of subject to VoxelScores
        Per voxel, arrays of shape (n_voxels,).
    individuals : sequence of str
        Subjects to average in the rows of subject ``all``; a group mean that was
        scored like a subject is not one of them.
    q : float
        False discovery rate at which a voxel counts as significant.
    seed : int
        Of the draws over subjects.

    Returns
    -------
    rows : list of dict
        With ``SCORE_COLUMNS``. ``n`` counts voxels, or subjects where subject is
        ``all``. ``low`` and ``high`` bound the middle 95 % of draws over stimuli (and
        subjects); NaN for metrics that are not drawn.
    """
    rows = []
    for model, by_subject in scores.items():
        found = {name: summarise_regions(one, q=q) for name, one in by_subject.items()}
        own = [found[name] for name in individuals if name in found]
        found[ALL] = {
            key: average_subjects([one[key] for one in own if key in one], seed=seed)
            for key in dict.fromkeys(key for one in own for key in one)
        }
        rows += [
            _row((subject, roi, model, metric), one)
            for subject, summaries in found.items()
            for (roi, metric), one in summaries.items()
        ]
    return rows


def compare_models(
    scores: Scores, *, individuals: Sequence[str], seed: int
) -> list[Row]:
    """Compare the models two by two in every region, paired over stimuli.

    The difference is between the models' median correlations in a region, averaged
    over subjects. Both models are scored on the same draws of stimuli and subjects;
    p is two-sided, from the spread of those differences moved to 0 (``draw_p``).

    Parameters
    ----------
    scores : mapping of model to mapping of subject to VoxelScores
        Per voxel, arrays of shape (n_voxels,).
    individuals : sequence of str
        Subjects to average.
    seed : int
        Of the draws over subjects.

    Returns
    -------
    rows : list of dict
        With ``COMPARISON_COLUMNS``; ``difference`` is a less b, ``q`` is over all
        rows (Benjamini-Hochberg).
    """
    found = [
        ((roi, a, b), average_subjects(differences, seed=seed))
        for a, b in combinations(scores, 2)
        for roi, differences in _differences(scores[a], scores[b], individuals).items()
    ]
    p = [draw_p(mean.value, mean.draws) for _, mean in found]
    q = adjust_fdr(np.array(p, dtype=float)).tolist()
    return [
        dict(
            zip(
                COMPARISON_COLUMNS,
                (*names, mean.value, *mean.interval, p[k], q[k], mean.n),
                strict=True,
            )
        )
        for k, (names, mean) in enumerate(found)
    ]


def _differences(
    a: Mapping[str, VoxelScores],
    b: Mapping[str, VoxelScores],
    individuals: Sequence[str],
) -> dict[str, list[Summary]]:
    """Difference of the median correlations, by region, for each subject in both."""
    found: dict[str, list[Summary]] = {}
    for name in individuals:
        if name in a and name in b:
            for roi, mask in a[name].masks.items():
                if mask.any():
                    pair = summarise_r(a[name], roi), summarise_r(b[name], roi)
                    found.setdefault(roi, []).append(pair[0] - pair[1])
    return found


def _row(names: tuple[str, ...], one: Summary) -> Row:
    values = (*names, one.value, *one.interval, one.n)
    return dict(zip(SCORE_COLUMNS, values, strict=True))
