"""What a decoder points to among its training stimuli: pictures, captions, scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from boldwise.decoders.nearest_stimuli import (
    NearestStimuli,
    find_nearest_stimuli,
    name_by_text,
)
from boldwise.errors import DataError
from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.feature_metrics import FEATURE_METRICS
from boldwise.evaluation.held_out import draw_weights
from boldwise.evaluation.likeness import (
    METRICS,
    Shuffles,
    score_items,
    score_whole,
    shuffle_decodings,
)
from boldwise.evaluation.measures import Measure
from boldwise.evaluation.picture_pairs import (
    PicturePairs,
    score_captions,
    score_layers,
    score_pixels,
)
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli, find_rows

Values = dict[str, np.ndarray]


@dataclass(frozen=True)
class GalleryInputs:
    """What a gallery is made from, for one decoder of one subject.

    Attributes
    ----------
    decoded : Decoded
        Patterns of shape (n_items, n_features).
    features : FittedFeatures
        The target space of the decoder.
    split : Split
    seen : array of str, shape (n_seen,)
        Ids of what the subject saw.
    stimuli : Stimuli
        With pictures of shape (n_stimuli, height, width, 3), captions, or both.
    text : mapping of category to array of shape (n_features,)
        Embedded names, where the target space has texts in it; else empty.
    """

    decoded: Decoded
    features: FittedFeatures
    split: Split
    seen: np.ndarray
    stimuli: Stimuli
    text: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Gallery:
    """What stands for each test item, and how like it is.

    Attributes
    ----------
    nearest : NearestStimuli
    caption : array of str, shape (n_items,), or None
        Of the medoid of the nearest.
    named : array of str, shape (n_items,), or None
        Category by text.
    items : dict of metric to array of shape (n_items,)
    measures : dict of metric to Measure
    left_out : dict of str
        What could not be computed, and why.
    """

    nearest: NearestStimuli
    caption: np.ndarray | None
    named: np.ndarray | None
    items: Values
    measures: dict[str, Measure]
    left_out: dict[str, str]


def make_gallery(given: GalleryInputs, options: Mapping[str, Any]) -> Gallery:
    """Seek the nearest training stimuli, and score them beside shuffled decodings.

    Parameters
    ----------
    given : GalleryInputs
        Patterns of shape (n_items, n_features).
    options : mapping
        ``n_neighbours``, ``picture_px``, ``feature_metrics``, ``weights`` and
        ``n_shuffles`` as in the config, ``n_bootstraps`` and ``seed``.

    Returns
    -------
    gallery : Gallery

    Raises
    ------
    DataError
        If stimuli have neither pictures nor captions.
    """
    decoded, stimuli = given.decoded, given.stimuli
    if stimuli.image is None and stimuli.caption is None:
        raise DataError(
            f"the {len(stimuli)} stimuli have neither pictures nor captions to show. "
            "Leave `evaluation.gallery` out."
        )
    nearest = find_nearest_stimuli(
        decoded,
        given.features,
        given.split,
        given.seen,
        n_neighbours=options["n_neighbours"],
    )
    held_out, seed = decoded.held_out, options["seed"]
    shuffles = shuffle_decodings(held_out, n_shuffles=options["n_shuffles"], seed=seed)
    values, left_out = _score_pictures(given, nearest, shuffles, options)
    caption = _captions_of(stimuli, nearest.medoid)
    more, whole, why = _score_captions(given, caption, shuffles)
    named = name_by_text(decoded, given.features, given.text) if given.text else None
    if named is not None:
        more["zero_shot"] = _match(named, _labels_of(given), shuffles)
    weights = draw_weights(held_out, n_draws=options["n_bootstraps"], seed=seed)
    return Gallery(
        nearest,
        caption,
        named,
        items={name: one[0] for name, one in (values | more).items()},
        measures=_measure(
            (values | more, whole),
            weights,
            chance=_chances(given),
            widening=held_out.widening,
        ),
        left_out=left_out | why,
    )


def take_pictures(image: Any, rows: np.ndarray) -> np.ndarray:
    """Read pictures in any order, each once.

    Parameters
    ----------
    image : sliceable of uint8, shape (n_stimuli, height, width, 3)
        On disk: rows are asked for in ascending order.
    rows : array of int, shape (n,)

    Returns
    -------
    picture : array of uint8, shape (n, height, width, 3)
    """
    unique, place = np.unique(rows, return_inverse=True)
    return np.asarray(image[unique])[place]


def _score_pictures(
    given: GalleryInputs,
    nearest: NearestStimuli,
    shuffles: Shuffles,
    options: Mapping[str, Any],
) -> tuple[Values, dict[str, str]]:
    stimuli, held_out = given.stimuli, given.decoded.held_out
    if stimuli.image is None:
        return {}, {}
    find = partial(find_rows, stimuli.stimulus_id, what="picture")
    unique, row = np.unique(find(nearest.first), return_inverse=True)
    pairs = PicturePairs(
        shown=np.asarray(stimuli.image[unique]),
        row=row,
        seen=take_pictures(stimuli.image, find(held_out.stimulus_id)),
    )
    values = score_pixels(pairs, shuffles, size=options["picture_px"])
    more, left_out = score_layers(
        pairs,
        shuffles,
        held_out.fold,
        names=options["feature_metrics"],
        weights=options["weights"],
    )
    return values | more, left_out


def _captions_of(stimuli: Stimuli, ids: np.ndarray) -> np.ndarray | None:
    """First caption of each stimulus."""
    if stimuli.caption is None:
        return None
    return np.array([own[0] if own else "" for own in _lines_of(stimuli, ids)])


def _score_captions(
    given: GalleryInputs, caption: np.ndarray | None, shuffles: Shuffles
) -> tuple[Values, Values, dict[str, str]]:
    if caption is None:
        return {}, {}, {}
    lines = _lines_of(given.stimuli, given.decoded.held_out.stimulus_id)
    bare = sum(not own for own in lines)
    if bare:
        why = f"{bare} of {len(lines)} test stimuli have no caption to compare with."
        return {}, {}, {"captions": why}
    return *score_captions(caption.tolist(), lines, shuffles), {}


def _lines_of(stimuli: Stimuli, ids: np.ndarray) -> list[list[str]]:
    rows = find_rows(stimuli.stimulus_id, ids, what="caption")
    texts = stimuli.need("caption")[rows]
    return [[one for one in str(text).split("\n") if one.strip()] for text in texts]


def _labels_of(given: GalleryInputs) -> list[set[str]]:
    """Categories of each test item, of those that have an embedded name."""
    stimuli, ids = given.stimuli, given.decoded.held_out.stimulus_id
    rows = find_rows(stimuli.stimulus_id, ids, what="category")
    texts = stimuli.need("category")[rows]
    own = [{label.strip() for label in str(text).split(";")} for text in texts]
    return [labels & set(given.text) for labels in own]


def _match(named: np.ndarray, labels: list[set[str]], shuffles: Shuffles) -> np.ndarray:
    return np.array(
        [
            [float(named[k] in own) for k, own in zip(order, labels, strict=True)]
            for order in shuffles.order
        ]
    )


def _chances(given: GalleryInputs) -> dict[str, float]:
    """Give the expected values that are known without shuffling."""
    known = {n: 0.5 for n, one in FEATURE_METRICS.items() if one.rule == "two_way"}
    if given.text:
        sizes = [len(own) for own in _labels_of(given)]
        known["zero_shot"] = float(np.mean(sizes)) / len(given.text)
    return known


def _measure(
    values: tuple[Values, Values],
    weights: np.ndarray,
    *,
    chance: Mapping[str, float],
    widening: float,
) -> dict[str, Measure]:
    """Summarise what has a value per item, then what has one for all of them."""
    lower = {n for n, one in FEATURE_METRICS.items() if one.rule == "distance"}
    per_item, whole = values
    found: dict[str, Measure] = {}
    for name in METRICS:
        expected = chance.get(name, np.nan)
        if name in per_item:
            found[name] = score_items(
                per_item[name],
                weights,
                chance=expected,
                lower_is_better=name in lower,
                widening=widening,
            )
        elif name in whole:
            undrawn = np.full(len(weights), np.nan)
            found[name] = score_whole(whole[name], undrawn, widening=widening)
    return found
