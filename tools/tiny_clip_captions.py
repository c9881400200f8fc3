"""Captions that are false in one word, for the training of the tiny CLIP."""

import re
from typing import Any

import numpy as np

from boldwise.simulate.captions import (
    CATEGORIES,
    COLOURS,
    GRAINS,
    PLACES,
    SIZES,
    SLANTS,
    TEXTURES,
)

KINDS = {
    "category": CATEGORIES,
    "colour": COLOURS,
    "size": SIZES,
    "place": PLACES,
    "texture": TEXTURES,
    "grain": GRAINS,
    "slant": SLANTS,
}
# Longest first: `at the top` must not match where `at the top left` stands.
PATTERN = re.compile(
    "|".join(
        rf"(?P<{kind}>\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b)"
        for kind, words in KINDS.items()
    )
)


def contradict(caption: str, kind: str, rng: np.random.Generator) -> str:
    """Exchange one word (or place) of a caption for another of its kind.

    The result is false of the scene, for a category occurs once in it.

    Parameters
    ----------
    caption : str
        Of a simulated scene.
    kind : str
        Of ``KINDS``, or ``any``: drawn evenly from the kinds that the caption holds.
    rng : numpy.random.Generator

    Returns
    -------
    false_caption : str
        The same text where it holds nothing of this kind.
    """
    said = list(PATTERN.finditer(caption))
    held = sorted({str(match.lastgroup) for match in said})
    if kind == "any":
        kind = held[rng.integers(len(held))]
    if kind not in held:
        return caption
    chosen = _draw([match for match in said if match.lastgroup == kind], rng)
    other = _draw([word for word in KINDS[kind] if word != chosen[0]], rng)
    return caption[: chosen.start()] + other + caption[chosen.end() :]


def _draw(candidates: list[Any], rng: np.random.Generator) -> Any:
    return candidates[rng.integers(len(candidates))]
