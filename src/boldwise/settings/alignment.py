"""Decoding across subjects, and how their responses are brought together first."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from boldwise.settings.base import Options
from boldwise.settings.gallery import AblationOptions
from boldwise.settings.models import CategoryDecoder, Penalties, RidgeDecoder
from boldwise.settings.shared_decoders import SharedLatentDecoder


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


class OtherSubjects(Options):
    """How other subjects help to decode one."""

    how: Literal["pooled", "ensemble"] = Field(
        description="`pooled`: their training trials, brought into the voxels of the "
        "subject, train its decoder, too. `ensemble`: its responses are brought into "
        "their voxels and decoded by a decoder of each; the mean counts."
    )
    alignment: Annotated[
        Procrustes | RidgeMap | OptimalTransport, Field(discriminator="kind")
    ] = Field(
        RidgeMap(kind="ridge"),
        description="How two subjects are brought together, on training stimuli that "
        "both saw.",
    )

    @model_validator(mode="after")
    def _whole_brains(self) -> Self:
        if self.alignment.n_parcels > 1:
            raise ValueError(
                "others.alignment: n_parcels is for decoders across subjects; leave it "
                "out here."
            )
        return self


class AnyRidgeDecoder(RidgeDecoder):
    """Responses to a feature space by ridge, with the help of other subjects or not."""

    kind: Literal["ridge"]
    others: OtherSubjects | None = Field(
        None, description="Learn from the other subjects, too; absent: from one alone."
    )
    ablation: AblationOptions | None = Field(
        None,
        description="Decode again from each region alone and without each; absent: do "
        "not.",
    )

    @model_validator(mode="after")
    def _keeps_one_model(self) -> Self:
        ensemble = self.others is not None and self.others.how == "ensemble"
        if self.keep_weights and ensemble:
            raise ValueError(
                "keep_weights: an ensemble is many models in many spaces and is not "
                "kept. Leave it out, or write `others: {how: pooled}`."
            )
        return self


AnyDecoder = Annotated[
    AnyRidgeDecoder | CategoryDecoder | AcrossSubjects | SharedLatentDecoder,
    Field(discriminator="kind"),
]
