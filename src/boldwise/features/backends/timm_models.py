"""Image models of timm, with their own weights, transforms and licences."""

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
    quiet_logging,
    read_checkpoint,
    seeded,
)
from boldwise.features.backends.hub import (
    UNTRAINED,
    Wanted,
    cached,
    download,
    hint,
    hub_folder,
    hub_place,
    some_tags,
)
from boldwise.features.backends.network import Network
from boldwise.features.backends.preparation import from_chain

HUB_NAMES = ("model.safetensors", "pytorch_model.bin")


def find(options: Mapping[str, Any]) -> tuple[str, Path | None]:
    """Find a model and its weights without building it.

    Parameters
    ----------
    options : mapping
        ``model`` and ``weights``, as in the config.

    Returns
    -------
    name : str
        Of timm, with the tag of its weights where it has one.
    checkpoint : Path or None
        None for untrained weights.

    Raises
    ------
    WeightsError
        If the model is unknown or its weights cannot be had.
    """
    model, weights = str(options["model"]), options.get("weights")
    architecture, _, tag = model.partition(".")
    tags = _tags(architecture)
    if weights == UNTRAINED:
        return architecture if tag not in tags else model, None
    if weights is not None and is_path(weights):
        return model, local_checkpoint(model, weights)
    tag = weights or tag
    if tag and tag not in tags:
        raise WeightsError(
            f"timm has no weights '{tag}' of '{architecture}'{hint(tag, tags)} It "
            f"knows {some_tags(tags, 'timm')}; the path of a checkpoint or "
            f"'{UNTRAINED}' will do too."
        )
    name = f"{architecture}.{tag}" if tag else architecture
    return _fetch(model, name, tags)


def build(options: Mapping[str, Any]) -> Network:
    """Build a model of timm.

    Parameters
    ----------
    options : mapping
        ``model``, ``weights`` and ``seed``, as in the config.

    Returns
    -------
    network : Network
        Its embedding is what its classifier reads.

    Raises
    ------
    WeightsError
        If the model or its weights cannot be had, or do not fit each other.
    """
    from timm.data.config import resolve_data_config
    from timm.data.transforms_factory import create_transform

    name, checkpoint = find(options)
    network = _load(name, checkpoint, int(options.get("seed", 0)))
    resolve: Any = resolve_data_config
    settings = resolve({}, model=network)
    chain = create_transform(**settings, is_training=False).transforms
    height, width = settings["input_size"][1:]
    own = checkpoint is not None and not is_path(str(options.get("weights")))
    tag = name.partition(".")[2]
    named = tag or (checkpoint.name if checkpoint else "")
    return Network(
        network,
        network,
        partial(_embed, network),
        from_chain(chain, size=(height, width)),
        "timm",
        str(options["model"]),
        _told(options, checkpoint, named if own else ""),
        hash_of([checkpoint] if checkpoint else []),
        _licence(network) if own else "not stated",
    )


def _tags(architecture: str) -> list[str]:
    import timm

    if not timm.is_model(architecture):
        known = timm.list_models()
        raise WeightsError(
            f"no timm model is called '{architecture}'{hint(architecture, known)} Give "
            "a name of timm.list_models()."
        )
    names = timm.list_pretrained(f"{architecture}.*")
    return [one.partition(".")[2] for one in names]


def _fetch(model: str, name: str, tags: list[str]) -> tuple[str, Path]:
    """Find the checkpoint, and the tag that a name without one stands for."""
    from timm.models import get_pretrained_cfg

    settings: Any = get_pretrained_cfg(name)
    repository = settings.hf_hub_id if settings else None
    if not repository:
        raise WeightsError(
            f"timm offers no weights of '{name}' on the Hugging Face hub (it knows "
            f"{some_tags(tags, 'timm')}). Give the path of a checkpoint as weights, or "
            f"'{UNTRAINED}'."
        )
    name = f"{name.partition('.')[0]}.{settings.tag}" if settings.tag else name
    file = settings.hf_hub_filename
    names = (file,) if file else HUB_NAMES
    found = cached(repository, names)
    if not found:
        wanted = Wanted(model, name, hub_place(repository), hub_folder(), names[0])
        found = download(wanted, partial(_download, repository, names))
    return name, found


def _download(repository: str, names: tuple[str, ...]) -> str:
    from huggingface_hub import file_exists, hf_hub_download

    name = next((one for one in names if file_exists(repository, one)), names[-1])
    return str(hf_hub_download(repository, name))


def _load(name: str, checkpoint: Path | None, seed: int) -> Any:
    import timm

    def create(state: dict[str, Any] | None = None) -> Any:
        with quiet_logging(), seeded(seed):
            own: dict[str, Any] = {}
            if state is not None:
                own["pretrained_cfg_overlay"] = {"state_dict": state}
            return timm.create_model(name, pretrained=state is not None, **own).eval()

    if checkpoint is None:
        try:
            return create()
        except (RuntimeError, ValueError, TypeError, OSError) as error:
            raise WeightsError(
                f"model '{name}' cannot be built by timm ({first_line(error)}). Choose "
                "another of timm.list_models()."
            ) from error
    state = read_checkpoint(checkpoint)
    made: list[Any] = []
    put_weights(lambda: made.append(create(state)), checkpoint, name)
    return made[0]


def _embed(network: Any, pixels: Any) -> Any:
    pooled = network.forward_head(network.forward_features(pixels), pre_logits=True)
    return pooled.flatten(1)


def _told(options: Mapping[str, Any], checkpoint: Path | None, tag: str) -> str:
    if checkpoint is None:
        return f"untrained, seed {options.get('seed', 0)}"
    return tag or checkpoint.name


def _licence(network: Any) -> str:
    return str(network.pretrained_cfg.get("license") or "not stated")
