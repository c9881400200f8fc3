"""What all settings share: strictness, and names that can be file names."""

import string
from collections.abc import Collection
from difflib import get_close_matches
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
)

SIDES = ("hemisphere", "hemi")  # Files of surfaces: L and R, or lh and rh.


class Options(BaseModel):
    """A part of the config: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """End a message about an unknown name with the closest known one.

    Parameters
    ----------
    word : str
        What was written.
    known : collection of str
        What could have been meant.

    Returns
    -------
    text : str
    """
    close = get_close_matches(word, list(known), n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(sorted(known))}." if known else "."


def check_template(template: str, where: str, labels: tuple[str, ...]) -> str:
    """Refuse a template that no label could fill.

    Parameters
    ----------
    template : str
        Text with labels in braces.
    where : str
        Place in the config, for the message.
    labels : tuple of str
        Those that it may ask for.

    Returns
    -------
    template : str
        As it came.

    Raises
    ------
    ValueError
        Naming the place and the label.
    """
    where = f"{where}: '{template}'"
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"{where} has a stray brace; write {{subject}}.") from error
    unknown = [name for _, name, _, _ in parsed if name not in (None, *labels)]
    if unknown:
        raise ValueError(
            f"{where} asks for '{unknown[0]}'; known: {', '.join(labels)}."
        )
    shaped = [name for _, name, spec, conversion in parsed if spec or conversion]
    if shaped:
        raise ValueError(
            f"{where} formats '{shaped[0]}', but labels are text, used as they are "
            f"listed; write {{{shaped[0]}}}, and list them with their leading zeros."
        )
    return template


def _of_subject(template: str, info: ValidationInfo) -> str:
    return check_template(template, f"dataset.{info.field_name}", ("subject",))


def _of_run(template: str, info: ValidationInfo) -> str:
    labels = ("subject", "session", "run", *SIDES)
    return check_template(template, f"dataset.{info.field_name}", labels)


def _of_region(template: str, info: ValidationInfo) -> str:
    return check_template(template, f"dataset.{info.field_name}", ("subject", *SIDES))


SubjectFile = Annotated[str, AfterValidator(_of_subject)]
RunFile = Annotated[str, AfterValidator(_of_run)]
RegionFile = Annotated[str, AfterValidator(_of_region)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
RunLabel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]
