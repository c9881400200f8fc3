"""Image classifiers of torchvision, with their own weights and transforms."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from boldwise.errors import WeightsError, first_line
from boldwise.features.backends.checkpoints import (
    hash_of,
    is_path,
    local_checkpoint,
    put_weights,
    read_checkpoint,
    seeded,
)
from boldwise.features.backends.hub import (
    UNTRAINED,
    Wanted,
    download,
    hint,
    some_tags,
)
from boldwise.features.backends.network import Network
from boldwise.features.backends.preparation import Preparation, pair
from boldwise.features.backends.tracing import hooked

SCALED_INSIDE = ("googlenet", "inception_v3")  # Their weights expect it.
OLD_NAME = re.compile(r"\.(norm|relu|conv)\.([12])\.")  # DenseNets as published.


def find(options: Mapping[str, Any]) -> tuple[Any, Path | None]:
    """Find a model and its weights without building it.

    Parameters
    ----------
    options : mapping
        ``model`` and ``weights``, as in the config.

    Returns
    -------
    entry : torchvision.models.WeightsEnum
        The weights asked for; those that set the transform, else.
    checkpoint : Path or None
        None for untrained weights.

    Raises
    ------
    WeightsError
        If the model is unknown or its weights cannot be had.
    """
    from torchvision import models

    model, weights = str(options["model"]), options.get("weights")
    known = models.list_models(module=models)
    if model not in known:
        raise WeightsError(
            f"no classifier of torchvision is called '{model}'{hint(model, known)} "
            "Give a name of torchvision.models.list_models(module=torchvision.models)."
        )
    tags = {entry.name: entry for entry in models.get_model_weights(model)}
    default = models.get_model_weights(model).DEFAULT
    if weights == UNTRAINED:
        return default, None
    if weights is not None and is_path(weights):
        return default, local_checkpoint(model, weights)
    if weights not in (None, "DEFAULT", *tags):
        raise WeightsError(
            f"torchvision has no weights '{weights}' of '{model}'"
            f"{hint(str(weights), list(tags))} It knows "
            f"{some_tags(list(tags), 'torchvision')}; the path of a checkpoint or "
            f"'{UNTRAINED}' will do too."
        )
    entry = tags.get(str(weights), default)
    return entry, _fetch(model, entry)


def build(options: Mapping[str, Any]) -> Network:
    """Build a classifier of torchvision.

    Parameters
    ----------
    options : mapping
        ``model``, ``weights`` and ``seed``, as in the config.

    Returns
    -------
    network : Network
        Its embedding is what its last linear layer reads.

    Raises
    ------
    WeightsError
        If the model or its weights cannot be had, or do not fit each other.
    """
    from torchvision import models

    model, seed = str(options["model"]), int(options.get("seed", 0))
    entry, checkpoint = find(options)
    own = checkpoint is not None and not is_path(str(options.get("weights")))
    scaled = {"transform_input": True} if model in SCALED_INSIDE and own else {}
    with seeded(seed):
        try:
            network = models.get_model(model, weights=None, **scaled).eval()
        except (RuntimeError, ValueError, TypeError) as error:
            raise WeightsError(
                f"model '{model}' cannot be built by torchvision ({first_line(error)})."
                " Choose another of torchvision.models.list_models()."
            ) from error
    if checkpoint:
        put_weights(partial(_put, network, checkpoint), checkpoint, model)
    named = entry.name if own else checkpoint.name if checkpoint else ""
    return Network(
        network,
        network,
        partial(_embed, network, _last_linear(network)),
        _preparation(entry),
        "torchvision",
        model,
        named or f"untrained, seed {seed}",
        hash_of([checkpoint] if checkpoint else []),
        str(entry.meta.get("license", "not stated")) if own else "not stated",
        "the embedding is what the last linear layer reads",
    )


def _fetch(model: str, entry: Any) -> Path:
    import torch

    folder = Path(torch.hub.get_dir(), "checkpoints")
    name = entry.url.rpartition("/")[2]
    path: Path = folder / name
    if path.is_file():
        return path
    wanted = Wanted(model, entry.name, entry.url, str(folder), name)
    return download(wanted, partial(_download, str(entry.url), folder / name))


def _download(url: str, path: Path) -> Path:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    start = re.search(r"-([0-9a-f]{8,})\.", path.name)
    prefix = start.group(1) if start else None
    torch.hub.download_url_to_file(url, str(path), prefix, progress=False)
    return path


def _put(network: Any, checkpoint: Path) -> None:
    state = read_checkpoint(checkpoint)
    known = set(network.state_dict())
    renamed = {OLD_NAME.sub(r".\1\2.", name): one for name, one in state.items()}
    # Auxiliary classifiers are not built, as they do not run at inference.
    kept = {
        n: one for n, one in renamed.items() if n in known or "aux" not in n.lower()
    }
    network.load_state_dict(kept, strict=True)


def _preparation(entry: Any) -> Preparation:
    chosen = entry.transforms()
    return Preparation(
        size=pair(chosen.crop_size),
        resize="shortest" if len(chosen.resize_size) == 1 else "squash",
        resize_to=pair(chosen.resize_size),
        interpolation=chosen.interpolation.value,
        mean=tuple(chosen.mean),
        std=tuple(chosen.std),
    )


def _last_linear(network: Any) -> Any:
    from torch import nn

    found = [one for one in network.modules() if isinstance(one, nn.Linear)]
    return found[-1] if found else None


def _embed(network: Any, last: Any, pixels: Any) -> Any:
    """Embedding: what the last linear layer reads, or what the network gives."""
    seen: list[Any] = []

    def look(module: Any, args: Any, options: Any, value: Any) -> None:
        seen.append(args[0])

    with hooked({last: [look]} if last is not None else {}):
        given = network(pixels)
    return (seen[-1] if seen else given).flatten(1)
