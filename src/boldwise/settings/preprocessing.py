"""From raw BOLD to BOLD that can be modelled: who does it, and how."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, field_validator

from boldwise.settings.base import Options

STANDARD_LABELS = ("cohort", "res")  # What may follow a space, in fMRIPrep's order.
SURFACES = ("fsnative", "fsaverage", "fsLR")
BIDS_RUN = r"sub-\{subject\}_.*task-.*_bold\.nii(\.gz)?$"
OF_ONE_RUN = ("func", "run", "bold", "boldref", "sbref")


class NoPreprocessing(Options):
    """The BOLD is preprocessed already."""

    kind: Literal["none"] = "none"


class BuiltinPreprocessing(Options):
    """Slice timing, rigid realignment, a brain mask and confounds, without a container.

    `dataset.bold` names the raw runs.
    """

    kind: Literal["builtin"]
    slice_timing: bool = Field(
        True,
        description="Shift every slice to the middle of the TR, by the `SliceTiming` "
        "of the sidecars.",
    )
    realign: bool = Field(
        True,
        description="Realign all volumes of a subject's runs to one reference, the "
        "mean of the first run's first 20 volumes.",
    )
    smooth_mm: float = Field(
        0.0,
        ge=0,
        description="Full width at half maximum of a Gaussian (mm); 0: none, as "
        "patterns of voxels want.",
    )


class FmriprepPreprocessing(Options):
    """FMRIPrep in a container, a job per subject; `dataset.bold` names the raw runs."""

    kind: Literal["fmriprep"]
    license: str = Field(description="Licence file of FreeSurfer.")
    runtime: Literal["apptainer", "singularity", "docker"] = Field(
        "apptainer", description="What runs the container."
    )
    image: str = Field(
        "nipreps/fmriprep", description="Name in a registry, or a `.sif` file."
    )
    version: str = Field(
        "25.2.7", description="Tag of the image: a number, so that it never changes."
    )
    output_spaces: list[str] = Field(
        ["T1w"],
        min_length=1,
        description="Spaces that it writes; responses are read from the first.",
    )
    freesurfer: bool = Field(
        False, description="Reconstruct surfaces, which takes hours; else not."
    )
    bids_validation: bool = Field(
        True, description="Let it validate the dataset first; else not."
    )
    arguments: list[str] = Field(
        [], description="Further arguments of fMRIPrep, word by word."
    )

    @field_validator("version")
    @classmethod
    def _is_pinned(cls, version: str) -> str:
        if not re.match(r"\d", version):
            raise ValueError(
                f"dataset.preprocessing.version: '{version}' means another program "
                "from time to time; give a number, for example 25.2.7."
            )
        return version

    @field_validator("output_spaces")
    @classmethod
    def _can_be_read(cls, spaces: list[str]) -> list[str]:
        first = spaces[0].partition(":")[0] if spaces else ""
        if first.startswith(SURFACES):
            raise ValueError(
                f"dataset.preprocessing.output_spaces: '{first}' is a surface, and "
                "responses are read from the first space; put a volume first, or read "
                "the derivatives as a dataset of kind `fmriprep`."
            )
        if first in OF_ONE_RUN:
            raise ValueError(
                f"dataset.preprocessing.output_spaces: '{first}' is another grid in "
                "each run, so voxels of two runs cannot be joined; put T1w first."
            )
        return spaces


Preprocessing = Annotated[
    NoPreprocessing | BuiltinPreprocessing | FmriprepPreprocessing,
    Field(discriminator="kind"),
]
SimulatedPreprocessing = Annotated[
    NoPreprocessing | BuiltinPreprocessing, Field(discriminator="kind")
]


def derivative_names(
    bold: str, preprocessing: BuiltinPreprocessing | FmriprepPreprocessing
) -> dict[str, str]:
    """Name what preprocessing writes for a run.

    Parameters
    ----------
    bold : str
        Template of the raw runs.
    preprocessing : settings of a preprocessing

    Returns
    -------
    names : dict of str
        Templates below the folder of the derivatives: ``bold``, ``sidecar``, ``mask``
        and ``confounds``; from the builtin also ``confounds_sidecar``.
    """
    if isinstance(preprocessing, BuiltinPreprocessing):
        stem = _folder(bold) + _labelled_stem(bold)
        beside = {"confounds_sidecar": f"{stem}_desc-confounds_timeseries.json"}
        return _names(stem) | beside
    spaces = preprocessing.output_spaces
    return _names(_folder(bold) + _stem(bold), _space_labels(spaces[0]))


def preprocessing_problems(dataset: Options) -> list[str]:
    """Find options of a dataset that its preprocessing leaves no room for.

    Parameters
    ----------
    dataset : settings of a dataset

    Returns
    -------
    problems : list of str
        One sentence each.
    """
    chosen = getattr(dataset, "preprocessing", NoPreprocessing())
    if isinstance(chosen, NoPreprocessing) or not hasattr(dataset, "sessions"):
        return []
    problems = [
        f"dataset.{name}: {chosen.kind} preprocessing finds it out itself; leave it "
        "out, or set `preprocessing: {kind: none}`."
        for name in ("confounds", "start_time_s")
        if getattr(dataset, name, None) is not None
    ]
    bold = str(getattr(dataset, "bold", ""))
    name = PurePosixPath(bold).name
    if not name.endswith((".nii", ".nii.gz")):
        problems.append(f"dataset.bold: '{bold}' is no NIfTI file, as raw runs are.")
    if isinstance(chosen, FmriprepPreprocessing) and not re.match(BIDS_RUN, name):
        problems.append(
            f"dataset.bold: '{name}' is no name of BIDS, which fMRIPrep needs; it "
            "looks like sub-{subject}_task-NAME_run-{run}_bold.nii.gz."
        )
    return problems


def task_of(bold: str) -> str | None:
    """Read the label of the task from the template of the raw runs."""
    found = re.search(r"_task-([A-Za-z0-9]+)_", PurePosixPath(bold).name)
    return found[1] if found else None


def _names(stem: str, space: str = "") -> dict[str, str]:
    return {
        "bold": f"{stem}{space}_desc-preproc_bold.nii.gz",
        "sidecar": f"{stem}{space}_desc-preproc_bold.json",
        "mask": f"{stem}{space}_desc-brain_mask.nii.gz",
        "confounds": f"{stem}_desc-confounds_timeseries.tsv",
    }


def _folder(bold: str) -> str:
    session = "ses-{session}/" if "{session}" in bold else ""
    return f"sub-{{subject}}/{session}func/"


def _stem(bold: str) -> str:
    """File name of a run without suffix and echo, as fMRIPrep keeps it."""
    name = PurePosixPath(bold).name.partition(".")[0].removesuffix("_bold")
    return re.sub(r"_echo-\d+", "", name)


def _labelled_stem(bold: str) -> str:
    """As ``_stem``, if it tells subjects and runs apart; else made of their labels."""
    stem = _stem(bold)
    needed = ["sub-{subject}", "run-{run}"]
    needed += ["ses-{session}"] if "{session}" in bold else []
    if all(label in stem for label in needed):
        return stem
    session = "_ses-{session}" if "{session}" in bold else ""
    return f"sub-{{subject}}{session}_run-{{run}}"


def _space_labels(space: str) -> str:
    """Turn ``MNI152NLin2009cAsym:res-2`` into the labels of a file name."""
    name, *modifiers = space.split(":")
    given = dict(one.split("-", 1) for one in modifiers if "-" in one)
    chosen = [f"_{key}-{given[key]}" for key in STANDARD_LABELS if key in given]
    return f"_space-{name}" + "".join(chosen)
