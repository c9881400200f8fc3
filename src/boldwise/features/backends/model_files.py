"""Files on this disk that a network is made of: a change of one changes features."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boldwise.features.backends.checkpoints import is_path
from boldwise.features.backends.hub import UNTRAINED
from boldwise.features.backends.huggingface_files import about_files, weight_files
from boldwise.features.backends.sources import files_of


def network_files(options: Mapping[str, Any]) -> list[Path]:
    """List the files of a network that lie here by the user's choice.

    Parameters
    ----------
    options : mapping
        ``kind``, ``model`` and ``weights``, as in the config; nothing is refused here.

    Returns
    -------
    paths : list of Path
        None for what comes from a hub or out of a library.
    """
    model, weights = str(options["model"]), options.get("weights")
    if options["kind"] == "open_clip":
        return files_of(model, weights)
    named = weights is not None and weights != UNTRAINED and is_path(str(weights))
    file = Path(str(weights)).expanduser()
    found = [file] if named and file.is_file() else []
    folder = Path(model).expanduser()
    if options["kind"] != "huggingface" or not (folder / "config.json").is_file():
        return found
    own = [] if named or weights == UNTRAINED else weight_files(folder)
    return [*about_files(folder), *own, *found]
