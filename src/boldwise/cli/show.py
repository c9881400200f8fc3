"""Any store in words: what it is, what made it, what it holds."""

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boldwise.io.catalogue import Field, find_field, read_catalogue
from boldwise.io.stores import PROVENANCE, Dataset, open_store

SHORT = 160


def print_store(path: str | Path, *, console: Console | None = None) -> None:
    """Print a store: its kind, its attributes, and what each dataset is.

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
    console = console or Console(highlight=False)
    with open_store(path, schema=None) as store:
        attributes, datasets = store.attributes, store.datasets
    schema = str(attributes.pop("schema")).partition("/")[0]
    attributes.pop("complete")
    kind = read_catalogue().get(schema)
    about = kind.meaning if kind else "of a kind that this boldwise does not know"
    console.print(Text(f"{path} ({schema}): {about}"), soft_wrap=True)
    made = {name: attributes.pop(name) for name in PROVENANCE if name in attributes}
    _print_rows(console, "Holds", _describe(schema, datasets))
    _print_rows(console, "Attributes", _shorten(attributes))
    _print_rows(console, "Made by", _shorten(made))


def _print_rows(console: Console, title: str, rows: Iterable[tuple[str, str]]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for name, text in rows:
        table.add_row(Text(f"  {name}"), Text(text))
    if table.row_count:
        console.print(title)
        console.print(table)


def _describe(schema: str, datasets: list[Dataset]) -> Iterable[tuple[str, str]]:
    """Say what datasets are; those of one pattern, shape and type together."""

    def known(one: Dataset) -> tuple[Field, tuple[int, ...], str]:
        field = find_field(schema, one.name) or Field(one.name)
        return field, one.shape, one.kind

    for (field, shape, kind), group in groupby(datasets, known):
        names = [one.name for one in group]
        size = " × ".join(map(str, shape)) or "one value"
        axes = f" ({field.axes})" if field.axes and shape else ""
        unit = f", {field.unit}" if field.unit and field.unit != kind else ""
        meaning = f": {field.meaning}" if field.meaning else ""
        members = [name.rpartition("/")[2] for name in names]
        listed = f" [{', '.join(members)}]" if len(names) > 1 else ""
        name = field.name if len(names) > 1 else names[0]
        yield name, f"{size}{axes}, {kind}{unit}{meaning}{listed}"


def _shorten(values: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        yield name, text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
