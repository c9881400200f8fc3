"""What a network is, told before anything is computed: its layers and its origin."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from boldwise.errors import ConfigError, name_some

Form = Literal["vector", "tokens", "map"]


@dataclass(frozen=True)
class LayerCard:
    """What one layer gives for a stimulus.

    Attributes
    ----------
    name : str
        Of the module in the network.
    shape : tuple of int
        ``(D,)`` of a vector, ``(T, D)`` of tokens, ``(C, H, W)`` of a map, whatever
        order the network itself keeps them in.
    form : {"vector", "tokens", "map"}
    grid : (int, int) or None
        Rows and columns of the places, None where there are none.
    n_class : int
        Leading tokens that are no places: class and register tokens.
    has_class : bool
        Token 0 is a class token.
    """

    name: str
    shape: tuple[int, ...]
    form: Form
    grid: tuple[int, int] | None = None
    n_class: int = 0
    has_class: bool = False

    @property
    def width(self) -> int:
        """Channels of a vector, of a token, or of a place of a map."""
        return self.shape[0 if self.form == "map" else -1]


@dataclass(frozen=True)
class Card:
    """A network with its weights: all that its features depend on.

    Attributes
    ----------
    kind, model, weights : str
        As in the config; ``weights`` is the tag or file name, or tells the seed.
    weights_sha256 : str
        Of the checkpoint; ``"none"`` for untrained weights.
    preprocessing : str
        Canonical JSON of the network's own transform.
    input_size : (int, int)
        Height and width in pixels.
    licence : str
        Of the weights where the library tells it, else ``"not stated"``.
    width : int
        Of the network's own embedding.
    layers : tuple of LayerCard
        In the order in which they run; other modules can be named, too.
    notes : str
        What a user should know.
    """

    kind: str
    model: str
    weights: str
    weights_sha256: str
    preprocessing: str
    input_size: tuple[int, int]
    licence: str
    width: int
    layers: tuple[LayerCard, ...]
    notes: str = ""

    def told(self) -> dict[str, str]:
        """Tell what makes the features, for the attributes of a store.

        Returns
        -------
        told : dict of str
        """
        return {
            "weights": self.weights,
            "weights_sha256": self.weights_sha256,
            "preprocessing": self.preprocessing,
            "licence": self.licence,
        }


def canonical(settings: Mapping[str, Any]) -> str:
    """Write settings so that equal ones are equal text.

    Parameters
    ----------
    settings : mapping
        Of numbers, texts, sequences and mappings.

    Returns
    -------
    text : str
        JSON with sorted keys and without spaces.
    """
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


def name_of_layer(card: Card, layer: str) -> str:
    """Find the name of a layer that may be given by its index.

    Parameters
    ----------
    card : Card
    layer : str
        A name, or an index such as ``"3"`` or ``"-1"`` into the layers of the card.

    Returns
    -------
    name : str
        A name is returned as it came.

    Raises
    ------
    ConfigError
        If there are fewer layers.
    """
    digits = layer.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        return layer
    n_layers, index = len(card.layers), int(layer)
    if not -n_layers <= index < n_layers:
        raise ConfigError(
            f"layer {index}: '{card.model}' has {n_layers} layers, from 0 to "
            f"{n_layers - 1}, or -1 for the last. `boldwise features describe "
            f"{card.kind} {card.model}` lists them."
        )
    return card.layers[index].name


def unknown_layer(card: Card, layer: str, modules: list[str]) -> ConfigError:
    """Say that a network has no such layer, with the closest names.

    Parameters
    ----------
    card : Card
    layer : str
        What was asked for.
    modules : list of str
        Names of all modules.

    Returns
    -------
    error : ConfigError
        To be raised.
    """
    close = get_close_matches(layer, modules, n=3)
    known = [one.name for one in card.layers]
    hint = (
        f"did you mean {name_some(close)}?" if close else f"known: {name_some(known)}."
    )
    return ConfigError(
        f"'{card.model}' has no layer '{layer}'; {hint} `boldwise features describe "
        f"{card.kind} {card.model}` lists its layers."
    )
