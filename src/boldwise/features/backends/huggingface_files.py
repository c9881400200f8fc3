"""What lies in the folder of a Hugging Face model."""

import json
import re
from pathlib import Path

SINGLE = ("model.safetensors", "pytorch_model.bin")
INDEX = "model.safetensors.index.json"
LICENCE = re.compile(r"^license:\s*[\"']?([\w.-]+)[\"']?\s*$", re.MULTILINE)
RULE = re.compile(r"^---\s*$", re.MULTILINE)


def weight_files(folder: Path) -> list[Path]:
    """List the files that hold a model's weights.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    paths : list of Path
        One file, or several in the order of their names; none if a part is missing.
    """
    for name in SINGLE:
        if (folder / name).is_file():
            return [folder / name]
    if not (folder / INDEX).is_file():
        return []
    parts = set(json.loads((folder / INDEX).read_text())["weight_map"].values())
    paths = [folder / name for name in sorted(parts)]
    return paths if all(path.is_file() for path in paths) else []


def licence_of(folder: Path) -> str:
    """Read the licence from the model card.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    licence : str
        As the front matter of ``README.md`` names it, or ``"not stated"``.
    """
    path = folder / "README.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, *parts = RULE.split(text)
    found = LICENCE.search(parts[0]) if len(parts) > 1 and not before.strip() else None
    return found.group(1) if found else "not stated"


def about_files(folder: Path) -> list[Path]:
    """List the files that state an architecture and its transform.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    paths : list of Path
    """
    names = ("config.json", "preprocessor_config.json")
    return [folder / name for name in names if (folder / name).is_file()]
