"""What all settings share: strictness, and names that can be file names."""

import string
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
)


class Options(BaseModel):
    """A part of the config: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _check_template(
    template: str, info: ValidationInfo, labels: tuple[str, ...]
) -> str:
    """Refuse a template that no label could fill."""
    where = f"dataset.{info.field_name}: '{template}'"
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"{where} has a stray brace; write {{subject}}.") from error
    unknown = [name for _, name, _, _ in parsed if name not in (None, *labels)]
    if unknown:
        raise ValueError(
            f"{where} asks for '{unknown[0]}'; known: {', '.join(labels)}."
        )
    return template


def _of_subject(template: str, info: ValidationInfo) -> str:
    return _check_template(template, info, ("subject",))


def _of_run(template: str, info: ValidationInfo) -> str:
    return _check_template(template, info, ("subject", "session", "run"))


SubjectFile = Annotated[str, AfterValidator(_of_subject)]
RunFile = Annotated[str, AfterValidator(_of_run)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]
