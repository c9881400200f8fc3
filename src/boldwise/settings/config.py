"""The whole config: read, checked at once, and handed out in slices."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Self, get_args

from pydantic import BaseModel, Field, ValidationError, model_validator

from boldwise.errors import ConfigError
from boldwise.settings.base import Name, Options
from boldwise.settings.dataset import Dataset
from boldwise.settings.models import (
    DecoderOptions,
    EncoderOptions,
    EvaluationOptions,
    FeatureSpaceOptions,
    ResponseOptions,
    SplitOptions,
)

LOW_LEVEL = ("gabor_pyramid", "colour_statistics")


class Config(Options):
    """A study: one dataset, and all that is computed from it."""

    dataset: Dataset = Field(description="Where brains and stimuli come from.")
    responses: ResponseOptions = Field(
        ResponseOptions(), description="From BOLD to one response per trial."
    )
    splits: dict[Name, SplitOptions] = Field(
        min_length=1, description="Ways to part stimuli into training and test."
    )
    feature_spaces: dict[Name, FeatureSpaceOptions] = Field(
        min_length=1, description="Ways to describe a stimulus by numbers."
    )
    encoders: dict[Name, EncoderOptions] = Field(
        {}, description="Models from features to responses."
    )
    decoders: dict[Name, DecoderOptions] = Field(
        {}, description="Models from responses to features or categories."
    )
    evaluation: EvaluationOptions = Field(
        EvaluationOptions(), description="Nulls, intervals and controls."
    )

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        wanted = [
            (f"encoders.{name}.features", space)
            for name, encoder in self.encoders.items()
            for space in encoder.features
        ]
        wanted += [
            (f"decoders.{name}.target", decoder.target)
            for name, decoder in self.decoders.items()
            if decoder.kind == "ridge"
        ]
        problems = [
            f"{where}: no feature space '{name}'{_hint(name, self.feature_spaces)}"
            for where, name in wanted
            if name not in self.feature_spaces
        ]
        problems += [
            f"evaluation.shuffled: no encoder '{name}'{_hint(name, self.encoders)}"
            for name in self.evaluation.shuffled
            if name not in self.encoders
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self


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
    problems = _unquoted_ids(raw)
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        problems += [line for item in error.errors() for line in _explain(item)]
    if problems:
        raise ConfigError("\n  ".join(["cannot run with this config:", *problems]))
    return config


def _unquoted_ids(raw: Mapping[str, Any]) -> list[str]:
    """YAML turns 010 into 8 and 01 into 1: subject and run ids must be quoted."""
    dataset = raw.get("dataset")
    found = []
    for key in ("subjects", "runs"):
        ids = dataset.get(key, []) if isinstance(dataset, Mapping) else []
        for label in ids if isinstance(ids, list) else []:
            if not isinstance(label, str):
                found.append(
                    f"dataset.{key}: {label!r} is not quoted, so YAML read a number "
                    f'(010 becomes 8); write it as "{label}" with its leading zeros.'
                )
    return found


def _explain(item: Mapping[str, Any]) -> list[str]:
    kinds = {"simulated", "betas", "bold"} | set(_kinds())
    place = [str(part) for part in item["loc"] if part not in kinds]
    where = ".".join(place) or "config"
    if place[:1] == ["dataset"] and item["type"] == "string_type":
        return []  # said by _unquoted_ids
    if item["type"] == "extra_forbidden":
        known = _fields_at(item["loc"][:-1])
        return [f"{where}: unknown key '{place[-1]}'{_hint(place[-1], known)}"]
    if item["type"] == "value_error":
        return str(item["ctx"]["error"]).splitlines()
    if item["type"] == "missing":
        return [f"{where}: is needed, but not given."]
    given = item.get("input")
    shown = "" if isinstance(given, Mapping) else f", got {given!r}"
    return [f"{where}: {item['msg'][0].lower()}{item['msg'][1:]}{shown}."]


def _hint(word: str, known: Any) -> str:
    close = get_close_matches(word, list(known), n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(sorted(known))}." if known else "."


def _fields_at(path: tuple[Any, ...]) -> list[str]:
    """Names of the options at a place of the config, following pydantic's ``loc``."""
    models: list[type[BaseModel]] = [Config]
    for part in path:
        models = _step(models, part)
    return sorted({name for model in models for name in model.model_fields})


def _step(models: list[type[BaseModel]], part: Any) -> list[type[BaseModel]]:
    below = [
        found
        for model in models
        if part in model.model_fields
        for found in _models_in(model.model_fields[part].annotation)
    ]
    return below or [model for model in models if part in _tags(model)] or models


def _tags(model: type[BaseModel]) -> tuple[str, ...]:
    kind = model.model_fields.get("kind")
    return get_args(kind.annotation) if kind else ()


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _kinds() -> list[str]:
    return [
        tag
        for field in Config.model_fields.values()
        for model in _models_in(field.annotation)
        for tag in _tags(model)
    ]
