"""Text files of a BIDS dataset: JSON and TSV."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.atomic import new_file


def write_json(path: str | Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all.

    Parameters
    ----------
    path : path
    content : mapping
    """
    with new_file(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def write_table(path: str | Path, columns: Mapping[str, np.ndarray]) -> None:
    """Write a TSV file as BIDS asks for: NaN is ``n/a``.

    Parameters
    ----------
    path : path
    columns : mapping of str to array of shape (n_rows,)
        Numbers are written with 8 digits.
    """
    texts = [[_text(value) for value in values] for values in columns.values()]
    rows = [columns.keys(), *zip(*texts, strict=True)]
    lines = ["\t".join(row) + "\n" for row in rows]
    with new_file(path) as temporary:
        temporary.write_text("".join(lines), encoding="utf-8")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "n/a" if np.isnan(value) else f"{value:.8g}"
