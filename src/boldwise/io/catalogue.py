"""What every field of every store means, with its axes and its unit."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CATALOGUE = Path(__file__).with_suffix(".yaml")
COMMON = "_common"
PREFACE = """# Files of a study

Everything lies under `results/<dataset name>/`; `X` is a subject, `SPLIT`, `SPACE`,
`ENCODER` and `DECODER` are names of config entries. `boldwise show FILE.h5` prints any
store in words. This page is made from `src/boldwise/io/catalogue.yaml` by
`make docs-options`.

Stores are HDF5 that any reader opens. Rows are joined by id, never by position. Every
store carries the attributes `schema`, `boldwise_version`, `rule`, `code` (hash of the
code that made it), `config` (the options that the rule read), `inputs` (hashes of the
stores that it read), and last `complete`: without that mark a store is refused.
"""


@dataclass(frozen=True)
class Field:
    """One dataset of a store.

    Attributes
    ----------
    name : str
        Its name, or a pattern with ``*``.
    axes : str
        Names of its axes, in order.
    unit : str
        Empty where there is none to state.
    meaning : str
    """

    name: str
    axes: str = ""
    unit: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of store.

    Attributes
    ----------
    path : str
        Below ``results/<dataset name>/``.
    rule : str
        What writes it.
    meaning : str
    fields : tuple of Field
    """

    path: str
    rule: str
    meaning: str
    fields: tuple[Field, ...]


@cache
def read_catalogue() -> dict[str, Kind]:
    """Read what is known of all kinds of stores.

    Returns
    -------
    kinds : dict of Kind
        By schema.
    """
    raw: dict[str, Any] = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    raw.pop(COMMON)
    return {
        schema: Kind(one["path"], one["rule"], one["meaning"], _fields(one["fields"]))
        for schema, one in raw.items()
    }


def find_field(schema: str, name: str) -> Field | None:
    """Find what is known of a dataset.

    Parameters
    ----------
    schema : str
        Kind of the store.
    name : str
        Of the dataset.

    Returns
    -------
    field : Field or None
        The first whose pattern fits; None where nothing is known.
    """
    kind = read_catalogue().get(schema)
    fields = (*(kind.fields if kind else ()), *_common_fields())
    return next((one for one in fields if fnmatchcase(name, one.name)), None)


def outputs_page() -> str:
    """Write the page about all stores: every field with its axes, unit and meaning.

    Returns
    -------
    text : str
        Markdown.
    """
    sections = [PREFACE]
    for schema, kind in read_catalogue().items():
        title = f"## `{kind.path}`\n\nSchema `{schema}`, written by {kind.rule}: "
        sections.append(f"{title}{kind.meaning}.\n\n{_table(kind.fields)}")
    voxels = "## In many stores\n\nWherever rows are stimuli or columns are voxels.\n\n"
    sections.append(f"{voxels}{_table(_common_fields())}")
    return "\n".join(sections)


def _table(fields: tuple[Field, ...]) -> str:
    rows = [
        f"| `{one.name}` | {one.axes} | {one.unit or '–'} | {one.meaning} |\n"
        for one in fields
    ]
    return "| dataset | axes | unit | meaning |\n|---|---|---|---|\n" + "".join(rows)


@cache
def _common_fields() -> tuple[Field, ...]:
    raw = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return _fields(raw[COMMON])


def _fields(rows: list[list[str]]) -> tuple[Field, ...]:
    return tuple(Field(*(str(cell) for cell in row)) for row in rows)
