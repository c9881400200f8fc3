"""Image models of Hugging Face transformers, from a folder or from the hub."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from boldwise.errors import WeightsError, first_line
from boldwise.features.backends.checkpoints import (
    does_not_fit,
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
    download,
    hub_folder,
    hub_place,
)
from boldwise.features.backends.huggingface_files import licence_of, weight_files
from boldwise.features.backends.huggingface_transform import preparation_of
from boldwise.features.backends.layers import leading_tokens
from boldwise.features.backends.network import Network

ABOUT = ("config.json", "preprocessor_config.json", "README.md")
WEIGHTS = (
    *("model.safetensors", "model.safetensors.index.json"),
    "model-*-of-*.safetensors",
)
OLD_WEIGHTS = ("pytorch_model.bin",)


def find(options: Mapping[str, Any]) -> tuple[Path, list[Path]]:
    """Find a model and its weights without building it.

    Parameters
    ----------
    options : mapping
        ``model``: a folder or a name on the hub; ``weights``: a revision on the hub,
        the path of a checkpoint, ``untrained``, or None.

    Returns
    -------
    folder : Path
        With ``config.json``.
    checkpoint : list of Path
        None for untrained weights.

    Raises
    ------
    WeightsError
        If the model or its weights cannot be had, or transformers is not installed.
    """
    _need_transformers()
    model, weights = str(options["model"]), options.get("weights")
    file = local_checkpoint(model, weights) if weights and is_path(weights) else None
    trained = weights != UNTRAINED and file is None
    folder = Path(model).expanduser()
    if not (folder / "config.json").is_file():
        if folder.is_dir() or model.startswith((".", "/", "~")):
            raise WeightsError(
                f"{folder}: no config.json of a transformers model lies there. Name "
                "the folder that holds it, or a model of the hub as owner/name."
            )
        folder = _from_hub(
            model, str(weights) if trained and weights else None, trained
        )
    if not trained:
        return folder, [file] if file else []
    found = weight_files(folder)
    if not found:
        raise WeightsError(
            f"model '{model}': no weights (model.safetensors or pytorch_model.bin) "
            f"lie in {folder}. Put them there, name a checkpoint, or '{UNTRAINED}'."
        )
    return folder, found


def build(options: Mapping[str, Any]) -> Network:
    """Build an image model of transformers.

    Parameters
    ----------
    options : mapping
        ``model``, ``weights`` and ``seed``, as in the config.

    Returns
    -------
    network : Network
        Of a model with two towers, the image tower, its embedding of length 1.

    Raises
    ------
    WeightsError
        If the model or its weights cannot be had, or do not fit each other, or
        transformers is not installed.
    """
    folder, files = find(options)
    weights, seed = options.get("weights"), int(options.get("seed", 0))
    model = str(options["model"])
    own = bool(files) and not (weights and is_path(str(weights)))
    network, pooler = _load(model, folder, None if own else files, seed)
    joint = hasattr(network, "get_image_features")
    root = getattr(network, "vision_model", network)
    embed = partial(_embed_joint if joint else _embed, network)
    if not joint:
        embed = partial(embed, pooler, leading_tokens(root).has_class)
    return Network(
        network,
        root,
        embed,
        preparation_of(folder),
        "huggingface",
        model,
        str(weights or files[0].name) if own else _told(files, seed),
        hash_of(files),
        licence_of(folder) if own else "not stated",
        "the embedding has length 1" if joint else "",
    )


def _told(files: list[Path], seed: int) -> str:
    return files[0].name if files else f"untrained, seed {seed}"


def _need_transformers() -> None:
    try:
        import transformers  # noqa: F401
    except ImportError as error:
        raise WeightsError(
            "models of kind huggingface need transformers, which is not installed "
            f"({first_line(error)}). Install it: pip install 'boldwise[huggingface]'."
        ) from error


def _from_hub(model: str, revision: str | None, trained: bool) -> Path:
    """Find a model in the hub's folder on this disk, else download it."""
    from huggingface_hub import snapshot_download

    get = partial(snapshot_download, model, revision=revision)
    try:
        folder = Path(get(local_files_only=True))
    except (OSError, ValueError):
        folder = Path()
    there = (folder / "config.json").is_file()
    if there and (not trained or weight_files(folder)):
        return folder

    def fetch() -> str:
        found = get(allow_patterns=[*ABOUT, *(WEIGHTS if trained else ())])
        if trained and not weight_files(Path(found)):
            found = get(allow_patterns=list(OLD_WEIGHTS))
        return str(found)

    files = ", ".join((*ABOUT[:2], *WEIGHTS[:1])[: 3 if trained else 2])
    bring = "put them into one folder and give its path as model"
    wanted = Wanted(
        model, revision or "main", hub_place(model), hub_folder(), files, bring
    )
    return download(wanted, fetch)


def _load(
    model: str, folder: Path, files: list[Path] | None, seed: int
) -> tuple[Any, bool]:
    """Build with the folder's own weights (None), another file's, or untrained (none).

    The second value tells whether the model's pooler has weights that were trained.
    """
    with quiet_logging(), seeded(seed), _no_bars():
        network = _build_untrained(model, folder)
        if files == []:
            return network, True
        path = weight_files(folder)[0] if files is None else files[0]
        made: list[Any] = []
        state = read_checkpoint(path) if files else None
        put_weights(partial(_put, network, folder, state, made), path, model)
    network, info = made
    other = sorted(key for key, *_ in info["mismatched_keys"])
    if other:
        raise does_not_fit(
            path, model, f"{len(other)} such as {other[0]} differ in size"
        )
    missing = sorted(info["missing_keys"])
    lost = [name for name in missing if "pooler" not in name]
    if lost:
        raise does_not_fit(path, model, f"{len(lost)} tensors such as {lost[0]} lack")
    return network.eval(), not missing


def _build_untrained(model: str, folder: Path) -> Any:
    import torch
    from transformers import AutoConfig, AutoModel

    library: Any = AutoModel
    try:
        config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
        return library.from_config(config, dtype=torch.float32).eval()
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise WeightsError(
            f"model '{model}' cannot be built from {folder}/config.json "
            f"({first_line(error)}). It must be a model that this version of "
            "transformers knows without code of its own."
        ) from error


def _put(network: Any, folder: Path, state: Any, made: list[Any]) -> None:
    """Load as transformers does, which knows how names of tensors have changed."""
    place = str(folder) if state is None else None
    found = type(network).from_pretrained(
        place,
        config=network.config,
        state_dict=state,
        dtype=network.dtype,
        local_files_only=True,
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # They are refused by their names.
    )
    made.extend(found)


@contextmanager
def _no_bars() -> Iterator[None]:
    """Keep transformers from drawing progress bars, and leave them as they were."""
    from transformers.utils import logging as bars

    logging: Any = bars
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _embed(network: Any, pooler: bool, has_class: bool, pixels: Any) -> Any:
    """Embedding: the model's pooler where it was trained, else class token or mean."""
    given = network(pixel_values=pixels)
    pooled = getattr(given, "pooler_output", None)
    if pooler and pooled is not None:
        return pooled.flatten(1)
    last = given.last_hidden_state
    if last.dim() == 4:
        return last.mean((2, 3))
    return last[:, 0] if has_class else last.mean(1)


def _embed_joint(network: Any, pixels: Any) -> Any:
    import torch

    given = network.get_image_features(pixel_values=pixels)
    pooled = getattr(given, "pooler_output", given)
    return torch.nn.functional.normalize(pooled, dim=-1)
