"""Networks behind one door: whatever library they come from, they describe images."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from boldwise.errors import ConfigError
from boldwise.features.backends.cards import Card
from boldwise.features.backends.readout import Readout

# Modules of this package; a job imports one of them, and its code hash knows no other.
KINDS = {
    "open_clip": "open_clip_models",
    "timm": "timm_models",
    "torchvision": "torchvision_models",
    "huggingface": "huggingface_models",
}


class Backbone(Protocol):
    """What every network can do; see ``torch_backbone`` for how.

    Images have shape (height, width, 3), prepared ones (C, h, w), a batch (B, C, h, w).
    """

    @property
    def card(self) -> Card:
        """Its layers and its origin."""
        ...

    @property
    def prepare(self) -> Callable[[np.ndarray], np.ndarray]:
        """Its own transform, quick to pickle: uint8 (H, W, 3) to float32 (C, h, w)."""
        ...

    @property
    def device(self) -> str:
        """Where it runs: ``cpu`` or ``cuda``."""
        ...

    def expect(
        self, readout: Readout
    ) -> tuple[tuple[int, ...], tuple[int, int] | None]:
        """Tell the shape and the grid of a readout; refuse one that is impossible."""
        ...

    def describe(
        self, batch: np.ndarray, readouts: Sequence[Readout]
    ) -> list[np.ndarray]:
        """Describe prepared images, shape (B, C, h, w), by one pass."""
        ...


def load_backbone(kind: str, options: Mapping[str, Any]) -> Backbone:
    """Load a network with its weights.

    Parameters
    ----------
    kind : str
        As in the config: ``open_clip``, ``timm``, ``torchvision`` or ``huggingface``.
    options : mapping
        ``model``, ``weights``, ``seed``, ``device`` and ``precision``, as in the
        config; others are ignored.

    Returns
    -------
    backbone : Backbone

    Raises
    ------
    ConfigError
        If the kind is unknown, or no such device is there.
    WeightsError
        If the model or its weights cannot be had, or do not fit each other.
    """
    from boldwise.features.backends.torch_backbone import TorchBackbone

    device, precision = options.get("device"), options.get("precision")
    parts = _library(kind).build(options)
    return TorchBackbone(parts, device or "auto", precision or "float32")


def find_weights(kind: str, options: Mapping[str, Any]) -> None:
    """Refuse a model whose weights cannot be had, without building it.

    Parameters
    ----------
    kind : str
    options : mapping
        As for ``load_backbone``.

    Raises
    ------
    ConfigError
        If the kind is unknown.
    WeightsError
        If the model is unknown or its weights cannot be had.
    """
    _library(kind).find(options)


def _library(kind: str) -> Any:
    if kind not in KINDS:
        close = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"known: {', '.join(KINDS)}."
        raise ConfigError(f"no kind of network is called '{kind}'; {hint}")
    return import_module(f"{__package__}.{KINDS[kind]}")
