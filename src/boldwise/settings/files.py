"""Config files: YAML in, a checked config out."""

from pathlib import Path
from typing import Any

import yaml

from boldwise.errors import ConfigError
from boldwise.io.tables import read_text
from boldwise.settings.config import load_config
from boldwise.settings.study import Config


def read_config(path: str | Path) -> Config:
    """Read a config file and check it.

    Parameters
    ----------
    path : path
        A YAML file in UTF-8.

    Returns
    -------
    config : Config

    Raises
    ------
    ConfigError
        If it is no YAML mapping, or with every problem of the config in one list.
    DataError
        If it is absent, or no text.
    """
    return load_config(_read_yaml(path))


def _read_yaml(path: str | Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "it"
        problem = getattr(error, "problem", None) or "cannot be read"
        raise ConfigError(
            f"{path}: not YAML: {problem} at {where}. Check indentation, colons and "
            "quotes there."
        ) from error
    if not isinstance(raw, dict):
        raise ConfigError(
            f"{path}: holds a {type(raw).__name__}, not a mapping of options. Start "
            "from config/config.yaml, or run 'boldwise init DIR'."
        )
    return raw
