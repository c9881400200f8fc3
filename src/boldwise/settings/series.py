"""Datasets of time courses that somebody extracted: regions, parcels or voxels."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from boldwise.settings.base import (
    Name,
    Options,
    RunLabel,
    Subject,
    check_template,
)
from boldwise.settings.dataset import (
    BetasDataset,
    BoldDataset,
    SimulatedDataset,
)
from boldwise.settings.fmriprep import FmriprepDataset
from boldwise.settings.images import ImagesDataset
from boldwise.settings.stimuli import StimulusFiles


def _of_series(template: str, info: ValidationInfo) -> str:
    return check_template(template, f"dataset.{info.field_name}", ("subject", "run"))


SeriesFile = Annotated[str, AfterValidator(_of_series)]


class SeriesDataset(Options):
    """Time courses of regions or voxels, one file per subject and run."""

    kind: Literal["series"]
    name: Name = Field(description="Results go to `results/<name>/`.")
    root: str = Field(description="Folder of the data; `~` and `$VAR` are expanded.")
    subjects: list[Subject] = Field(min_length=1, description="Labels, quoted.")
    runs: list[RunLabel] = Field(
        ["1"], min_length=1, description="Labels of runs or stories, quoted."
    )
    series: SeriesFile = Field(
        description="File of a run below `root`, volumes by columns, with `{subject}` "
        "and, if need be, `{run}`: `.txt`, `.csv`, `.tsv`, `.npy`, `.mat`, `.h5`. A "
        "`*` stands for what differs between subjects."
    )
    array: str = Field("data", description="Place in a MATLAB or HDF5 file.")
    columns: list[Name] = Field(
        [], description="Names of the columns, each a region; empty: no regions."
    )
    tr_s: float = Field(gt=0, description="Repetition time, in seconds.")
    start_time_s: float | None = Field(
        None,
        ge=0,
        description="Time that the first volume stands for (s); absent: half a TR.",
    )
    confounds: SeriesFile | None = Field(
        None, description="Confounds of a run, volumes by columns; `*` as in `series`."
    )
    confounds_skip_rows: int = Field(
        0, ge=0, description="Rows at its start that belong to discarded volumes."
    )
    unit: str | None = Field(
        None,
        description="Unit of time courses that were scaled before, for example `z`; "
        "absent: raw, and they become percent signal change.",
    )
    space: str = Field("regions", description="Space of the columns.")
    common_space: bool = Field(
        True, description="A column means the same place in every subject."
    )
    group_subject: bool = Field(
        False, description="Add subject `group`: the mean over subjects."
    )
    stimuli: StimulusFiles = Field(
        StimulusFiles(), description="The stimuli; volumes need none but a `story`."
    )

    @model_validator(mode="after")
    def _columns_once(self) -> Self:
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if twice:
            raise ValueError(
                f"dataset.columns: '{twice[0]}' is listed twice; name each column once."
            )
        return self


AnyDataset = (
    BetasDataset
    | BoldDataset
    | FmriprepDataset
    | SimulatedDataset
    | SeriesDataset
    | ImagesDataset
)
Dataset = Annotated[AnyDataset, Field(discriminator="kind")]
