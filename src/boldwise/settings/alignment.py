"""Decoding across subjects, and how their responses are brought together first."""

from typing import Annotated, Literal

from pydantic import Field

from boldwise.settings.base import Options
from boldwise.settings.models import CategoryDecoder, Penalties, RidgeDecoder


class ToTemplate(Options):
    """What all ways into a template of the other subjects share."""

    readout: Literal["none", "ridge"] = Field(
        "none",
        description="How the subject itself comes into the template: `none` as the "
        "others did, `ridge` by regression on the alignment stimuli.",
    )
    penalties: Penalties = Field(
        Penalties(), description="The grid; for `readout: ridge` only."
    )
    whiten: bool = Field(
        False,
        description="Let all directions of the template count alike, by its shrunken "
        "covariance over the alignment stimuli.",
    )


class Anatomical(ToTemplate):
    """No alignment: a voxel is the same place in all subjects."""

    kind: Literal["anatomical"]


class SharedResponse(ToTemplate):
    """Few components that the voxels of all subjects carry (deterministic SRM)."""

    kind: Literal["shared_response"]
    n_components: int = Field(
        40, ge=2, description="Components; fewer than alignment stimuli are found."
    )
    n_iterations: int = Field(20, ge=1, description="Rounds of the fit.")


class Hyperalignment(ToTemplate):
    """All subjects turned onto their own mean, with all its directions."""

    kind: Literal["hyperalignment"]
    scale: bool = Field(False, description="Fit a gain for each subject, too.")
    n_iterations: int = Field(10, ge=1, description="Rounds of the fit.")


class InParcels(Options):
    """What all ways from subject to subject share."""

    n_parcels: int = Field(
        1,
        ge=1,
        description="Cut the voxels into so many compact parts, each with a map of its "
        "own; more than 1 needs `common_space: true`.",
    )


class Procrustes(InParcels):
    """Turn each other subject's voxel space onto this subject's."""

    kind: Literal["procrustes"]
    scale: bool = Field(False, description="Fit a gain for each subject, too.")


class RidgeMap(InParcels):
    """Predict this subject's voxels from each other subject's."""

    kind: Literal["ridge"]
    penalties: Penalties = Field(Penalties(), description="The grid.")


class OptimalTransport(InParcels):
    """Match voxels that respond alike, softly; needs the package POT."""

    kind: Literal["optimal_transport"]
    regularisation: float = Field(
        0.05,
        gt=0,
        description="Weight of the plan's entropy, in mean costs; towards 0 the match "
        "becomes one of voxel with voxel.",
    )


AlignmentOptions = Annotated[
    Anatomical
    | SharedResponse
    | Hyperalignment
    | Procrustes
    | RidgeMap
    | OptimalTransport,
    Field(discriminator="kind"),
]


class AcrossSubjects(Options):
    """Identify a stimulus from the mean response of the other subjects."""

    kind: Literal["across_subjects"]
    alignment: AlignmentOptions = Field(
        Anatomical(kind="anatomical"),
        description="How the subjects are brought together, on training stimuli that "
        "all of them saw.",
    )
    pool_sizes: list[int] = Field(
        [], description="Identify among this many; always also among all."
    )

    @property
    def needs_places(self) -> bool:
        """Whether a voxel must mean the same place in all subjects."""
        parts = getattr(self.alignment, "n_parcels", 1)
        return self.alignment.kind == "anatomical" or parts > 1


AnyDecoder = Annotated[
    RidgeDecoder | CategoryDecoder | AcrossSubjects, Field(discriminator="kind")
]
