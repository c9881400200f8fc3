"""Score one decoder on one subject: identification or categories, from one call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from boldwise.evaluation.decoder_controls import measure_controls
from boldwise.evaluation.held_out import HeldOut, draw_weights, permute_items
from boldwise.evaluation.identification import Ranks, identify, pool_curve
from boldwise.evaluation.measures import (
    Measure,
    count_confusions,
    measure_categories,
    measure_ranks,
)
from boldwise.evaluation.training_neighbours import score_by_distance

N_BINS = 4  # of the distance to the training set
POOL_SIZES = (2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Decoded:
    """What a decoder said about the test stimuli of one subject.

    Attributes
    ----------
    kind : str
        ``"category"``, ``"across_subjects"``, ``"aligned_subjects"``, or any decoder
        of patterns.
    held_out : HeldOut
        Names the rows.
    prediction, target : array of shape (n_items, n_features), or str (n_items,)
        Patterns, or categories; ``target`` is the truth.
    classes : array of str, shape (n_classes,), or None
        Categories to choose from.
    controls : mapping of name to array of shape (n_items, n_draws)
        Rank of the true stimulus, decoded from what knows nothing of it.
    training_distance : array of shape (n_items,) or None
        From the true pattern to the nearest training pattern, 1 - r.
    """

    kind: str
    held_out: HeldOut
    prediction: np.ndarray
    target: np.ndarray
    classes: np.ndarray | None = None
    controls: Mapping[str, np.ndarray] = field(default_factory=dict)
    training_distance: np.ndarray | None = None


@dataclass(frozen=True)
class Identification:
    """Scores of one decoder on one subject.

    Attributes
    ----------
    measures : dict of Measure
    items : dict of array of shape (n_items,)
        Per item: ``rank``, ``rank_to_brain``, ``two_way``, ``n_pool`` and, where
        known, ``training_distance``; or ``correct``.
    tables : dict of array
        ``pool_size`` and ``pool_top1`` of shape (n_sizes,), ``bin_distance``,
        ``bin_two_way`` and ``bin_n`` of shape (n_bins,) and ``distance_trend`` (rho
        and its p); or ``classes`` and ``confusion`` (true by predicted category).
    controls : dict of array of shape (n_draws,)
        ``<measure>_<control>``; see ``decoder_controls``.
    """

    measures: dict[str, Measure]
    items: dict[str, np.ndarray] = field(default_factory=dict)
    tables: dict[str, np.ndarray] = field(default_factory=dict)
    controls: dict[str, np.ndarray] = field(default_factory=dict)


def score_decoder(
    decoded: Decoded, *, pool_sizes: list[int], options: Mapping[str, Any]
) -> Identification:
    """Score what a decoder said about held-out stimuli.

    Patterns of a decoder across subjects are brain responses with a large part in
    common: each voxel's mean over the test stimuli of the fold is removed from
    prediction and target before they are correlated, which uses no labels.

    Parameters
    ----------
    decoded : Decoded
        Patterns of shape (n_items, n_features), or categories of shape (n_items,).
        Nothing is trained across subjects unless they are aligned, so the spread of
        the former is not widened.
    pool_sizes : list of int
        Numbers of candidates to identify among, besides all; empty: a grid.
    options : mapping
        ``n_permutations``, ``n_bootstraps``, ``seed`` and, if wanted, ``hubness``:
        score once more with hubs corrected, which looks at all test items.

    Returns
    -------
    identification : Identification
        Measures ending in ``_to_brain`` are of the other direction: which brain, for
        a given stimulus? Those ending in ``_corrected`` are transductive.
    """
    seed, fold = options["seed"], decoded.held_out.fold
    weights = draw_weights(decoded.held_out, n_draws=options["n_bootstraps"], seed=seed)
    permutation = permute_items(
        decoded.held_out, n_permutations=options["n_permutations"], seed=seed
    )
    if decoded.kind == "category":
        return _score_categories(decoded, weights, permutation)
    centre = decoded.kind in ("across_subjects", "aligned_subjects")
    trained = decoded.kind != "across_subjects"
    rank = partial(identify, decoded.prediction, decoded.target, fold, centre=centre)
    measure = partial(
        measure_ranks,
        weights=weights,
        permutation=permutation,
        widening=decoded.held_out.widening if trained else 1.0,
    )
    ranks, back = rank(), rank(distractors="predictions")
    measures = measure(ranks) | _renamed(measure(back), "to_brain")
    hubness = options.get("hubness", "none")
    if hubness != "none":
        measures |= _renamed(measure(rank(hubness=hubness)), "corrected")
    items, tables = _pattern_results(decoded, ranks, permutation)
    return Identification(
        measures=measures,
        items=items | {"rank_to_brain": back.rank},
        tables=tables | _pool_table(ranks, pool_sizes),
        controls=measure_controls(decoded.controls, ranks.n_pool),
    )


def _renamed(measures: dict[str, Measure], suffix: str) -> dict[str, Measure]:
    kept = ("top1", "two_way", "median_rank")
    return {f"{name}_{suffix}": measures[name] for name in kept}


def _pool_table(ranks: Ranks, pool_sizes: list[int]) -> dict[str, np.ndarray]:
    largest = int(ranks.n_pool.min())
    sizes = [*(pool_sizes or [size for size in POOL_SIZES if size < largest]), largest]
    sizes = sorted(set(sizes))
    return {"pool_size": np.array(sizes), "pool_top1": pool_curve(ranks, sizes)}


def _pattern_results(
    decoded: Decoded, ranks: Ranks, permutation: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Tell each item's score, and how scores hang on the distance to training."""
    two_way = (ranks.n_pool - ranks.rank) / (ranks.n_pool - 1)
    items = {"rank": ranks.rank, "two_way": two_way, "n_pool": ranks.n_pool}
    distance = decoded.training_distance
    if distance is None or len(distance) < N_BINS:
        return items, {}
    trend = score_by_distance(two_way, distance, permutation=permutation, n_bins=N_BINS)
    tables = {
        "bin_distance": trend.distance,
        "bin_two_way": trend.score,
        "bin_n": trend.n,
        "distance_trend": np.array([trend.rho, trend.p]),
    }
    return items | {"training_distance": distance}, tables


def _score_categories(
    decoded: Decoded, weights: np.ndarray, permutation: np.ndarray
) -> Identification:
    label, predicted = decoded.target, decoded.prediction
    named = np.unique([*label, *predicted])
    classes = named if decoded.classes is None else decoded.classes
    accuracy = measure_categories(
        label,
        predicted,
        n_classes=len(classes),
        weights=weights,
        permutation=permutation,
        widening=decoded.held_out.widening,
    )
    return Identification(
        measures={"accuracy": accuracy},
        items={"correct": label == predicted},
        tables={
            "classes": classes,
            "confusion": count_confusions(label, predicted, classes),
        },
    )
