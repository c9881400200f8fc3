"""What is taken from a layer: a vector for a stimulus, or one for each place.

Letters for shapes: B stimuli, T tokens, D channels, rows x columns places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from boldwise.errors import ConfigError
from boldwise.features.backends.cards import Form, LayerCard

Read = Literal["pooled", "class", "mean", "tokens", "map", "queries"]
SPATIAL = ("tokens", "map", "queries")


@dataclass(frozen=True)
class Readout:
    """One thing to take from a pass.

    Attributes
    ----------
    layer : str
        A name, or an index such as ``"-1"``; not looked at for ``pooled``.
    read : str
        ``pooled``: the network's own embedding; ``class``: the class token;
        ``mean`` over the places; ``tokens`` and ``map``, which are the same: a
        vector for each place, row by row, without class and register tokens;
        ``queries``: those of the layer's attention, for each place.
    grid : int or None
        Average the places to ``grid`` rows and columns.
    """

    layer: str = "-1"
    read: Read = "pooled"
    grid: int | None = None

    @property
    def spatial(self) -> bool:
        """A vector for each place comes out, not one for the stimulus."""
        return self.read in SPATIAL


def readouts_of(options: Mapping[str, Any]) -> list[Readout]:
    """Readouts that the options of a network ask for.

    Parameters
    ----------
    options : mapping
        ``layer`` or ``layers``, ``read`` and ``grid``, as in the config.

    Returns
    -------
    readouts : list of Readout
        One for each of the layers, in their order.
    """
    layers = list(options.get("layers") or [])
    if not layers:
        layer = options.get("layer")
        layers = ["-1" if layer is None else layer]
    read: Read = options.get("read") or "pooled"
    grid = options.get("grid")
    return [Readout(str(layer), read, grid) for layer in layers]


def shape_after(
    layer: LayerCard, readout: Readout
) -> tuple[tuple[int, ...], tuple[int, int] | None]:
    """Shape of a readout for one stimulus.

    Parameters
    ----------
    layer : LayerCard
        For queries: of the queries.
    readout : Readout
        Not ``pooled``.

    Returns
    -------
    shape : tuple of int
        ``(D,)``, or ``(rows * columns, D)``.
    grid : (int, int) or None
        Rows and columns.

    Raises
    ------
    ConfigError
        If the layer has nothing of the kind.
    """
    if readout.read == "class" and not layer.has_class:
        raise ConfigError(
            f"layer '{layer.name}' has no class token (its shape is {layer.shape}); "
            "read its mean, or another layer."
        )
    if readout.read == "class" or (layer.form == "vector" and readout.read == "mean"):
        return (layer.width,), None
    if layer.grid is None:
        raise ConfigError(
            f"layer '{layer.name}' has no places in rows and columns (its shape is "
            f"{layer.shape}), so it has no {readout.read}"
            f"{'; `read: mean` takes it whole.' if layer.form == 'vector' else '.'}"
        )
    if readout.read == "mean":
        return (layer.width,), None
    rows, columns = layer.grid
    if readout.grid is not None:
        if readout.grid > min(rows, columns):
            raise ConfigError(
                f"grid: {readout.grid} is more than layer '{layer.name}' has: {rows} "
                f"rows and {columns} columns. Ask for less, or leave out grid."
            )
        rows = columns = readout.grid
    return (rows * columns, layer.width), (rows, columns)


def take(value: Any, layer: LayerCard, readout: Readout) -> Any:
    """Take a readout from what a layer gave.

    Parameters
    ----------
    value : tensor
        Shape (B, D), (B, T, D) or (B, rows, columns, D).
    layer : LayerCard
        Fits ``value``; ``shape_after`` has let the readout pass.
    readout : Readout

    Returns
    -------
    taken : tensor of float32, shape (B, D) or (B, rows * columns, D)
        A copy: networks change tensors in place once they have passed them on.
    """
    import torch

    if readout.read == "class":
        return _own(value[:, 0])
    if layer.form == "vector":
        return _own(value.flatten(1))
    if layer.form == "tokens":
        value = value[:, layer.n_class :]
    places = value.flatten(1, -2)  # (B, T, D)
    if readout.read == "mean":
        return _own(places.float().mean(1))
    if readout.grid is None or layer.grid is None:
        return _own(places)
    spread = places.float().transpose(1, 2).unflatten(2, layer.grid)
    pooled = torch.nn.functional.adaptive_avg_pool2d(spread, readout.grid)
    return _own(pooled.flatten(2).transpose(1, 2))


def as_places(value: Any, form: Form, channels_last: bool) -> Any:
    """Put the channels of a map last, where a network keeps them first.

    Parameters
    ----------
    value : tensor
    form : {"vector", "tokens", "map"}
    channels_last : bool

    Returns
    -------
    value : tensor
        A map as (B, rows, columns, D), anything else as it came.
    """
    return value.permute(0, 2, 3, 1) if form == "map" and not channels_last else value


def _own(value: Any) -> Any:
    import torch

    return value.to(torch.float32, copy=True, memory_format=torch.contiguous_format)
