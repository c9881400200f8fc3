"""Splits and feature spaces for time series: stories, sounds and the time itself."""

from typing import Annotated, Literal

from pydantic import Field

from boldwise.features.spoken import SILENCE
from boldwise.settings.base import Options
from boldwise.settings.derived import DerivedSpace
from boldwise.settings.feature_options import FeatureOptions
from boldwise.settings.language import LanguageSpace
from boldwise.settings.models import (
    FeatureSpaceOptions,
    SplitOptions,
)
from boldwise.settings.story import StoryFile


class Contiguous(Options):
    """Cut every run into stretches of neighbouring volumes; test one at a time."""

    kind: Literal["contiguous"]
    n_folds: int = Field(5, ge=2, description="Stretches of a run, and outer folds.")
    gap_s: float | None = Field(
        None,
        ge=0,
        description="Time left out on either side of what is tested (s); absent: what "
        "is needed, the longest delay and a haemodynamic response of 25 s.",
    )
    n_cv_folds: int = Field(
        5, ge=2, description="Inner folds: stretches as well, the same gap apart."
    )
    share_runs: Literal[True] = Field(
        True, description="Training and test lie in the same runs, the gap apart."
    )


class Resampled(FeatureOptions):
    """What is brought from a recording to the volumes."""

    resample: Literal["lanczos", "box"] = Field(
        "lanczos",
        description="How it comes to the volumes: low-passed at 1 / (2 TR) by a "
        "Lanczos filter of 3 lobes, or averaged over each volume; run by run.",
    )


class WordRate(Resampled):
    """Words (or phones) per second, from a transcript."""

    kind: Literal["word_rate"]
    tier: str | None = Field(None, description="Tier to count; absent: the only one.")
    ignore: list[str] = Field(list(SILENCE), description="Labels that are no words.")
    at: Literal["onset", "middle"] = Field(
        "middle", description="Where on the clock a word stands."
    )


class Onsets(Resampled):
    """How often each label of a transcript occurs, a column for each."""

    kind: Literal["onsets"]
    tier: str | None = Field(None, description="Tier to read; absent: the only one.")
    ignore: list[str] = Field(list(SILENCE), description="Labels to leave out.")
    at: Literal["onset", "middle"] = Field(
        "onset", description="Where on the clock a label stands."
    )


class SoundPower(Resampled):
    """Power envelope of the recording, from its WAV file."""

    kind: Literal["sound_power"]
    compression: Literal["none", "sqrt", "log"] = Field(
        "sqrt", description="Of the power: the root is an amplitude, the log decibels."
    )


class Position(FeatureOptions):
    """Where in its run a volume lies: polynomials of time."""

    kind: Literal["position"]
    degree: int = Field(3, ge=1, le=10, description="Highest degree.")


class GivenVolumes(FeatureOptions):
    """Features that somebody else computed, a row per volume and no ids."""

    kind: Literal["given_volumes"]
    path: StoryFile = Field(
        description="TXT, CSV, TSV, NPY, MATLAB or HDF5 (`data`), with `{run}` where "
        "there are several runs. As many rows as volumes, in their order."
    )
    skip_rows: int = Field(
        0, ge=0, description="Rows at the start that belong to discarded volumes."
    )
    names: list[str] = Field(
        [], description="Names of the columns, where the file has none."
    )
    columns: list[str] = Field([], description="Columns to take; empty: all.")
    low_level: bool = Field(False, description="Counts as a low-level control.")


ContinuousSpace = Annotated[
    WordRate | Onsets | SoundPower | Position | GivenVolumes,
    Field(discriminator="kind"),
]
AnyFeatureSpace = Annotated[
    FeatureSpaceOptions | ContinuousSpace | LanguageSpace | DerivedSpace,
    Field(discriminator="kind"),
]
AnySplit = Annotated[SplitOptions | Contiguous, Field(discriminator="kind")]
