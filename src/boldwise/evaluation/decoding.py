"""Score one decoder on one subject: identification or categories, from one call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boldwise.evaluation.held_out import HeldOut, draw_weights, permute_items
from boldwise.evaluation.identification import identify, pool_curve
from boldwise.evaluation.measures import (
    Measure,
    count_confusions,
    measure_categories,
    measure_ranks,
)

POOL_SIZES = (2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Decoded:
    """What a decoder said about the test stimuli of one subject.

    Attributes
    ----------
    kind : str
        ``"category"``, ``"across_subjects"``, or any decoder of patterns.
    held_out : HeldOut
        Names the rows.
    prediction, target : array of shape (n_items, n_features), or str (n_items,)
        Patterns, or categories; ``target`` is the truth.
    classes : array of str, shape (n_classes,), or None
        Categories to choose from.
    """

    kind: str
    held_out: HeldOut
    prediction: np.ndarray
    target: np.ndarray
    classes: np.ndarray | None = None


@dataclass(frozen=True)
class Identification:
    """Scores of one decoder on one subject.

    Attributes
    ----------
    measures : dict of Measure
    items : dict of array of shape (n_items,)
        Per item: ``rank``, ``two_way`` and ``n_pool``, or ``correct``.
    tables : dict of array
        ``pool_size`` and ``pool_top1`` of shape (n_sizes,), or ``classes`` and
        ``confusion`` (true by predicted category).
    """

    measures: dict[str, Measure]
    items: dict[str, np.ndarray] = field(default_factory=dict)
    tables: dict[str, np.ndarray] = field(default_factory=dict)


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
        Nothing is trained across subjects, so their spread is not widened.
    pool_sizes : list of int
        Numbers of candidates to identify among, besides all; empty: a grid.
    options : mapping
        ``n_permutations``, ``n_bootstraps``, ``seed``.

    Returns
    -------
    identification : Identification
    """
    seed, fold = options["seed"], decoded.held_out.fold
    weights = draw_weights(decoded.held_out, n_draws=options["n_bootstraps"], seed=seed)
    permutation = permute_items(
        decoded.held_out, n_permutations=options["n_permutations"], seed=seed
    )
    if decoded.kind == "category":
        return _score_categories(decoded, weights, permutation)
    centre = decoded.kind == "across_subjects"
    ranks = identify(decoded.prediction, decoded.target, fold, centre=centre)
    measures = measure_ranks(
        ranks,
        weights=weights,
        permutation=permutation,
        widening=1.0 if centre else decoded.held_out.widening,
    )
    largest = int(ranks.n_pool.min())
    sizes = [*(pool_sizes or [size for size in POOL_SIZES if size < largest]), largest]
    sizes = sorted(set(sizes))
    return Identification(
        measures=measures,
        items={
            "rank": ranks.rank,
            "two_way": (ranks.n_pool - ranks.rank) / (ranks.n_pool - 1),
            "n_pool": ranks.n_pool,
        },
        tables={
            "pool_size": np.array(sizes),
            "pool_top1": pool_curve(ranks, sizes),
        },
    )


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
