"""What all settings share: strictness, and names that can be file names."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Options(BaseModel):
    """A part of the config: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]
