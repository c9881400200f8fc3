"""Scores of many voxels, models and subjects -> rows that a reader can compare."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import nan

import numpy as np

from boldwise.evaluation.decoder_controls import average_controls
from boldwise.evaluation.decoding import Identification
from boldwise.evaluation.intervals import draw_p, percentile_interval
from boldwise.evaluation.measures import Measure, average_measures
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

IDENTIFICATION_COLUMNS = (
    *("subject", "decoder", "metric", "value", "low", "high"),
    *("chance", "p", "n_pool"),
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


def tabulate_identification(
    found: Mapping[str, Mapping[str, Identification]],
    *,
    individuals: Sequence[str],
    seed: int,
) -> list[Row]:
    """List every measure of every decoder for each subject, and over subjects.

    Parameters
    ----------
    found : mapping of decoder to mapping of subject to Identification
        Per item, arrays of shape (n_items,).
    individuals : sequence of str
        Subjects to average in the rows of subject ``all``.
    seed : int
        Of the draws over subjects.

    Returns
    -------
    rows : list of dict
        With ``IDENTIFICATION_COLUMNS``. A metric ending in ``_shuffled`` holds the
        mean and the middle 95 % of the permutations; ``top1_pool`` holds the
        expected share found among ``n_pool`` candidates drawn at random. One ending
        in the name of a control holds the mean and the middle 95 % of its draws;
        ``two_way_distance`` the Spearman correlation of the two-way share with the
        distance of a stimulus to the training set, and its p.
    """
    rows: list[Row] = []
    for decoder, by_subject in found.items():
        own = [by_subject[name] for name in individuals if name in by_subject]
        for subject, one in by_subject.items():
            rows += _identification_rows((subject, decoder), one)
        if own:
            rows += _identification_rows((ALL, decoder), _average(own, seed))
    return rows


def _average(subjects: Sequence[Identification], seed: int) -> Identification:
    measures = {
        name: average_measures([one.measures[name] for one in subjects], seed=seed)
        for name in subjects[0].measures
    }
    controls = average_controls([one.controls for one in subjects])
    sizes = {tuple(one.tables.get("pool_size", ())) for one in subjects}
    if len(sizes) > 1:
        return Identification(measures, controls=controls)
    tables: dict[str, np.ndarray] = {
        name: np.mean([one.tables[name] for one in subjects], axis=0)
        for name in ("pool_size", "pool_top1")
        if name in subjects[0].tables
    }
    return Identification(measures, tables=tables, controls=controls)


def _identification_rows(names: tuple[str, str], found: Identification) -> list[Row]:
    rows: list[tuple[str | float, ...]] = []
    for metric, one in found.measures.items():
        rows += [(metric, *_true(one)), (f"{metric}_shuffled", *_shuffled(one))]
    rows += [(name, *_control(name, found)) for name in found.controls]
    if "distance_trend" in found.tables:
        rho, p = map(float, found.tables["distance_trend"])
        n_pool = found.measures["two_way"].n_pool
        rows.append(("two_way_distance", rho, nan, nan, 0.0, p, n_pool))
    sizes, top1 = (found.tables.get(name, ()) for name in ("pool_size", "pool_top1"))
    rows += [
        ("top1_pool", float(share), nan, nan, 1 / int(size), nan, float(size))
        for size, share in zip(sizes, top1, strict=True)
    ]
    return [
        dict(zip(IDENTIFICATION_COLUMNS, (*names, *row), strict=True)) for row in rows
    ]


def _true(one: Measure) -> tuple[float, ...]:
    return one.value, *one.interval, one.chance, one.p, one.n_pool


def _shuffled(one: Measure) -> tuple[float, ...]:
    interval = percentile_interval(one.null)
    return float(one.null.mean()), *interval, one.chance, nan, one.n_pool


def _control(name: str, found: Identification) -> tuple[float, ...]:
    """Mean and range of a control's draws, with the chance of what it controls."""
    draws = found.controls[name]
    of = next(one for one in ("top1", "two_way", "median_rank") if name.startswith(one))
    interval = percentile_interval(draws) if len(draws) > 1 else (nan, nan)
    measure = found.measures[of]
    return float(draws.mean()), *interval, measure.chance, nan, measure.n_pool


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
    values: tuple[str | int | float, ...]
    values = (*names, one.value, *one.interval, one.n)
    return dict(zip(SCORE_COLUMNS, values, strict=True))
