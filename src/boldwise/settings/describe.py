"""Pages that code writes: options and schema of the config, and fields of stores.

They are committed, so that people and editors find them; a test keeps them in step.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from boldwise.io.catalogue import outputs_page
from boldwise.settings.study import Config

OPTION_PAGE = Path("config/README.md")
OUTPUTS = Path("docs/outputs.md")
SCHEMA = Path("workflow/schemas/config.schema.yaml")
UNITS = {"_s": "s", "_hz": "Hz", "_px": "px"}
BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "length ≥"}
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}
COMMAND = "`make docs-options`"

PREFACE = f"""# Options of a study

A config is one YAML file: the science, never threads or memory (those stand in
`profiles/`). `config/config.yaml` is the simulated default, commented line by line;
`config/examples/` holds complete studies of real data; `boldwise init DIR` writes a
template for your own. `boldwise check --configfile FILE` tells every problem of a
config and its data in seconds. Unknown keys are refused, with the name that was meant.

`splits`, `feature_spaces`, `encoders` and `decoders` are named entries: the name is
yours (letters, digits, `-`) and becomes part of file names and labels.

This page is made from the models in `src/boldwise/settings/` by {COMMAND}.
"""


def option_page() -> str:
    """Write the option page: for each option its values and unit, default and reason.

    Returns
    -------
    text : str
        Markdown; one section per model, in the order of the config.
    """
    sections = [PREFACE]
    for model, places in _places(Config).items():
        rows = [_row(name, field) for name, field in model.model_fields.items()]
        table = ["| option | values | default | meaning |", "|---|---|---|---|", *rows]
        about = " ".join((model.__doc__ or "").split())
        title = ", ".join(f"`{place}`" for place in places)
        kind = _kind_of(model)
        title += f" of kind `{kind}`" if kind else ""
        depth = "##" if places[0].count(".") < 2 else "###"
        sections.append(f"{depth} {title}\n\n{about}\n\n" + "\n".join(table))
    return "\n".join(section.rstrip() + "\n" for section in sections)


def config_schema() -> str:
    """Write the JSON schema of the config, for editors that complete and check.

    Returns
    -------
    text : str
        YAML that is JSON too; every option with its description and default.
    """
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Config.model_json_schema(),
    }
    text: str = yaml.safe_dump(schema, sort_keys=False, allow_unicode=True)
    return f"# Made from src/boldwise/settings/ by {COMMAND}.\n{text}"


def write_descriptions(root: Path) -> list[Path]:
    """Write the option page, the schema and the page of outputs into a checkout.

    Parameters
    ----------
    root : Path
        The checkout.

    Returns
    -------
    written : list of Path
    """
    pages = {
        OPTION_PAGE: option_page(),
        SCHEMA: config_schema(),
        OUTPUTS: outputs_page(),
    }
    for path, text in pages.items():
        (root / path).write_text(text, encoding="utf-8")
    return [root / path for path in pages]


def _places(
    model: type[BaseModel], place: str = "config"
) -> dict[type[BaseModel], list[str]]:
    """Models from the top down, each with all places of the config that hold it."""
    found = {model: [place]}
    lead = "" if model is Config else f"{place}."
    for name, field in model.model_fields.items():
        entry = ".NAME" if get_origin(field.annotation) is dict else ""
        for inner in _models_in(field.annotation):
            for below, places in _places(inner, f"{lead}{name}{entry}").items():
                known = found.setdefault(below, [])
                known += [one for one in places if one not in known]
    return found


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _kind_of(model: type[BaseModel]) -> str | None:
    kind = model.model_fields.get("kind")
    return get_args(kind.annotation)[0] if kind else None


def _row(name: str, field: FieldInfo) -> str:
    values = ", ".join([_values(field.annotation), *_bounds(field), *_unit(name)])
    cells = [f"`{name}`", values, _default(field), field.description or "Its kind."]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _values(annotation: Any) -> str:
    """Say what may stand there, in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin is Annotated:
        return _values(inner[0])
    if origin is dict and _models_in(inner[1]):
        return "named entries, see below"
    if _models_in(annotation):
        return "list, see below" if origin is list else "see below"
    if origin is dict:
        return f"{_values(inner[0])}: {_values(inner[1])}"
    if origin in (list, tuple):
        return f"list of {_values(inner[0])}"
    if inner:
        return " or ".join(_values(part) for part in inner if part is not type(None))
    return PLAIN.get(annotation, str(annotation))


def _bounds(field: FieldInfo) -> list[str]:
    bounds = [
        f"{sign} {getattr(limit, name)}"
        for limit in field.metadata
        for name, sign in BOUNDS.items()
        if getattr(limit, name, None) is not None
    ]
    return bounds


def _unit(name: str) -> list[str]:
    return [f"in {unit}" for end, unit in UNITS.items() if name.endswith(end)]


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "needed"
    if isinstance(field.default, BaseModel):
        return "its defaults"
    return "none" if field.default is None else f"`{json.dumps(field.default)}`"
