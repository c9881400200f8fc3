"""Where an open_clip model comes from: its name, its folder, its checkpoint.

What cannot be had is told in one sentence, with the way to bring it.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from boldwise.errors import WeightsError, first_line, name_some

SHIPPED = {"tiny-clip": Path(__file__).parent / "tiny_clip"}
UNTRAINED = "untrained"
CONFIG = "open_clip_config.json"
VOCABULARY = "bpe_vocabulary.txt.gz"
SUFFIXES = (".safetensors", ".bin", ".pt", ".pth")
HUB_NAMES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
TIMEOUT_S = 10.0


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
            f"no open_clip model is called '{model}'{_hint(name, [*SHIPPED, *known])} "
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
        path = _local(model, weights)
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
            f"named: a tag ({_some_tags(tags)}), the path of a checkpoint, or "
            f"'{UNTRAINED}'."
        )
    if weights == UNTRAINED:
        return Source(model, UNTRAINED, name, None)
    tag = get_pretrained_cfg(name, weights)
    if tag:
        return Source(model, weights, name, _fetch(model, weights, tag), tag)
    if not (Path(weights).expanduser().is_file() or _looks_like_path(weights)):
        raise WeightsError(
            f"model '{model}' has no weights tagged '{weights}'{_hint(weights, tags)} "
            f"Its tags: {_some_tags(tags)}; the path of a checkpoint or '{UNTRAINED}' "
            "will do too."
        )
    path = _local(model, weights)
    return Source(model, path.name, name, path)


def _local(model: str, weights: str) -> Path:
    path = Path(weights).expanduser()
    if not path.is_file():
        raise WeightsError(
            f"{path}: no such checkpoint for model '{model}' (looked in "
            f"{path.absolute().parent}). Put the file there, or correct weights."
        )
    return path


def _looks_like_path(weights: str) -> bool:
    return os.sep in weights or weights.endswith(SUFFIXES)


def _fetch(model: str, weights: str, tag: Mapping[str, Any]) -> Path:
    """Checkpoint of a tag: from the hub's folder on this disk, else downloaded."""
    from huggingface_hub import constants, try_to_load_from_cache
    from open_clip.pretrained import download_pretrained

    repository, _, name = str(tag.get("hf_hub", "")).rpartition("/")
    for candidate in _names_on_hub(name) if repository else ():
        found = try_to_load_from_cache(repository, candidate)
        if isinstance(found, str):
            return Path(found)
    place = f"{constants.ENDPOINT}/{repository}" if repository else str(tag.get("url"))
    reason = "HF_HUB_OFFLINE is set"
    if not constants.HF_HUB_OFFLINE:
        reason = _why_unreachable(place)
    if not reason:
        try:
            return Path(download_pretrained(dict(tag)))
        except (OSError, RuntimeError) as error:
            reason = first_line(error)
    raise WeightsError(
        f"model '{model}': the weights '{weights}' are neither in "
        f"{constants.HF_HUB_CACHE} nor to be had from {place} ({reason}). Download "
        f"{name or HUB_NAMES[0]} from there on a machine with a network, and give the "
        f"path of that file as weights, or '{UNTRAINED}'."
    )


def _names_on_hub(name: str) -> Sequence[str]:
    if not name:
        return HUB_NAMES
    return (str(Path(name).with_suffix(".safetensors")), name)


def _why_unreachable(url: str) -> str:
    """Ask once: the hub's client would try for a minute without a network."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S):
            return ""
    except urllib.error.HTTPError:
        return ""  # It answers; let the client say what is wrong.
    except (OSError, ValueError) as error:
        return first_line(getattr(error, "reason", error))


def _some_tags(tags: Sequence[str]) -> str:
    return name_some(tags, at_most=10) if tags else "open_clip knows none"


def _hint(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=3)
    return f"; did you mean {name_some(close)}?" if close else "."
