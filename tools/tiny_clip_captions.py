"""Captions that are false in one word, for the training of the tiny CLIP."""

import re

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


def contradict(
    caption: str, rng: np.random.Generator, *, kind: str | None = None
) -> str:
    """Exchange one word (or place) of a caption for another of its kind.

    What is exchanged is drawn evenly from all that the caption says, so that the
    result is false of the scene.

    Parameters
    ----------
    caption : str
        Of a simulated scene.
    rng : numpy.random.Generator
    kind : str or None
        Of ``KINDS``; None: any.

    Returns
    -------
    false_caption : str
        The same text where it says nothing of this kind.
    """
    said = [m for m in PATTERN.finditer(caption) if kind in (None, m.lastgroup)]
    if not said:
        return caption
    chosen = said[rng.integers(len(said))]
    others = [word for word in KINDS[str(chosen.lastgroup)] if word != chosen[0]]
    other = others[rng.integers(len(others))]
    return caption[: chosen.start()] + other + caption[chosen.end() :]
