"""Methods text about networks: whose they are, their weights, and what was read."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.citations import Bibliography

Options = Mapping[str, Any]
READ = {
    "class": "class token",
    "mean": "mean over places",
    "tokens": "vectors of all places",
    "map": "vectors of all places",
    "queries": "attention queries of all places",
}


def _clip(space: Options, sources: Bibliography) -> str:
    mark = sources.cite("radford2021", "cherti2023")
    tower = f"{space['tower']} tower of the open_clip model {space['model']} {mark}"
    return _told(tower, space, "as shipped")


def _timm(space: Options, sources: Bibliography) -> str:
    mark = sources.cite("wightman2019")
    return _told(f"timm model {space['model']} {mark}", space, "of its default tag")


def _torchvision(space: Options, sources: Bibliography) -> str:
    mark = sources.cite("marcel2010")
    model = f"torchvision model {space['model']} {mark}"
    return _told(model, space, "of its default tag")


def _huggingface(space: Options, sources: Bibliography) -> str:
    mark = sources.cite("wolf2020")
    return _told(f"transformers model {space['model']} {mark}", space, "of its folder")


def _told(model: str, space: Options, default: str) -> str:
    weights = f"weights {space['weights'] or default}"
    if space["weights"] == "untrained":
        weights = "untrained, as a control"
    return f"{_read(space)}{model}, {weights}"


def _read(space: Options) -> str:
    """Say what was read and where; nothing of the model's own embedding."""
    read = space.get("read") or "pooled"
    if read == "pooled":
        return ""
    layer = space.get("layer")
    where = f"of layer {layer} " if layer is not None else ""
    side = space.get("grid")
    grid = f", averaged to {side} × {side}, " if side else " "
    return f"{READ[read]}{grid}{where}of the "


NETWORK_KINDS = {
    "open_clip": _clip,
    "timm": _timm,
    "torchvision": _torchvision,
    "huggingface": _huggingface,
}
