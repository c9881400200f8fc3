"""A folder of fMRIPrep derivatives: runs are found by their labels."""

from typing import Any, Literal

from pydantic import Field

from boldwise.settings.base import Name, Options, RegionFile, Subject
from boldwise.settings.regions import AtlasOptions
from boldwise.settings.stimuli import StimulusFiles

Label = Name


class FmriprepDataset(Options):
    """Preprocessed runs of fMRIPrep: volumes, surfaces or CIFTI, by one label."""

    kind: Literal["fmriprep"]
    name: Name = Field(description="Results go to `results/<name>/`.")
    root: str = Field(
        description="Folder of the derivatives; `~` and `$VAR` are expanded."
    )
    raw: str | None = Field(
        None, description="BIDS folder that holds the `events.tsv` files."
    )
    subjects: list[Subject] = Field(min_length=1, description="BIDS labels, quoted.")
    tasks: list[Label] = Field(min_length=1, description="Labels of `task-`.")
    sessions: list[Label] = Field(
        [], description="Labels of `ses-`, quoted; empty: all that there are."
    )
    runs: list[Label] = Field(
        [], description="Labels of `run-`, quoted; empty: all that there are."
    )
    space: Label = Field(
        "MNI152NLin2009cAsym",
        description="Label of `space-`: `fsnative` and `fsaverage*` are surfaces "
        "(GIfTI), `fsLR` is CIFTI (dtseries), all others are volumes (NIfTI).",
    )
    entities: dict[str, str] = Field(
        {},
        description="Other labels that the series must have, by their short keys, "
        'e.g. `{res: "2"}`.',
    )
    mask: RegionFile | None = Field(
        None,
        description="Mask below `root` instead of fMRIPrep's brain masks (volumes) or "
        "all that varies (surfaces, CIFTI).",
    )
    rois: dict[Name, RegionFile] = Field(
        {}, description="Masks by name, on the grid or mesh of the series."
    )
    atlases: dict[Name, AtlasOptions] = Field(
        {}, description="Label images by name; each of their labels is a region."
    )
    stimulus_id: str = Field(
        "{stimulus_id}",
        description="Id of a trial from the columns of the events; `{run}`, `{task}` "
        "and other labels of the series included.",
    )
    tr_s: float | None = Field(
        None, gt=0, description="Repetition time, where the sidecar is wrong (s)."
    )
    start_time_s: float | None = Field(
        None,
        ge=0,
        description="Time that volume 0 stands for; default: the sidecar's "
        "`StartTime`, else half a TR (s).",
    )
    common_space: bool = Field(
        False, description="Voxels mean the same place in every subject."
    )
    group_subject: bool = Field(
        False, description="Add subject `group`: the mean over subjects."
    )
    stimuli: StimulusFiles = Field(description="The stimuli.")

    @property
    def query(self) -> dict[str, Any]:
        """What ``io.fmriprep`` looks for: the fields of its ``Query``."""
        names = ("root", "space", "tasks", "sessions", "runs", "entities")
        return {"raw": self.raw or "", **{name: getattr(self, name) for name in names}}
