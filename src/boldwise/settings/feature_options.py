"""What every feature space may ask for: its columns, and its controls."""

from typing import Literal

from pydantic import Field

from boldwise.settings.base import Options

# Options of a feature space that the fit on training stimuli reads; the others are
# for the extraction, which happens once for all splits.
FITTED = ("n_components", "min_stimuli", "pool", "projection", "controls")

Control = Literal["untrained", "pixels", "shuffled"]


class ProjectionOptions(Options):
    """Sparse random projection, which keeps distances and fits nothing."""

    epsilon: float = Field(
        0.1,
        gt=0,
        lt=1,
        description="Squared distances between stimuli change by at most this share: "
        "sets the number of columns (Johnson-Lindenstrauss).",
    )
    seed: int = Field(0, ge=0, description="Of the random matrix.")


class ReductionOptions(Options):
    """How features become the columns of a model."""

    n_components: int | None = Field(
        None,
        ge=1,
        description="Principal components, fitted on each fold's training stimuli; "
        "absent: the features as they are.",
    )
    projection: ProjectionOptions | None = Field(
        None,
        description="Project on random directions first, where there are more columns "
        "than distances need; absent: not.",
    )
    pool: Literal["mean", "max", "flatten"] | None = Field(
        None,
        description="How the tokens of a stimulus become one vector for ridge; absent: "
        "their mean. For token spaces only.",
    )


class FeatureOptions(ReductionOptions):
    """What every feature space has."""

    controls: list[Control] = Field(
        [],
        description="Add spaces, and encoders of the same options: the same network "
        "`untrained`, the `pixels`, or the same features in `shuffled` order.",
    )
