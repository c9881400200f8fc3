"""The vocabulary of the tiny CLIP: byte-pair merges that open_clip can read."""

import gzip
from collections import Counter
from itertools import pairwise
from pathlib import Path

HEADER = "#version: boldwise tiny-clip 1"  # open_clip skips the first line
N_FIXED = 2 * 256 + 2  # bytes, bytes that end a word, start and end of a text


def learn_merges(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Byte-pair merges that make each word one token.

    Parameters
    ----------
    words : tuple of str
        ASCII letters only.

    Returns
    -------
    merges : list of pair of str
        In the order in which they apply, the most frequent pair first [1]_.

    References
    ----------
    .. [1] Sennrich, Haddow & Birch (2016), "Neural machine translation of rare
       words with subword units", ACL, algorithm 1.
    """
    pieces = [[*word[:-1], word[-1] + "</w>"] for word in words]
    merges: list[tuple[str, str]] = []
    while any(len(word) > 1 for word in pieces):
        pairs = Counter(pair for word in pieces for pair in pairwise(word))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        pieces = [_merge(word, best) for word in pieces]
    return merges


def _merge(word: list[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    for piece in word:
        if merged and (merged[-1], piece) == pair:
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def write_vocabulary(path: Path, words: tuple[str, ...]) -> int:
    """Write the merges of a closed language in the format of open_clip.

    Parameters
    ----------
    path : path
        Ends in ``.txt.gz``.
    words : tuple of str

    Returns
    -------
    n_tokens : int
        Size of the vocabulary, for the model's configuration.
    """
    merges = learn_merges(words)
    # No newline at the end: open_clip would take an empty line for a merge.
    text = "\n".join([HEADER, *(" ".join(pair) for pair in merges)])
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return N_FIXED + len(merges)
