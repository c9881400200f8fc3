"""What a language model makes of the words of a run, or of the lines of captions.

Letters for shapes: B passages of a batch, T sub-words, D width of a layer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, DataError, name_some
from boldwise.features.backends.cards import name_of_layer, unknown_layer
from boldwise.features.backends.passages import (
    Passage,
    Read,
    Window,
    batches,
    cut_passages,
    plan_windows,
    read_spans,
)
from boldwise.features.backends.text_model import TextModel, run_batch, tokenise
from boldwise.features.backends.text_pooling import Pooling
from boldwise.features.spoken import WordOptions


@dataclass(frozen=True, kw_only=True)
class LanguageOptions(WordOptions):
    """Which model, what of it, and how the words of a story come to the volumes.

    Attributes
    ----------
    model : str
        Folder, ``package:name/folder``, or name on the Hugging Face hub.
    weights : str or None
        ``"untrained"``, or None for the model's own.
    layer : str, int or None
        Index (0: the embeddings; -1 or None: the last) or name.
    layers : sequence of str or int
        Several, from one pass.
    read : str
        ``"mean"`` of the sub-words of a word or caption, the ``"last"`` of them, the
        ``"class"`` token, or as the model itself has ``"pooled"`` the text.
    context : int
        Words of a story to the left of a word that it is read with, at least.
    stride : int or None
        Words that one window describes. None: as many as the context, or 1 for a
        model that sees both sides.
    lower_case : bool
    seed : int
        Of untrained weights.
    precision, device : str
    """

    model: str
    weights: str | None = None
    layer: str | int | None = None
    layers: Sequence[str | int] = ()
    read: Read = "mean"
    context: int = 32
    stride: int | None = None
    lower_case: bool = False
    seed: int = 0
    precision: str = "float32"
    device: str = "auto"


def find_layers(model: TextModel, options: LanguageOptions) -> dict[str, str]:
    """Names of the layers that were asked for.

    Parameters
    ----------
    model : TextModel
    options : LanguageOptions

    Returns
    -------
    names : dict of str
        By what was asked for.

    Raises
    ------
    ConfigError
        If there is no such layer.
    """
    asked = list(options.layers) or [-1 if options.layer is None else options.layer]
    names = {str(one): name_of_layer(model.card, str(one)) for one in asked}
    modules = [name for name, _ in model.network.named_modules() if name]
    known = [*(one.name for one in model.card.layers), *modules]
    for name in names.values():
        if name not in known:
            raise unknown_layer(model.card, name, known)
    return names


def states_of_words(
    model: TextModel,
    words: Sequence[str],
    options: LanguageOptions,
    pooling: Pooling | None = None,
) -> list[np.ndarray]:
    """Contextual states of the words of one run.

    Parameters
    ----------
    model : TextModel
    words : sequence of str, length n_words
        In the order in which they were said.
    options : LanguageOptions
    pooling : Pooling, optional
        For ``read: pooled``.

    Returns
    -------
    states : list of array of float32, shape (n_words, D)
        One for each layer.

    Raises
    ------
    DataError
        If the tokenizer leaves nothing of a word.
    ConfigError
        If the context does not fit into the model, or the stride or the reading needs
        another.
    """
    _refuse_whole_texts(model, options)
    stride = stride_of(model, options)
    cased = [word.lower() if options.lower_case else word for word in words]
    token, bounds = tokenise(model, cased)
    n_subwords = np.diff(bounds).tolist()
    empty = sorted({word for word, n in zip(words, n_subwords, strict=True) if not n})
    if empty:
        raise DataError(
            f"{len(empty)} words of the transcript are nothing to the tokenizer of "
            f"'{model.card.model}': {name_some(empty)}. Add them to `ignore`."
        )
    windows = plan_windows(
        bounds,
        context=options.context,
        stride=stride,
        room=model.room,
        causal=model.causal,
    )
    passages = cut_passages(token, bounds, windows, model.marks)
    return read_passages(model, passages, options, pooling)


def states_of_lines(
    model: TextModel,
    lines: Sequence[str],
    options: LanguageOptions,
    pooling: Pooling | None = None,
) -> tuple[list[np.ndarray], int]:
    """Describe lines of text, each by itself.

    Parameters
    ----------
    model : TextModel
    lines : sequence of str, length n_lines
    options : LanguageOptions
    pooling : Pooling, optional
        For ``read: pooled``.

    Returns
    -------
    states : list of array of float32, shape (n_lines, D)
        One for each layer; 0 for a line of which the tokenizer leaves nothing.
    n_cut : int
        Lines that were longer than the model takes, and were cut.
    """
    room, n_marks = model.room, sum(map(len, model.marks))
    if pooling and pooling.room:
        room = min(room, pooling.room - n_marks)
    cased = [line.lower() if options.lower_case else line for line in lines]
    tokens = [tokenise(model, [line])[0] for line in cased]
    told = np.array([len(token) > 0 for token in tokens])
    passages = []
    for token in tokens:
        n_kept = min(len(token), room)
        bounds, one = np.array([0, n_kept]), [Window(0, 0, 1)]
        passages += cut_passages(token, bounds, one, model.marks) * bool(n_kept)
    states = []
    for part in read_passages(model, passages, options, pooling):
        state = np.zeros((len(lines), part.shape[1]), np.float32)
        state[told] = part
        states.append(state)
    return states, sum(len(token) > room for token in tokens)


def read_passages(
    model: TextModel,
    passages: Sequence[Passage],
    options: LanguageOptions,
    pooling: Pooling | None = None,
) -> list[np.ndarray]:
    """Run passages through the model, and read a vector for each of their spans.

    Parameters
    ----------
    model : TextModel
    passages : sequence of Passage
    options : LanguageOptions
        Its ``layers`` and ``read``.
    pooling : Pooling, optional
        For ``read: pooled``.

    Returns
    -------
    vectors : list of array of float32, shape (n_spans, D)
        One for each layer, in the order of the passages.
    """
    layers = list(find_layers(model, options).values())
    parts: list[list[Any]] = [[None] * len(passages) for _ in layers]
    for rows in batches(passages):
        states = run_batch(model, [passages[row].token for row in rows], layers)
        for part, state in zip(parts, states, strict=True):
            for row, one in zip(rows, state, strict=True):
                own = one[: len(passages[row].token)]
                spans = passages[row].spans
                part[row] = (
                    np.repeat(pooling.apply(own)[None], len(spans), axis=0)
                    if pooling
                    else read_spans(own, spans, options.read)
                )
    return [np.concatenate(part) for part in parts]


def stride_of(model: TextModel, options: LanguageOptions) -> int:
    """How many words a window describes.

    Parameters
    ----------
    model : TextModel
    options : LanguageOptions

    Returns
    -------
    stride : int

    Raises
    ------
    ConfigError
        If a model that sees both sides would see words that were not yet said.
    """
    if model.causal:
        return options.stride or max(options.context, 1)
    if (options.stride or 1) > 1:
        raise ConfigError(
            f"stride: {options.stride} words of one window, but '{model.card.model}' "
            "sees both sides, so it would know words before they are said. Leave out "
            "stride, or take a causal model."
        )
    return 1


def refuse_reading(model: TextModel, options: LanguageOptions) -> None:
    """Raise if the model has no class token, but it is asked for.

    Parameters
    ----------
    model : TextModel
    options : LanguageOptions

    Raises
    ------
    ConfigError
    """
    if options.read == "class" and (model.causal or not model.marks[0]):
        raise ConfigError(
            f"`read: class`: '{model.card.model}' has no class token that sees the "
            "text. Set read to mean or last."
        )


def _refuse_whole_texts(model: TextModel, options: LanguageOptions) -> None:
    if options.read == "pooled" and model.causal:
        raise ConfigError(
            f"`read: pooled` is one vector for a window of many words, for "
            f"'{model.card.model}' is causal. Set read to mean or last."
        )
