"""Scores of pictures that stand for others: own decodings, then shuffled ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, WeightsError
from boldwise.evaluation.caption_scores import bleu, cider_d, rouge_l
from boldwise.evaluation.feature_metrics import (
    describe_pictures,
    feature_metric,
    load_metric_network,
)
from boldwise.evaluation.identification import correlate_rows
from boldwise.evaluation.likeness import Shuffles
from boldwise.evaluation.pixel_metrics import compare_prepared, prepare_picture
from boldwise.evaluation.retrieval import two_way_identification


@dataclass(frozen=True)
class PicturePairs:
    """What was shown, and what stands for it.

    Attributes
    ----------
    shown : array of uint8, shape (n_shown, height, width, 3)
        Each picture that stands for an item, once.
    row : array of int, shape (n_items,)
        Which of them stands for each item.
    seen : array of uint8, shape (n_items, height, width, 3)
        What was to be decoded; in the order of the items.
    """

    shown: np.ndarray
    row: np.ndarray
    seen: np.ndarray


def score_pixels(
    pairs: PicturePairs, shuffles: Shuffles, *, size: int
) -> dict[str, np.ndarray]:
    """Compare pictures pixel by pixel.

    Parameters
    ----------
    pairs : PicturePairs
        Pictures of shape (n, height, width, 3).
    shuffles : Shuffles
    size : int
        Pixels of each side while comparing.

    Returns
    -------
    values : dict of array of shape (1 + n_shuffles, n_items)
        ``pixcorr`` and ``ssim``; see ``pixel_metrics``.
    """
    found = np.empty((2, *shuffles.order.shape))
    for block in np.unique(shuffles.block):
        items = np.flatnonzero(shuffles.block == block)
        own = np.unique(pairs.row[items])
        ready = {r: prepare_picture(pairs.shown[r], size=size) for r in own.tolist()}
        for item in items:
            true = prepare_picture(pairs.seen[item], size=size)
            wanted = pairs.row[shuffles.order[:, item]]
            for row in np.unique(wanted).tolist():
                both = compare_prepared(ready[row], true)
                found[:, wanted == row, item] = np.array(both)[:, None]
    return {"pixcorr": found[0], "ssim": found[1]}


def score_layers(
    pairs: PicturePairs,
    shuffles: Shuffles,
    fold: np.ndarray,
    *,
    names: list[str],
    weights: Mapping[str, str],
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Compare pictures as networks see them.

    Parameters
    ----------
    pairs : PicturePairs
        Pictures of shape (n, height, width, 3).
    shuffles : Shuffles
    fold : array of int, shape (n_items,)
        Two-way metrics compare with other pictures of the fold.
    names : list of str
        Of ``FEATURE_METRICS``.
    weights : mapping of metric to tag or path
        Where they are not the published ones.

    Returns
    -------
    values : dict of metric to array of shape (1 + n_shuffles, n_items)
    left_out : dict of metric to str
        Why a network cannot be had.
    """
    values, left_out = {}, {}
    for name in names:
        options: dict[str, Any] = {"device": "cpu", "weights": weights.get(name)}
        try:
            network = load_metric_network(name, options)
        except (WeightsError, ConfigError) as error:
            left_out[name] = str(error)
            continue
        metric = feature_metric(name)
        shown = describe_pictures(metric, network, pairs.shown)[pairs.row]
        seen = describe_pictures(metric, network, pairs.seen)
        values[name] = compare_layers(shown, seen, shuffles, fold, rule=metric.rule)
    return values, left_out


def compare_layers(
    shown: np.ndarray,
    seen: np.ndarray,
    shuffles: Shuffles,
    fold: np.ndarray,
    *,
    rule: str,
) -> np.ndarray:
    """Compare features of pictures with those of what was seen.

    Parameters
    ----------
    shown, seen : array of shape (n_items, n_features)
    shuffles : Shuffles
    fold : array of int, shape (n_items,)
    rule : str
        ``"two_way"`` or ``"distance"``, as of ``feature_metrics``.

    Returns
    -------
    values : array of shape (1 + n_shuffles, n_items)
    """
    values = np.empty(shuffles.order.shape)
    for k in np.unique(fold):
        rows = np.flatnonzero(fold == k)
        similarity = correlate_rows(shown[rows], seen[rows])
        place = np.searchsorted(rows, shuffles.order[:, rows])
        for draw, order in enumerate(place):
            moved = similarity[order]
            if rule == "distance":
                values[draw, rows] = 1 - moved.diagonal()
            else:
                values[draw, rows] = two_way_identification(moved, ties="lost")
    return values


def score_captions(
    captions: list[str], references: list[list[str]], shuffles: Shuffles
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Compare captions with what was said of what was seen.

    Parameters
    ----------
    captions : list of str, length n_items
    references : list of lists of str, length n_items
    shuffles : Shuffles

    Returns
    -------
    per_item : dict of array of shape (1 + n_shuffles, n_items)
        ``rouge_l`` and ``cider_d``.
    whole : dict of array of shape (1 + n_shuffles,)
        ``bleu_1`` and ``bleu_4``, over all items at once.
    """
    per_item = {name: np.empty(shuffles.order.shape) for name in ("rouge_l", "cider_d")}
    whole = {name: np.empty(len(shuffles.order)) for name in ("bleu_1", "bleu_4")}
    for draw, order in enumerate(shuffles.order):
        said = [captions[row] for row in order]
        per_item["rouge_l"][draw] = rouge_l(said, references)
        per_item["cider_d"][draw] = cider_d(said, references)
        orders = bleu(said, references)
        whole["bleu_1"][draw], whole["bleu_4"][draw] = orders[0], orders[3]
    return per_item, whole
