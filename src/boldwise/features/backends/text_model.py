"""Language models of Hugging Face transformers: sub-words in, hidden states out.

Letters for shapes: B passages of a batch, T sub-words, D width of a layer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import ConfigError
from boldwise.features.backends.cards import Card


@dataclass(frozen=True)
class TextModel:
    """A network, its tokenizer, and what is known of them.

    Attributes
    ----------
    network : transformers model
        For inference; without the head that guesses words.
    tokenizer : transformers tokenizer
    card : Card
    causal : bool
        Whether it sees nothing to the right, as found out by trying.
    marks : tuple of two tuples of int
        Sub-words that it wants before and after every text.
    room : int
        Sub-words that it takes, without the marks.
    """

    network: Any
    tokenizer: Any
    card: Card
    causal: bool
    marks: tuple[tuple[int, ...], tuple[int, ...]]
    room: int


def tokenise(model: TextModel, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Cut words into sub-words, as they stand in running text.

    Parameters
    ----------
    model : TextModel
    words : sequence of str, length n_words
        Joined by single spaces.

    Returns
    -------
    token : array of int, shape (n_subwords,)
        Without the model's own marks.
    bounds : array of int, shape (n_words + 1,)
        Where the sub-words of each word start; the last: how many there are. A word
        of which the tokenizer leaves nothing has none.
    """
    text = " ".join(words)
    cut = model.tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    ends = np.cumsum([len(word) + 1 for word in words]) - 1  # in letters of the text
    last = np.array(
        [max(stop - 1, start) for start, stop in cut["offset_mapping"]], int
    )
    word = np.searchsorted(ends, last, side="right")
    bounds = np.searchsorted(word, np.arange(len(words) + 1), side="left")
    return np.asarray(cut["input_ids"], np.int64), bounds


def run_batch(
    model: TextModel, tokens: Sequence[np.ndarray], layers: Sequence[str]
) -> list[np.ndarray]:
    """Hidden states of a batch of texts, from one pass.

    Parameters
    ----------
    model : TextModel
    tokens : sequence of array of int, B arrays of shape (T,)
        Filled up on the right where they differ in length.
    layers : sequence of str
        Names: ``hidden.0`` … of the card, or any module of the network.

    Returns
    -------
    states : list of array of float32, shape (B, T of the longest, D)
        One for each layer; rows beyond a text mean nothing.

    Raises
    ------
    ConfigError
        If a layer gives anything else.
    """
    import torch

    longest = max(len(one) for one in tokens)
    pad = model.tokenizer.pad_token_id or 0
    ids = torch.full((len(tokens), longest), pad)
    mask = torch.zeros_like(ids)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = torch.from_numpy(one)
        mask[row, : len(one)] = 1
    caught: dict[str, Any] = {}
    place = next(model.network.parameters()).device
    with torch.inference_mode(), _catch(model, layers, caught):
        out = model.network(
            input_ids=ids.to(place),
            attention_mask=mask.to(place),
            output_hidden_states=True,
            return_dict=True,
        )
    caught.update({f"hidden.{k}": one for k, one in enumerate(out.hidden_states)})
    for name in layers:
        _refuse_shape(model.card, name, caught.get(name), tuple(ids.shape))
    return [caught[name].float().cpu().numpy() for name in layers]


@contextmanager
def _catch(
    model: TextModel, layers: Sequence[str], caught: dict[str, Any]
) -> Iterator[None]:
    """Keep what named modules give, while a pass runs."""

    def keeper(name: str) -> Any:
        def keep(module: Any, given: Any, out: Any) -> None:
            caught[name] = out[0] if isinstance(out, tuple) else out

        return keep

    known = {one.name for one in model.card.layers}
    modules = dict(model.network.named_modules())
    hooks = [
        modules[name].register_forward_hook(keeper(name))
        for name in dict.fromkeys(layers)
        if name not in known
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _refuse_shape(card: Card, name: str, value: Any, wanted: tuple[int, ...]) -> None:
    shape = tuple(getattr(value, "shape", ()))
    if len(shape) != 3 or shape[:2] != wanted:
        given = f"gives shape {shape}" if shape else "gives no numbers"
        raise ConfigError(
            f"layer '{name}' of '{card.model}' {given} for {wanted[0]} texts of "
            f"{wanted[1]} sub-words, which is not one vector for each. Take another "
            "layer."
        )
