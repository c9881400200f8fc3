"""Which words a language model reads together, and what is read from its states.

Letters for shapes: B passages of a batch, T sub-words, D width of a layer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from boldwise.errors import ConfigError

Read = Literal["mean", "last", "class", "pooled"]
BATCH = 4096  # sub-words of a pass; a constant, so that bytes never vary


@dataclass(frozen=True)
class Window:
    """Words that are read together, and those among them that are described.

    Attributes
    ----------
    start, stop : int
        Words that the model sees; ``stop`` is the first that it does not see.
    first : int
        The first that is described; all from there to ``stop`` are.
    """

    start: int
    first: int
    stop: int


@dataclass(frozen=True)
class Passage:
    """A text as the model takes it.

    Attributes
    ----------
    token : array of int, shape (T,)
        Sub-words, with the model's own marks at the start and end.
    spans : tuple of (int, int)
        Sub-words of each thing to describe: a word, or the whole text.
    """

    token: np.ndarray
    spans: tuple[tuple[int, int], ...]


def plan_windows(
    bounds: np.ndarray, *, context: int, stride: int, room: int, causal: bool
) -> list[Window]:
    """Cover all words of a run, each with at least the stated context to its left.

    A window opens ``context`` words before the first word that it describes, and
    describes up to ``stride`` words, fewer where its sub-words would not fit into the
    model. With a stride of 1 every word has exactly the stated context; otherwise up
    to ``context + stride - 1`` words. A word nearer to the start of the run has all
    that was said. A model that looks to both sides must not see the words that follow:
    it reads a window for each word, which ends there.

    Parameters
    ----------
    bounds : array of int, shape (n_words + 1,)
        Where the sub-words of each word start; the last: how many there are.
    context : int
        Words to the left of a word that it must see at least.
    stride : int
        Words that a window describes at most.
    room : int
        Sub-words that the model takes, without its own marks.
    causal : bool
        Whether the model sees nothing to the right.

    Returns
    -------
    windows : list of Window
        They describe each word once, in order.

    Raises
    ------
    ConfigError
        If the stated context does not fit into the model.
    """
    n_words = len(bounds) - 1
    _refuse_cramped(bounds, context, room)
    windows = []
    first = 0
    while first < n_words:
        start = max(0, first - context)
        last = first + stride if start or not causal else start + context + stride
        fitting = int(np.searchsorted(bounds, bounds[start] + room, side="right")) - 1
        stop = max(min(last, fitting, n_words), first + 1)
        windows.append(Window(start, first, stop))
        first = stop
    return windows


def cut_passages(
    token: np.ndarray,
    bounds: np.ndarray,
    windows: Sequence[Window],
    marks: tuple[Sequence[int], Sequence[int]],
) -> list[Passage]:
    """Cut the sub-words of a run into the texts that the model takes.

    Parameters
    ----------
    token : array of int, shape (n_subwords,)
        Of the whole run.
    bounds : array of int, shape (n_words + 1,)
    windows : sequence of Window
    marks : tuple of two sequences of int
        The model's own sub-words before and after every text.

    Returns
    -------
    passages : list of Passage
        A span for each word that a window describes.
    """
    before, after = marks
    passages = []
    for window in windows:
        shift = len(before) - int(bounds[window.start])
        inside = token[bounds[window.start] : bounds[window.stop]]
        spans = tuple(
            (int(bounds[word]) + shift, int(bounds[word + 1]) + shift)
            for word in range(window.first, window.stop)
        )
        whole = np.concatenate([before, inside, after]).astype(np.int64)
        passages.append(Passage(whole, spans))
    return passages


def batches(passages: Sequence[Passage], size: int = BATCH) -> Iterator[np.ndarray]:
    """Put passages of like length together.

    Parameters
    ----------
    passages : sequence of Passage
    size : int
        Sub-words of a batch, filled up to its longest passage; a longer passage goes
        by itself.

    Yields
    ------
    rows : array of int, shape (B,)
        Each passage is in one batch.
    """
    lengths = np.array([len(one.token) for one in passages])
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        stop = start + max(1, size // max(1, int(lengths[order[start]])))
        yield order[start:stop]
        start = stop


def read_spans(
    state: np.ndarray, spans: Sequence[tuple[int, int]], read: Read
) -> np.ndarray:
    """Turn the states of a passage into a vector for each of its spans.

    Parameters
    ----------
    state : array of shape (T, D)
    spans : sequence of (int, int), length n_spans
    read : str
        ``"mean"`` of the sub-words of a span, its ``"last"`` sub-word, or the
        ``"class"`` token at the start of the passage.

    Returns
    -------
    vector : array of shape (n_spans, D)
    """
    if read == "class":
        return np.repeat(state[:1], len(spans), axis=0)
    if read == "last":
        return state[[stop - 1 for _, stop in spans]]
    return np.stack([state[start:stop].mean(axis=0) for start, stop in spans])


def _refuse_cramped(bounds: np.ndarray, context: int, room: int) -> None:
    """Raise where a word and its context have more sub-words than the model takes."""
    n_words = len(bounds) - 1
    word = np.arange(n_words)
    needed = bounds[1:] - bounds[np.maximum(word - context, 0)]
    if not n_words or needed.max() <= room:
        return
    earliest = np.searchsorted(bounds, bounds[1:] - room, side="left")
    fits = int((word - earliest)[needed > room].min())
    advice = f"Set context to {fits} or less" if fits >= 0 else "Mend the transcript"
    raise ConfigError(
        f"a context of {context} words takes up to {int(needed.max())} sub-words, but "
        f"the model takes {room} beside its own marks. {advice}, or take a model with "
        "a longer context."
    )
