"""Features, splits, encoders, decoders and their evaluation."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from boldwise.settings.base import Name, Options
from boldwise.settings.feature_options import FeatureOptions
from boldwise.settings.low_level import Hog, MotionEnergy, Pixels, SpectralSlope
from boldwise.settings.networks import HuggingFace, OpenClip, Timm, Torchvision
from boldwise.settings.scrubbing import ScrubOptions
from boldwise.settings.single_trials import RidgeOptions

SINGLE_TRIAL_RIDGE = "single_trial_ridge"


class ResponseOptions(Options):
    """From BOLD (or given betas) to one response per trial."""

    estimate: Literal[
        "given",
        "least_squares_all",
        "least_squares_separate",
        "single_trial_ridge",
        "block_mean",
        "timeseries",
    ] = Field("least_squares_all", description="How a trial's response is estimated.")
    hrf: Literal["glover", "spm", "none", "library"] = Field(
        "glover",
        description="Haemodynamic response function, by name; `library`: each voxel's "
        "own, of 20, which is also the default of `single_trial_ridge`.",
    )
    ridge: RidgeOptions = Field(
        RidgeOptions(), description="For `single_trial_ridge` only."
    )
    high_pass_hz: float = Field(
        0.01, ge=0, description="Cosine high-pass per run, in Hz; 0: none."
    )
    detrend_order: int = Field(
        1, ge=0, le=5, description="Degree of the polynomial removed per run."
    )
    confounds: list[str] = Field(
        ["motion"],
        description="Columns of the confounds table, patterns of them with `*`, or "
        "groups: `motion` (6), `motion12`, `motion24`, `compcor` (6, always with the "
        "cosines), `wm_csf`, `global_signal`, `high_pass` (cosines), `all`. Volumes "
        "before the steady state are left out wherever the table names them.",
    )
    scrub: ScrubOptions | None = Field(
        None, description="Leave out volumes that moved; absent: keep them."
    )
    block_delay_s: float = Field(
        5.0, ge=0, description="Block means start this long after the onset (s)."
    )
    standardize: Literal["none", "run", "session"] = Field(
        "none",
        description="Z-score responses over the trials of a run or session: removes "
        "their offset and gain, which are no answer to a stimulus.",
    )

    @model_validator(mode="before")
    @classmethod
    def _library_for_ridge(cls, given: Any) -> Any:
        ridge = isinstance(given, dict) and given.get("estimate") == SINGLE_TRIAL_RIDGE
        return {"hrf": "library", **given} if ridge else given


class SharedImages(Options):
    """Test on the stimuli that every subject saw, train on the rest."""

    kind: Literal["shared_images"]
    align_share: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Share of them that trains, so that subjects can be aligned on it "
        "by function; 0: all are tested, and nothing is left to align on.",
    )
    seed: int = Field(0, ge=0, description="Which of them; for `align_share` only.")
    n_cv_folds: int = Field(5, ge=2, description="Inner folds, for penalties.")
    share_runs: bool = Field(
        False,
        description="Train and test trials may lie in the same run. They then "
        "share its noise; the report shows how alike neighbouring responses are.",
    )


class LeaveGroupOut(Options):
    """Hold out one session, run, group or category at a time."""

    kind: Literal["leave_group_out"]
    by: Literal["run", "session", "group", "category"] = Field(
        description="What is held out together."
    )
    n_cv_folds: int = Field(5, ge=2, description="Inner folds, for penalties.")
    cv_by: Literal["stimulus", "run", "session", "group", "category"] = Field(
        "group", description="What the inner folds keep together."
    )
    share_runs: bool = Field(False, description="As for `shared_images`.")
    share_groups: bool = Field(
        False,
        description="Exemplars of one group may lie on both sides: for splits over "
        "exemplars; the report says so.",
    )


class KFold(LeaveGroupOut):
    """Hold out folds of whole groups."""

    kind: Literal["k_fold"]  # type: ignore[assignment]
    by: Literal["stimulus", "run", "session", "group", "category"] = Field(  # type: ignore[assignment]
        "group", description="What is held out together."
    )
    n_folds: int = Field(5, ge=2, description="Outer folds.")
    seed: int = Field(0, ge=0, description="Order in which groups are dealt.")
    balance: Literal["none", "category"] = Field(
        "none", description="Deal the stimuli of each category evenly, too."
    )


class Listed(Options):
    """Test on the stimuli of a list."""

    kind: Literal["listed"]
    test: str = Field(description="Text file with one stimulus id per line.")
    n_cv_folds: int = Field(5, ge=2, description="Inner folds, for penalties.")
    share_runs: bool = Field(False, description="As for `shared_images`.")


SplitOptions = Annotated[
    SharedImages | LeaveGroupOut | KFold | Listed, Field(discriminator="kind")
]


class GaborPyramid(FeatureOptions):
    """Energy of Gabor filters over scales, orientations and places."""

    kind: Literal["gabor_pyramid"]
    n_orientations: int = Field(8, ge=2, description="Orientations over 180 degrees.")
    cycles_per_image: list[PositiveFloat] = Field(
        [3.0, 4.2, 6.0, 8.5, 12.0],
        min_length=1,
        description="Spatial frequencies; filters are an octave wide.",
    )
    grid: list[PositiveInt] = Field(
        [4, 4, 6, 6, 6],
        min_length=1,
        description="Places per side, for each frequency.",
    )
    compression: Literal["sqrt", "log", "none"] = Field(
        "sqrt", description="Of the energies; the root is an amplitude."
    )

    @model_validator(mode="after")
    def _grid_per_frequency(self) -> Self:
        if len(self.grid) != len(self.cycles_per_image):
            raise ValueError(
                f"gabor_pyramid: {len(self.grid)} entries in grid, but "
                f"{len(self.cycles_per_image)} in cycles_per_image; give one per "
                "frequency."
            )
        return self


class ColourStatistics(FeatureOptions):
    """Mean, spread and histograms of luminance and colour, over a coarse grid."""

    kind: Literal["colour_statistics"]
    grid: int = Field(3, ge=1, description="Cells per side.")


class Tfidf(FeatureOptions):
    """Weighted counts of the words of a caption."""

    kind: Literal["tfidf"]
    min_stimuli: int = Field(
        2, ge=1, description="A word must occur with this many training stimuli."
    )


class CategoryLabels(FeatureOptions):
    """One column per category, 1 where the stimulus carries it."""

    kind: Literal["category"]


class Given(FeatureOptions):
    """Features that somebody else computed."""

    kind: Literal["given"]
    path: str = Field(
        description="CSV, TSV, NPZ or HDF5 with `stimulus_id` and numbers; a path "
        "below `results/` may be made by the workflow."
    )
    columns: list[str] = Field([], description="Columns of a table; empty: all.")
    low_level: bool = Field(False, description="Counts as a low-level control.")


FeatureSpaceOptions = Annotated[
    GaborPyramid
    | ColourStatistics
    | Hog
    | SpectralSlope
    | Pixels
    | MotionEnergy
    | OpenClip
    | Timm
    | Torchvision
    | HuggingFace
    | Tfidf
    | CategoryLabels
    | Given,
    Field(discriminator="kind"),
]


class Penalties(Options):
    """A grid of ridge penalties, evenly spaced in the logarithm."""

    low: float = Field(1e-1, gt=0, description="Smallest; penalty +alpha |b|^2.")
    high: float = Field(1e6, gt=0, description="Largest.")
    n: int = Field(22, ge=1, description="How many.")


class RidgeEncoder(Options):
    """Voxelwise ridge regression, a penalty for each voxel."""

    kind: Literal["ridge"]
    features: list[Name] = Field(
        min_length=1,
        description="Feature spaces, joined; an entry with `layers` stands for all.",
    )
    penalties: Penalties = Field(
        Penalties(high=1e4, n=16),
        description="The grid. Each space has total variance 1, so little is left of "
        "a prediction above 10,000.",
    )
    delays: list[int] = Field(
        [], description="Delays in volumes; for continuous responses only."
    )
    keep_weights: bool = Field(
        False, description="Store the weights, for `boldwise predict`."
    )
    control_of: Name | None = Field(
        None, description="Encoder that this one is a control of, for the report."
    )


class BandedRidgeEncoder(RidgeEncoder):
    """Voxelwise ridge with a penalty for each feature space and voxel."""

    kind: Literal["banded_ridge"]  # type: ignore[assignment]
    features: list[Name] = Field(
        min_length=1, description="Feature spaces, each with penalties of its own."
    )
    n_candidates: int = Field(
        40,
        ge=1,
        description="Shares of the spaces that are scored at most; the penalty of a "
        "space is one of the grid divided by its share.",
    )
    unique_variance: bool = Field(
        True,
        description="Fit without each space, too, for what it alone explains; takes "
        "as long again for each space.",
    )
    seed: int = Field(0, ge=0, description="Seed of the shares that are proposed.")


EncoderOptions = Annotated[
    RidgeEncoder | BandedRidgeEncoder, Field(discriminator="kind")
]


class RidgeDecoder(Options):
    """Responses to a feature space by ridge; scored by identification."""

    kind: Literal["ridge"]
    target: Name = Field(description="Feature space to predict.")
    penalties: Penalties = Field(Penalties(), description="The grid.")
    pool_sizes: list[int] = Field(
        [], description="Identify among this many; always also among all."
    )
    hubness: Literal["none", "csls", "z_score"] = Field(
        "none",
        description="Score once more with stimuli corrected that are close to all test "
        "brains; it looks at all test stimuli, so it is told apart.",
    )
    keep_weights: bool = Field(
        False, description="Store the weights, for `boldwise decode`."
    )


class CategoryDecoder(Options):
    """Responses to the category of the stimulus, by a classifier fixed beforehand."""

    kind: Literal["category"]
    classifier: Literal["shrinkage_lda", "linear_svm"] = Field(
        "shrinkage_lda", description="The classifier."
    )
