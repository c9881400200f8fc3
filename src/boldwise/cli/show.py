"""Any store in words: what it is, what made it, what it holds."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from boldwise.io.catalogue import describe
from boldwise.io.stores import PROVENANCE, Dataset, list_store

SHORT = 76


def print_store(path: str | Path, *, console: Console | None = None) -> None:
    """Print a store: its kind, its attributes, and a row for each dataset.

    Parameters
    ----------
    path : path
    console : rich.console.Console, optional
        Where to print; default: standard output.

    Raises
    ------
    StoreError
        If it is no store, damaged or unfinished.
    """
    console = console or Console(soft_wrap=True, highlight=False)
    schema, attributes, datasets = list_store(path)
    console.print(f"[bold]{path}[/]: {describe(schema, '').meaning}", markup=True)
    made = {name: attributes.pop(name) for name in PROVENANCE if name in attributes}
    for title, values in (("attributes", attributes), ("made by", made)):
        if values:
            console.print(_pairs(title, values))
    console.print(_datasets(schema, datasets))


def _pairs(title: str, values: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(title, style="bold")
    table.add_column("")
    for name, value in values.items():
        table.add_row(name, _short(value))
    return table


def _datasets(schema: str, datasets: list[Dataset]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("dataset", "shape", "type", "unit", "meaning"):
        table.add_column(title)
    for one in datasets:
        field = describe(schema, one.name)
        axes = f" = {field.axes}" if field.axes else ""
        shape = f"{_shape(one.shape)}{axes}"
        table.add_row(one.name, shape, one.kind, field.unit, field.meaning)
    return table


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) if shape else "one value"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
