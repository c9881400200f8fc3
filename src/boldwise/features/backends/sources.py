"""Where an open_clip model comes from: its name, its folder, its checkpoint.

What cannot be had is told in one sentence, with the way to bring it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from boldwise.errors import WeightsError
from boldwise.features.backends.checkpoints import SUFFIXES, is_path, local_checkpoint
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

SHIPPED = {"tiny-clip": Path(__file__).parent / "tiny_clip"}
LIBRARY = "open_clip"
CONFIG = "open_clip_config.json"
VOCABULARY = "bpe_vocabulary.txt.gz"
HUB_NAMES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


@dataclass(frozen=True)
class Source:
    """An architecture and the weights to put into it.

    Attributes
    ----------
    model : str
        As in the config.
    weights : str
        Tag or file name of the checkpoint, or ``"untrained"``.
    identifier : str
        What open_clip calls the model: a name, or ``local-dir:`` and a folder.
    checkpoint : Path or None
        None for untrained weights.
    tag : mapping
        What open_clip knows of the tag: preprocessing, activation.
    """

    model: str
    weights: str
    identifier: str
    checkpoint: Path | None
    tag: Mapping[str, Any] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Path | None:
        """The vocabulary that lies in the model's own folder, if one does."""
        scheme, _, folder = self.identifier.partition("local-dir:")
        path = Path(folder, VOCABULARY)
        return path if not scheme and folder and path.is_file() else None


def find_source(model: str, weights: str | None) -> Source:
    """Find a model and its weights: on this disk, else on the Hugging Face hub.

    Parameters
    ----------
    model : str
        ``tiny-clip``, a name that open_clip knows, or a folder with
        ``open_clip_config.json``.
    weights : str or None
        ``untrained``, a tag that open_clip knows for the model, or the path of a
        checkpoint. None: the checkpoint that lies in the model's folder.

    Returns
    -------
    source : Source

    Raises
    ------
    WeightsError
        If the model is unknown or its weights cannot be had.
    """
    folder = SHIPPED.get(model, Path(model).expanduser())
    if (folder / CONFIG).is_file():
        return _in_folder(model, folder, weights)
    import open_clip

    name = model.replace("/", "-")
    known = open_clip.list_models()
    if name not in known:
        raise WeightsError(
            f"no open_clip model is called '{model}'{hint(name, [*SHIPPED, *known])} "
            f"Give a name of open_clip.list_models(), or a folder with {CONFIG}."
        )
    return _by_name(model, name, weights)


def files_of(model: str, weights: str | None) -> list[Path]:
    """Files on this disk that a model is made of: a change of one changes features.

    Parameters
    ----------
    model, weights : str
        As for ``find_source``; nothing is refused here.

    Returns
    -------
    paths : list of Path
        None for a model that comes from the hub.
    """
    folder = SHIPPED.get(model, Path(model).expanduser())
    paths = [folder / name for name in (CONFIG, VOCABULARY)]
    if weights is None and (folder / CONFIG).is_file():
        paths += sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    elif weights not in (None, UNTRAINED):
        paths.append(Path(str(weights)).expanduser())
    return [path for path in paths if path.is_file()]


def _in_folder(model: str, folder: Path, weights: str | None) -> Source:
    identifier = f"local-dir:{folder}"
    if weights == UNTRAINED:
        return Source(model, UNTRAINED, identifier, None)
    if weights is not None:
        path = local_checkpoint(model, weights)
        return Source(model, path.name, identifier, path)
    found = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    if len(found) != 1:
        raise WeightsError(
            f"model '{model}': {len(found)} checkpoints ({', '.join(SUFFIXES)}) lie in "
            f"{folder}, one is needed. Name the path of one as weights, or "
            f"'{UNTRAINED}'."
        )
    return Source(model, found[0].name, identifier, found[0])


def _by_name(model: str, name: str, weights: str | None) -> Source:
    from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

    tags = list_pretrained_tags_by_model(name)
    if weights is None:
        raise WeightsError(
            f"model '{model}' does not ship with boldwise, so its weights must be "
            f"named: a tag ({some_tags(tags, LIBRARY)}), the path of a checkpoint, or "
            f"'{UNTRAINED}'."
        )
    if weights == UNTRAINED:
        return Source(model, UNTRAINED, name, None)
    tag = get_pretrained_cfg(name, weights)
    if tag:
        return Source(model, weights, name, _fetch(model, weights, tag), tag)
    if not is_path(weights):
        raise WeightsError(
            f"model '{model}' has no weights tagged '{weights}'{hint(weights, tags)} "
            f"Its tags: {some_tags(tags, LIBRARY)}; the path of a checkpoint or "
            f"'{UNTRAINED}' will do too."
        )
    path = local_checkpoint(model, weights)
    return Source(model, path.name, name, path)


def _fetch(model: str, weights: str, tag: Mapping[str, Any]) -> Path:
    """Find the checkpoint of a tag in the hub's folder on this disk, else download."""
    from open_clip.pretrained import download_pretrained

    repository, _, name = str(tag.get("hf_hub", "")).rpartition("/")
    found = cached(repository, _names_on_hub(name))
    if found:
        return found
    place = hub_place(repository) if repository else str(tag.get("url"))
    wanted = Wanted(model, weights, place, hub_folder(), name or HUB_NAMES[0])
    return download(wanted, partial(download_pretrained, dict(tag)))


def _names_on_hub(name: str) -> Sequence[str]:
    if not name:
        return HUB_NAMES
    return (str(Path(name).with_suffix(".safetensors")), name)
