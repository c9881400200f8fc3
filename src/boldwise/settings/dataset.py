"""Where brains and stimuli come from."""

from typing import Literal, Self

from pydantic import Field, model_validator

from boldwise.settings.base import (
    Name,
    Options,
    RunFile,
    RunLabel,
    Subject,
    SubjectFile,
)
from boldwise.settings.preprocessing import (
    NoPreprocessing,
    Preprocessing,
    SimulatedPreprocessing,
)
from boldwise.settings.regions import AtlasOptions
from boldwise.settings.stimuli import StimulusFiles
from boldwise.simulate.layout import ROI_FILES, RUN_FILES, SPACE, count_runs, label_runs


class BetaBlock(Options):
    """One matrix of betas within a subject's file."""

    response: str = Field(description="Path of the matrix, e.g. `B/set1/betas`.")
    stimulus_id: SubjectFile = Field(
        description="Path of the ids in the same file, or a CSV/TSV below `root` with "
        "a column `stimulus_id` (and, if wanted, `session` and `run`)."
    )
    voxels_first: bool = Field(False, description="The matrix is voxels by trials.")
    session: str = Field("1", description="Session label of these trials.")
    run: str = Field("1", description="Run label of these trials.")


class VoxelTable(Options):
    """Where the columns of a beta matrix lie."""

    path: SubjectFile = Field(description="MATLAB or HDF5 file below `root`.")
    ijk: str = Field(description="Path of the (n_voxels, 3) indices in it.")
    volume_shape: str = Field(description="Path of the volume's shape in it.")
    one_based: bool = Field(False, description="Indices start at 1 (MATLAB).")


class SimulatedDataset(Options):
    """Scenes drawn by code, brains with a known truth, a scanner on top."""

    kind: Literal["simulated"]
    name: Name = Field(description="Results go to `results/<name>/`.")
    subjects: list[Subject] = Field(min_length=1, description="BIDS labels, quoted.")
    n_shared: int = Field(100, ge=10, description="Images that all subjects see.")
    n_repeats: int = Field(3, ge=2, description="Showings of each shared image.")
    n_unique: int = Field(400, ge=20, description="Images of each subject alone.")
    image_size_px: int = Field(64, ge=32, description="Side of an image, in pixels.")
    n_responsive: int = Field(500, ge=40, description="Responsive voxels, about.")
    n_noise: int = Field(500, ge=20, description="Voxels of pure noise.")
    trial_spacing_s: float = Field(4.0, gt=0, description="From onset to onset.")
    trials_per_run: int = Field(
        75,
        ge=10,
        description="Trials of one run, at most; no run mixes shared and "
        "unique images.",
    )
    tr_s: float = Field(2.0, gt=0, description="Repetition time, in seconds.")
    noise: float = Field(
        1.0, gt=0, description="Scanner noise, 1 = the default's noise ceilings."
    )
    seed: int = Field(
        1,
        ge=0,
        lt=1_000_000_000,
        description="Everything simulated follows from it. From 1,000,000,000 on "
        "seeds belong to the training of the tiny CLIP.",
    )
    preprocessing: SimulatedPreprocessing = Field(
        NoPreprocessing(), description="From the scanned runs, or known motion undone."
    )

    @property
    def root(self) -> str:
        """Folder of the BIDS dataset that the workflow writes."""
        return f"results/{self.name}/bids"

    @property
    def runs(self) -> list[str]:
        """Labels of the runs."""
        counts = count_runs(
            self.n_shared, self.n_repeats, self.n_unique, self.trials_per_run
        )
        return label_runs(sum(counts))

    @property
    def bold(self) -> str:
        """Preprocessed NIfTI of a run, below ``root``."""
        return RUN_FILES["bold"]

    @property
    def events(self) -> str:
        """Events of a run, below ``root``."""
        return RUN_FILES["events"]

    @property
    def confounds(self) -> str:
        """Confounds table of a run, below ``root``."""
        return RUN_FILES["confounds"]

    @property
    def mask(self) -> str:
        """Mask of a run, below ``root``."""
        return RUN_FILES["mask"]

    @property
    def rois(self) -> dict[str, str]:
        """Masks of the populations by name, below ``root``."""
        return dict(ROI_FILES)

    @property
    def stimulus_id(self) -> str:
        """Id of a trial from the columns of the events."""
        return "{stimulus_id}"

    @property
    def start_time_s(self) -> float:
        """Time of the first volume: fMRIPrep resamples to the middle of the TR."""
        return self.tr_s / 2

    @property
    def space(self) -> str:
        """Space of the voxels."""
        return SPACE

    @property
    def common_space(self) -> bool:
        """Voxels of two subjects differ in number and place."""
        return False

    @property
    def group_subject(self) -> bool:
        """There is no mean over subjects."""
        return False


class BetasDataset(Options):
    """Betas that exist already: one file per subject, an id per row."""

    kind: Literal["betas"]
    name: Name = Field(description="Results go to `results/<name>/`.")
    root: str = Field(description="Folder of the data; `~` and `$VAR` are expanded.")
    subjects: list[Subject] = Field(min_length=1, description="Labels, quoted.")
    path: SubjectFile = Field(
        description="File of one subject below `root`, with `{subject}`: `.mat`, "
        "`.h5`, `.nii` or `.nii.gz` (4-D, one volume per trial)."
    )
    blocks: list[BetaBlock] = Field(
        min_length=1, description="Matrices to stack; for NIfTI one, ids from a table."
    )
    voxels: VoxelTable | None = Field(None, description="Voxel positions (not NIfTI).")
    mask: SubjectFile | None = Field(
        None, description="Mask of NIfTI betas, with `{subject}`."
    )
    rois: dict[Name, SubjectFile] = Field({}, description="NIfTI masks by name.")
    atlases: dict[Name, AtlasOptions] = Field({}, description="Label images by name.")
    divide_by: float | None = Field(
        None, gt=0, description="Factor of integer betas, 300 in NSD; absent: none."
    )
    unit: str = Field("arbitrary", description="Unit of the betas.")
    space: str = Field("unknown", description="Space of the voxels.")
    common_space: bool = Field(
        False, description="Voxels mean the same place in every subject."
    )
    group_subject: bool = Field(
        False, description="Add subject `group`: the mean over subjects."
    )
    stimuli: StimulusFiles = Field(description="The stimuli.")


class BoldDataset(Options):
    """4-D BOLD runs with events, confounds and a mask."""

    kind: Literal["bold"]
    name: Name = Field(description="Results go to `results/<name>/`.")
    root: str = Field(description="Folder of the data; `~` and `$VAR` are expanded.")
    subjects: list[Subject] = Field(min_length=1, description="BIDS labels, quoted.")
    runs: list[RunLabel] = Field(
        min_length=1, description="Run labels, as in the file names, quoted."
    )
    sessions: dict[Name, list[RunLabel]] = Field(
        {}, description="Runs of each session; absent: all in session `1`."
    )
    bold: RunFile = Field(
        description="NIfTI, CIFTI or, with `{hemisphere}`, GIfTI of a run, with "
        "`{subject}`, `{run}` and, if need be, `{session}`."
    )
    events: RunFile = Field(description="`events.tsv` of a run.")
    confounds: RunFile | None = Field(None, description="Confounds table of a run.")
    mask: RunFile | None = Field(
        None, description="Mask on the grid of the BOLD; absent: voxels that vary."
    )
    rois: dict[Name, RunFile] = Field({}, description="Masks by name.")
    atlases: dict[Name, AtlasOptions] = Field({}, description="Label images by name.")
    stimulus_id: str = Field(
        "{stimulus_id}",
        description="Id of a trial from the columns of the events, `{run}` included.",
    )
    tr_s: float | None = Field(
        None, gt=0, description="Repetition time, where the header is wrong (s)."
    )
    start_time_s: float | None = Field(
        None,
        ge=0,
        description="Time of the first volume within its TR; default: half a TR, "
        "as fMRIPrep resamples to it, or the sidecar's `StartTime`.",
    )
    preprocessing: Preprocessing = Field(
        NoPreprocessing(), description="Where `bold` names raw runs: what is done."
    )
    space: str = Field("unknown", description="Space of the voxels.")
    common_space: bool = Field(
        False, description="Voxels mean the same place in every subject."
    )
    group_subject: bool = Field(
        False, description="Add subject `group`: the mean over subjects."
    )
    stimuli: StimulusFiles = Field(description="The stimuli.")

    @model_validator(mode="after")
    def _sessions_hold_the_runs(self) -> Self:
        listed = sorted(run for runs in self.sessions.values() for run in runs)
        if self.sessions and listed != sorted(self.runs):
            raise ValueError(
                f"dataset.sessions: they hold runs {', '.join(listed)}, but the runs "
                f"are {', '.join(self.runs)}; list each run in one session."
            )
        return self
