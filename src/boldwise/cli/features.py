"""Kinds of feature spaces in a list, and any network with its layers in a table."""

from collections.abc import Mapping
from typing import Any, get_args

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boldwise.features.backends.cards import Card, LayerCard


def print_kinds(*, console: Console | None = None) -> None:
    """Print every kind of feature space with what it is.

    Those that come of options of others (``layers``, ``controls``) are left out.

    Parameters
    ----------
    console : rich.console.Console, optional
        Where to print; default: standard output.
    """
    from boldwise.settings.continuous import AnyFeatureSpace
    from boldwise.settings.derived import Layer, Shuffled

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("kind", no_wrap=True)
    table.add_column("what it is")
    for model in _models_in(AnyFeatureSpace):
        if model in (Layer, Shuffled):
            continue
        kind = get_args(model.model_fields["kind"].annotation)[0]
        table.add_row(Text(kind), Text((model.__doc__ or "").strip().splitlines()[0]))
    (console or Console(highlight=False)).print(table)


def print_card(
    kind: str,
    options: Mapping[str, Any],
    *,
    every: bool = False,
    console: Console | None = None,
) -> None:
    """Print what a network is and which layers it has.

    Parameters
    ----------
    kind : str
        Of a network, as in the config.
    options : mapping
        ``model``, ``weights`` and ``seed``, as in the config.
    every : bool
        Every module, not only the main layers.
    console : rich.console.Console, optional
        Where to print; default: standard output.

    Raises
    ------
    ConfigError
        If the kind is no network.
    WeightsError
        If the model or its weights cannot be had.
    """
    from boldwise.features.backends.backbone import load_backbone

    backbone: Any = load_backbone(kind, {**options, "device": "cpu"})
    layers = [one.card for one in backbone.all_layers()] if every else None
    show_card(backbone.card, console or Console(highlight=False), layers)


def show_card(
    card: Card, console: Console, layers: list[LayerCard] | None = None
) -> None:
    """Print a card: what the network is, then a row for each layer.

    Parameters
    ----------
    card : Card
    console : rich.console.Console
    layers : list of LayerCard, optional
        Other layers than the card's; they have no index.
    """
    height, width = card.input_size
    facts = {
        "kind": card.kind,
        "model": card.model,
        "weights": card.weights,
        "sha256": card.weights_sha256,
        "licence": card.licence,
        "input": f"{height} × {width} pixels",
        "preprocessing": card.preprocessing,
        "embedding": f"{card.width} (`read: pooled`)",
        "notes": card.notes,
    }
    about = Table(box=None, pad_edge=False, show_header=False)
    about.add_column(no_wrap=True, style="bold")
    about.add_column(overflow="fold")
    for name, fact in facts.items():
        if fact:
            about.add_row(name, Text(fact))
    console.print(about)
    console.print()
    console.print(_layer_table(card, layers))


def _layer_table(card: Card, layers: list[LayerCard] | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("index", justify="right")
    table.add_column("layer", overflow="fold")
    for name in ("shape", "places", "leading tokens"):
        table.add_column(name, no_wrap=True)
    for index, layer in enumerate(card.layers if layers is None else layers):
        table.add_row(
            "" if layers is not None else str(index),
            Text(layer.name),
            " × ".join(map(str, layer.shape)),
            " × ".join(map(str, layer.grid)) if layer.grid else "",
            _leading(layer),
        )
    return table


def _leading(layer: LayerCard) -> str:
    if not layer.n_class:
        return ""
    others = layer.n_class - layer.has_class
    words = ["class"] * layer.has_class + [f"{others} others"] * bool(others)
    return ", ".join(words)


def _models_in(annotation: Any) -> list[Any]:
    if hasattr(annotation, "model_fields"):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
