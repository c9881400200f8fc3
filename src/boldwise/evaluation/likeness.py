"""How like what was seen is what a decoder points to, beside shuffled decodings.

A metric gives a score per test item, once for what was decoded from its own responses
and again for what was decoded from those to other test stimuli: the baseline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from boldwise.evaluation.held_out import HeldOut, permute_in_folds
from boldwise.evaluation.intervals import combine_subjects, widen_draws
from boldwise.evaluation.measures import Measure

BLOCK = 100  # test items that are shuffled among themselves: bounds pictures in memory
NAN = float("nan")
ALL = "all"
Row = dict[str, str | int | float]
SHARES = ("tiny_clip", "alexnet_2", "alexnet_5", "inception", "clip", "zero_shot")
COLUMNS = (
    *("subject", "decoder", "metric", "value", "low", "high"),
    *("baseline", "baseline_low", "baseline_high", "chance", "p", "lower_is_better"),
    "note",
)
# What is reported, in order; a sentence for the store and the page.
METRICS = {
    "pixcorr": "correlation of all pixels (PixCorr)",
    "ssim": "structural similarity of the luminance (SSIM)",
    "tiny_clip": "two-way identification in the shipped tiny-clip's embedding",
    "alexnet_2": "two-way identification in AlexNet's second layer",
    "alexnet_5": "two-way identification in AlexNet's fifth layer",
    "inception": "two-way identification in Inception v3",
    "clip": "two-way identification in CLIP ViT-L/14",
    "efficientnet": "correlation distance in EfficientNet-B1 (lower is better)",
    "swav": "correlation distance in SwAV ResNet-50 (lower is better)",
    "bleu_1": "BLEU-1 of the caption",
    "bleu_4": "BLEU-4 of the caption",
    "rouge_l": "ROUGE-L of the caption",
    "cider_d": "CIDEr-D of the caption, from 0 to 10",
    "zero_shot": "category named by text, without training on categories",
}


@dataclass(frozen=True)
class Shuffles:
    """Whose decoding stands for each item: first its own, then shuffled ones.

    Attributes
    ----------
    order : array of int, shape (1 + n_shuffles, n_items)
        Row 0 is ``0 … n_items - 1``.
    block : array of int, shape (n_items,)
        Items are shuffled within a block, which lies within a fold.
    """

    order: np.ndarray
    block: np.ndarray


def shuffle_decodings(held_out: HeldOut, *, n_shuffles: int, seed: int) -> Shuffles:
    """Draw whose decoding stands for each test item.

    Parameters
    ----------
    held_out : HeldOut
    n_shuffles : int
    seed : int
        Equal seeds and test items give equal draws.

    Returns
    -------
    shuffles : Shuffles
    """
    block, n = np.empty(len(held_out), np.int64), 0
    for k in np.unique(held_out.fold):
        rows = np.flatnonzero(held_out.fold == k)
        for part in np.array_split(rows, -(-len(rows) // BLOCK)):
            block[part] = n
            n += 1
    drawn = permute_in_folds(block, n_permutations=n_shuffles, seed=seed)
    return Shuffles(np.concatenate([np.arange(len(block))[None], drawn]), block)


def score_items(
    values: np.ndarray,
    weights: np.ndarray,
    *,
    chance: float = NAN,
    lower_is_better: bool = False,
    widening: float = 1.0,
) -> Measure:
    """Average a metric over items, own decodings and shuffled ones alike.

    Parameters
    ----------
    values : array of shape (1 + n_shuffles, n_items)
        NaN where the metric is not defined; such an item is left out.
    weights : array of shape (n_draws, n_items)
        How often each item was drawn, for the interval.
    chance : float
        NaN: the mean of the shuffled decodings.
    lower_is_better : bool
    widening : float
        From ``HeldOut``.

    Returns
    -------
    score : Measure
    """
    known = np.isfinite(values)
    total = np.where(known, values, 0.0)
    mean = total.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    mean[~known.any(axis=1)] = np.nan
    drawn = weights @ known[0].astype(float)
    draws = np.full(len(weights), np.nan)
    np.divide(weights @ total[0], drawn, out=draws, where=drawn > 0)
    return score_whole(
        mean,
        draws,
        chance=chance,
        lower_is_better=lower_is_better,
        widening=widening,
    )


def score_whole(
    values: np.ndarray,
    draws: np.ndarray,
    *,
    chance: float = NAN,
    lower_is_better: bool = False,
    widening: float = 1.0,
) -> Measure:
    """Take a metric of all items at once, such as BLEU.

    Parameters
    ----------
    values : array of shape (1 + n_shuffles,)
    draws : array of shape (n_draws,)
        NaN where the metric is not drawn, and so has no interval.
    chance, lower_is_better, widening
        As of ``score_items``.

    Returns
    -------
    score : Measure
    """
    value, null = float(values[0]), values[1:]
    return Measure(
        value=value,
        chance=float(null.mean()) if np.isnan(chance) else chance,
        n_pool=NAN,
        draws=widen_draws(draws, value, widening=widening),
        null=widen_draws(null, float(null.mean()), widening=widening),
        lower_is_better=lower_is_better,
    )


def average_scores(scores: Sequence[Measure], *, seed: int) -> Measure:
    """Average one metric over subjects.

    Parameters
    ----------
    scores : sequence of Measure
        With equal numbers of draws, shape (n_draws,), and shuffles.
    seed : int
        Of the draws over subjects.

    Returns
    -------
    mean : Measure
    """
    return Measure(
        value=float(np.mean([one.value for one in scores])),
        chance=float(np.mean([one.chance for one in scores])),
        n_pool=NAN,
        draws=combine_subjects(np.array([one.draws for one in scores]), seed=seed),
        null=np.mean([one.null for one in scores], axis=0),
        lower_is_better=scores[0].lower_is_better,
    )


def tabulate_likeness(
    found: Mapping[str, Mapping[str, Mapping[str, Measure]]],
    *,
    individuals: Sequence[str],
    seed: int,
    left_out: Mapping[str, str] = MappingProxyType({}),
) -> list[Row]:
    """List every metric of every decoder for each subject, and over subjects.

    Parameters
    ----------
    found : mapping of decoder to mapping of subject to mapping of metric to Measure
        With draws of shape (n_draws,).
    individuals : sequence of str
        Subjects to average in the rows of subject ``all``.
    seed : int
    left_out : mapping of metric to str
        What could not be computed, and why: a row each, with a note.

    Returns
    -------
    rows : list of dict
        With ``COLUMNS``; the baseline is the mean and the middle 95 % of shuffled
        decodings.
    """
    rows: list[Row] = []
    for decoder, by_subject in found.items():
        own = [by_subject[name] for name in individuals if name in by_subject]
        shared = [m for m in METRICS if own and all(m in one for one in own)]
        mean = {m: average_scores([one[m] for one in own], seed=seed) for m in shared}
        for subject, measures in {**by_subject, ALL: mean}.items():
            rows += [
                dict(zip(COLUMNS, (subject, decoder, *_cells(m, one)), strict=True))
                for m, one in measures.items()
            ]
    return [*rows, *(_bare_row(name, why) for name, why in left_out.items())]


def _bare_row(metric: str, why: str) -> Row:
    bare: Row = dict.fromkeys(COLUMNS, NAN)
    return {**bare, "subject": ALL, "decoder": ALL, "metric": metric, "note": why}


def _cells(metric: str, one: Measure) -> tuple[str | int | float, ...]:
    found = (one.within_range() if metric in SHARES else one).numbers()
    names = ("value", "low", "high", "shuffled", "shuffled_low", "shuffled_high")
    numbers = (found[name] for name in (*names, "chance", "p"))
    return metric, *numbers, int(one.lower_is_better), ""
