"""Attributes of stores: anything that JSON can hold, as HDF5 can keep it."""

import json
from typing import Any

import numpy as np

JSON = "json:"


def encode(value: Any) -> Any:
    """Numbers and text as they are, all else as JSON behind a mark.

    Arrays of any shape become lists.
    """
    if isinstance(value, np.generic):
        value = value.item()
    marked = isinstance(value, str) and value.startswith(JSON)
    if isinstance(value, str | bool | int | float) and not marked:
        return value
    return JSON + json.dumps(value, sort_keys=True, default=_plain)


def decode(value: Any) -> Any:
    """Undo ``encode``, except that arrays stay lists."""
    if isinstance(value, str) and value.startswith(JSON):
        return json.loads(value.removeprefix(JSON))
    return value.item() if isinstance(value, np.generic) else value


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else str(value)
