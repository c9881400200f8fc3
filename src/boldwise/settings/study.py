"""The whole study: one dataset, and all that is computed from it."""

from typing import Self

from pydantic import Field, model_validator

from boldwise.settings.alignment import AnyDecoder
from boldwise.settings.attention import AnyEncoder
from boldwise.settings.base import Name, Options, Subject
from boldwise.settings.consistency import find_problems
from boldwise.settings.continuous import AnyFeatureSpace, AnySplit
from boldwise.settings.evaluation import EvaluationOptions
from boldwise.settings.models import ResponseOptions
from boldwise.settings.series import Dataset


class Config(Options):
    """A study: one dataset, and all that is computed from it."""

    dataset: Dataset = Field(description="Where brains and stimuli come from.")
    left_out: dict[Subject, str] = Field(
        {},
        description="Subjects of `dataset.subjects` that nothing is computed for, each "
        "with its reason; the report tells both.",
    )
    responses: ResponseOptions = Field(
        ResponseOptions(), description="From BOLD to one response per trial."
    )
    splits: dict[Name, AnySplit] = Field(
        min_length=1, description="Ways to part stimuli into training and test."
    )
    feature_spaces: dict[Name, AnyFeatureSpace] = Field(
        min_length=1, description="Ways to describe a stimulus by numbers."
    )
    encoders: dict[Name, AnyEncoder] = Field(
        {}, description="Models from features to responses."
    )
    decoders: dict[Name, AnyDecoder] = Field(
        {}, description="Models from responses to features or categories."
    )
    evaluation: EvaluationOptions = Field(
        EvaluationOptions(), description="Nulls, intervals and controls."
    )

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        problems = find_problems(self)
        if problems:
            raise ValueError("\n".join(problems))
        return self
