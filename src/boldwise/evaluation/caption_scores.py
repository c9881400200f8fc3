"""Scores of captions against references: BLEU, ROUGE-L and CIDEr-D of the COCO server.

BLEU is sacrebleu's. No library that is kept up has the other two without Java, so
they are written out here; METEOR and SPICE need Java or WordNet, and are left out. All
work on words in lower case without punctuation; published values use the Penn Treebank
tokeniser, which splits contractions, and differ a little where captions hold some.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, DataError, ShapeMismatchError

ORDERS = (1, 2, 3, 4)
BETA = 1.2  # weight of recall in ROUGE-L
SPREAD = 6.0  # words: of the penalty on lengths in CIDEr-D
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

Gram = tuple[str, ...]
References = Sequence[Sequence[str]]


def split_words(caption: str) -> list[str]:
    """Split a caption into words: lower case, no punctuation.

    Parameters
    ----------
    caption : str

    Returns
    -------
    words : list of str

    Examples
    --------
    >>> split_words("A black-and-white dog, it's running.")
    ['a', 'black-and-white', 'dog', "it's", 'running']
    """
    return WORD.findall(caption.lower())


def bleu(captions: Sequence[str], references: References) -> np.ndarray:
    """BLEU of orders 1 to 4 over all captions at once [1]_.

    Parameters
    ----------
    captions : sequence of str, length n_items
    references : sequence of sequences of str, length n_items
        One or more for each caption.

    Returns
    -------
    score : array of shape (4,)
        From 0 to 1; not smoothed, brevity by the closest reference.

    Raises
    ------
    ConfigError
        If sacrebleu is not installed.
    DataError
        If a caption has no reference.
    """
    try:
        from sacrebleu.metrics.bleu import BLEU
    except ImportError as error:
        raise ConfigError(
            "BLEU is computed by sacrebleu, which is not installed. Install it: pip "
            "install sacrebleu."
        ) from error
    _refuse_unmatched(captions, references)
    said = [" ".join(split_words(one)) for one in captions]
    # sacrebleu wants the first reference of all captions, then the second, …
    most = max(len(own) for own in references)
    streams: list[Any] = [
        [" ".join(split_words(own[k])) if k < len(own) else None for own in references]
        for k in range(most)
    ]
    found = []
    for order in ORDERS:
        scorer = BLEU(
            max_ngram_order=order, tokenize="none", smooth_method="none", force=True
        )
        found.append(scorer.corpus_score(said, streams).score / 100)
    return np.array(found)


def rouge_l(captions: Sequence[str], references: References) -> np.ndarray:
    """ROUGE-L of each caption: the longest common subsequence of words [2]_.

    Parameters
    ----------
    captions : sequence of str, length n_items
    references : sequence of sequences of str, length n_items

    Returns
    -------
    score : array of shape (n_items,)
        F with recall weighed by 1.2, of the best precision and the best recall among
        the references, as on the COCO server.

    References
    ----------
    .. [2] Lin (2004), "ROUGE: a package for automatic evaluation of summaries", eq. 4.
    """
    _refuse_unmatched(captions, references)
    return np.array(
        [_rouge(a, own) for a, own in zip(captions, references, strict=True)]
    )


def cider_d(captions: Sequence[str], references: References) -> np.ndarray:
    """CIDEr-D of each caption: agreement in telling n-grams with its references [3]_.

    How telling an n-gram is depends on all references of the test set: scores of few
    captions, or of other test sets, do not compare.

    Parameters
    ----------
    captions : sequence of str, length n_items
    references : sequence of sequences of str, length n_items

    Returns
    -------
    score : array of shape (n_items,)
        From 0 to 10; papers print the mean times 100.

    References
    ----------
    .. [3] Vedantam et al. (2015), "CIDEr: consensus-based image description
       evaluation", CVPR, section 5; the weights over orders are equal.
    """
    _refuse_unmatched(captions, references)
    seen: Counter[Gram] = Counter()
    for own in references:
        seen.update({gram for one in own for gram in _grams(split_words(one))})
    rarity = {gram: log(len(captions)) - log(max(1, n)) for gram, n in seen.items()}
    return np.array(
        [
            _cider(
                split_words(a), [split_words(one) for one in own], rarity, len(captions)
            )
            for a, own in zip(captions, references, strict=True)
        ]
    )


def _rouge(caption: str, references: Sequence[str]) -> float:
    words = split_words(caption)
    precision = recall = 0.0
    for one in references:
        other = split_words(one)
        common = _longest_common(words, other)
        precision = max(precision, common / max(1, len(words)))
        recall = max(recall, common / max(1, len(other)))
    if not precision or not recall:
        return 0.0
    return (1 + BETA**2) * precision * recall / (recall + BETA**2 * precision)


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for word in a:
        before = row
        row = [0]
        for k, other in enumerate(b):
            row.append(before[k] + 1 if word == other else max(before[k + 1], row[-1]))
    return row[-1]


def _cider(
    words: list[str], references: list[list[str]], rarity: dict[Gram, float], n: int
) -> float:
    own = _weigh(words, rarity, n)
    total = 0.0
    for other in references:
        penalty = exp(-((len(words) - len(other)) ** 2) / (2 * SPREAD**2))
        theirs = _weigh(other, rarity, n)
        total += penalty * sum(_clipped_cosine(own[k], theirs[k]) for k in ORDERS)
    return 10 * total / len(ORDERS) / len(references)


def _weigh(
    words: list[str], rarity: dict[Gram, float], n: int
) -> dict[int, dict[Gram, float]]:
    """Multiply counts of n-grams by their rarity, order by order."""
    found: dict[int, dict[Gram, float]] = {order: {} for order in ORDERS}
    for gram, count in _grams(words).items():
        found[len(gram)][gram] = count * rarity.get(gram, log(n))
    return found


def _clipped_cosine(a: dict[Gram, float], b: dict[Gram, float]) -> float:
    norm = sqrt(sum(x * x for x in a.values()) * sum(x * x for x in b.values()))
    shared = sum(min(x, b[gram]) * b[gram] for gram, x in a.items() if gram in b)
    return shared / norm if norm else 0.0


def _grams(words: list[str]) -> Counter[Gram]:
    return Counter(
        tuple(words[k : k + order])
        for order in ORDERS
        for k in range(len(words) - order + 1)
    )


def _refuse_unmatched(captions: Sequence[str], references: References) -> None:
    if len(captions) != len(references):
        raise ShapeMismatchError(
            f"{len(captions)} captions, but references for {len(references)}: each "
            "needs its own, in the same order."
        )
    bare = [k for k, own in enumerate(references) if not own]
    if bare or not captions:
        raise DataError(
            f"{len(bare)} of {len(captions)} captions have no reference to be scored "
            f"against{f', the first is number {bare[0]}' if bare else ''}."
        )
