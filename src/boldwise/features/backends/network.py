"""What a library hands over: a network, its transform and its origin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boldwise.features.backends.preparation import AnyPreparation


@dataclass(frozen=True)
class Network:
    """What a library hands over.

    Attributes
    ----------
    network : torch.nn.Module
        Whole, with its weights, in float32, for inference.
    root : torch.nn.Module
        The part whose layers are named.
    embed : callable
        Pixels, shape (B, C, h, w), to the network's own embedding, shape (B, D); runs
        all of ``root``.
    prepare : Preparation or Wrapped
    kind, model, weights, weights_sha256, licence, notes : str
        As in ``Card``.
    """

    network: Any
    root: Any
    embed: Callable[[Any], Any]
    prepare: AnyPreparation
    kind: str
    model: str
    weights: str
    weights_sha256: str
    licence: str = "not stated"
    notes: str = ""
