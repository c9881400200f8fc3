"""Read a config: check it at once, fill in defaults and controls."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from boldwise.errors import ConfigError
from boldwise.settings.base import did_you_mean
from boldwise.settings.control_encoders import add_space_controls, expand_config
from boldwise.settings.controls import add_controls
from boldwise.settings.left_out import left_out_problems, without_left_out
from boldwise.settings.ridge_twins import add_ridge_twins
from boldwise.settings.study import Config

LABELLED = ("subjects", "runs", "sessions")


def load_config(raw: Mapping[str, Any]) -> Config:
    """Check a config and fill in its defaults and controls.

    Parameters
    ----------
    raw : mapping
        As read from YAML.

    Returns
    -------
    config : Config

    Raises
    ------
    ConfigError
        With every problem of the config in one list.
    """
    problems = [*_unquoted_ids(raw), *left_out_problems(raw)]
    try:
        config = Config.model_validate(without_left_out(raw))
        config = add_ridge_twins(expand_config(config))
        config = add_space_controls(add_controls(config))
    except ValidationError as error:
        problems += [line for item in error.errors() for line in _explain(item)]
    if problems:
        raise ConfigError("\n  ".join(["cannot run with this config:", *problems]))
    return config


def _unquoted_ids(raw: Mapping[str, Any]) -> list[str]:
    """YAML turns 010 into 8 and 01 into 1: subject and run ids must be quoted."""
    dataset = raw.get("dataset")
    if not isinstance(dataset, Mapping):
        return []
    return [
        f"dataset.{key}: {label!r} is not quoted, so YAML read a number (010 becomes "
        f'8); write it as "{label}" with its leading zeros.'
        for key in LABELLED
        for label in _leaves(dataset.get(key))
        if isinstance(label, int | float)
    ]


def _leaves(given: Any) -> list[Any]:
    """Labels of a list, or of the lists of a mapping."""
    if isinstance(given, Mapping):
        below = [one for labels in given.values() for one in _leaves(labels)]
        return [*given, *below]
    return given if isinstance(given, list) else []


def _explain(item: Mapping[str, Any]) -> list[str]:
    place, known = _locate(item["loc"])
    named = place[-1:] == ["[key]"]  # It is about a name, not what stands under it.
    where, kind = ".".join(place[: -2 if named else None]) or "config", item["type"]
    given = item.get("input")
    labels = place[:1] == ["dataset"] and place[1:2] in [[key] for key in LABELLED]
    if labels and kind == "string_type" and isinstance(given, int | float):
        return []  # said by _unquoted_ids
    if kind == "extra_forbidden":
        return [f"{where}: unknown key '{place[-1]}'{did_you_mean(place[-1], known)}"]
    if kind == "value_error":
        lines = str(item["ctx"]["error"]).splitlines()
        lead = "" if not place else f"{where}: "
        return [
            one if one.startswith(tuple(place[:1])) else f"{lead}{one}" for one in lines
        ]
    if kind == "missing":
        return [f"{where}: is needed, but not given."]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return [_explain_kind(where, item)]
    if kind == "string_pattern_mismatch":
        dash = " and '-'" if "-]" in item["ctx"]["pattern"] else ""
        dash = ", '_', '.' and '-'" if "_.-]" in item["ctx"]["pattern"] else dash
        return [f"{where}: '{given}' may hold letters, digits{dash} only; rename it."]
    if given is None:
        return [f"{where}: is empty; give it a value or leave it out."]
    shown = "" if isinstance(given, Mapping | list) else f", got {given!r}"
    end = _hint(item) or "."
    return [f"{where}: {item['msg'][0].lower()}{item['msg'][1:]}{shown}{end}"]


def _hint(item: Mapping[str, Any]) -> str:
    """Name the value that was meant, where only some words can stand."""
    given = item.get("input")
    if item["type"] != "literal_error" or not isinstance(given, str):
        return ""
    expected = str(item["ctx"]["expected"]).replace(" or ", ", ").replace("'", "")
    hint = did_you_mean(given, expected.split(", "))
    return hint if "did you mean" in hint else ""


def _explain_kind(where: str, item: Mapping[str, Any]) -> str:
    context = item.get("ctx", {})
    known = str(context.get("expected_tags", "")).replace("'", "").split(", ")
    if "tag" in context:
        tag = context["tag"]
        return f"{where}.kind: unknown kind '{tag}'{did_you_mean(tag, known)}"
    return f"{where}.kind: is needed, but not given."


def _locate(loc: tuple[Any, ...]) -> tuple[list[str], list[str]]:
    """Follow pydantic's ``loc``: the place without tags, and the options known there.

    A tag stands where several models could, and is no key of the config.
    """
    place: list[str] = []
    models: list[type[BaseModel]] = [Config]
    known: list[str] = []
    named = False  # The next part is a name that the user gave, like a field or not.
    for part in loc:
        known = sorted({name for model in models for name in model.model_fields})
        tagged = [model for model in models if part in _tags(model)]
        if tagged and len(models) > 1:
            models = tagged
            continue
        place.append(str(part))
        if named:
            named = False
            continue
        fields = [one.model_fields.get(part) for one in models]
        annotations = [one.annotation for one in fields if one is not None]
        named = any(get_origin(one) is dict for one in annotations)
        models = [one for a in annotations for one in _models_in(a)] or models
    return place, known


def _tags(model: type[BaseModel]) -> tuple[str, ...]:
    kind = model.model_fields.get("kind")
    return get_args(kind.annotation) if kind else ()


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
