"""The whole study: one dataset, and all that is computed from it."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Self

from pydantic import Field, model_validator

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
        spaces: Mapping[str, Options] = self.feature_spaces
        encoders: Mapping[str, Options] = self.encoders
        wanted = [
            (f"encoders.{name}.features", "feature space", space, spaces)
            for name, encoder in self.encoders.items()
            for space in encoder.features
        ]
        wanted += [
            (f"decoders.{name}.target", "feature space", decoder.target, spaces)
            for name, decoder in self.decoders.items()
            if decoder.kind == "ridge"
        ]
        wanted += [
            ("evaluation.shuffled", "encoder", name, encoders)
            for name in self.evaluation.shuffled
        ]
        problems = [
            f"{where}: no {what} '{name}'{did_you_mean(name, known)}"
            for where, what, name, known in wanted
            if name not in known
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @model_validator(mode="after")
    def _responses_fit_the_dataset(self) -> Self:
        estimate, kind = self.responses.estimate, self.dataset.kind
        if kind == "betas" and estimate != "given":
            raise ValueError(
                f"responses.estimate: '{estimate}' needs BOLD, but the dataset holds "
                "betas; write `estimate: given`."
            )
        if kind != "betas" and estimate == "given":
            raise ValueError(
                "responses.estimate: 'given' needs betas, but the dataset holds BOLD; "
                "write `least_squares_all` or another estimate."
            )
        return self

    @model_validator(mode="after")
    def _subjects_compared_in_one_space(self) -> Self:
        if getattr(self.dataset, "common_space", False):
            return self
        problems = [
            f"decoders.{name}: across_subjects compares voxels between subjects; say "
            "`common_space: true` in `dataset` if they mean the same place in all, or "
            "leave this decoder out."
            for name, decoder in self.decoders.items()
            if decoder.kind == "across_subjects"
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self


def did_you_mean(word: str, known: Any) -> str:
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
