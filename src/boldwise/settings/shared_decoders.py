"""Decoders that subjects share, and how a new subject is taken up."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PositiveFloat, model_validator

from boldwise.settings.base import Name, Options, did_you_mean
from boldwise.settings.training import Training, usual_training

SHARED = "shared_latent"
LOW_LEVEL = "picture"  # name of the target that is a small picture


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class SubjectMap(Options):
    """From the voxels of one subject to the latent space."""

    kind: Literal["linear", "shallow", "regions", "parcels"] = Field(
        "linear",
        description="One matrix (MindEye2); through `rank` numbers (See Through Their "
        "Minds); one matrix for each region, averaged; or means of regions, then one "
        "matrix (MindBridge).",
    )
    rank: int = Field(32, ge=1, description="For `kind: shallow`.")
    voxel_dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of voxels that a trial loses in training."
    )
    region_dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of regions that it loses as wholes."
    )
    shared: bool = Field(
        False, description="One matrix for all subjects; for `kind: parcels` only."
    )

    @model_validator(mode="after")
    def _equal_columns(self) -> Self:
        if self.shared and self.kind != "parcels":
            raise ValueError(
                f"subject_map: `shared: true` needs `kind: parcels`, not "
                f"'{self.kind}': only parcels are the same in all subjects."
            )
        return self


class DecoderHead(Options):
    """From the latent space to one target."""

    kind: Literal["linear", "resampled"] = Field(
        "linear",
        description="One matrix (MindEye), or a query for each token that looks at the "
        "latent space (UMBRAE).",
    )
    tokens: bool = Field(
        False,
        description="Predict every place of the target (`read: tokens` or `map`), not "
        "its one vector; `resampled` always does.",
    )
    n_projections: int = Field(
        1,
        ge=0,
        description="Layers from regression to retrieval; 0: the same for both.",
    )
    width: int = Field(
        32, ge=1, description="Of a latent token, for `resampled`; a divisor of latent."
    )
    depth: int = Field(1, ge=1, description="Layers of `resampled`.")

    @property
    def tells_tokens(self) -> bool:
        """Whether each place of the target is told."""
        return self.tokens or self.kind == "resampled"


class DecoderObjective(Options):
    """What the decoder is to be good at."""

    regression: float = Field(1.0, ge=0, description="Weight of the distance.")
    contrast: float = Field(1.0, ge=0, description="Weight of telling stimuli apart.")
    distance: Literal["mse", "cosine"] = Field("mse", description="To the target.")
    mixed_share: float = Field(
        1 / 3,
        ge=0,
        le=1,
        description="Share of the training, from its start, in which pairs of trials "
        "of a subject are mixed (BiMixCo); 0: never.",
    )
    then: Literal["soft_clip", "info_nce"] = Field(
        "soft_clip", description="How stimuli are told apart after that."
    )
    temperature: float = Field(
        0.1,
        gt=0,
        description="Of both; higher than published, as targets are standardised.",
    )
    soft_temperature: tuple[PositiveFloat, PositiveFloat] = Field(
        (0.1, 0.1), description="Of `soft_clip`: first and last."
    )
    rebuild: float = Field(
        0.0, ge=0, description="Weight of rebuilding voxels from the latent space."
    )
    cycle: float = Field(
        0.0,
        ge=0,
        description="Weight of going through another subject's voxels and back "
        "(MindBridge).",
    )

    @model_validator(mode="after")
    def _has_an_aim(self) -> Self:
        if not self.regression + self.contrast:
            raise ValueError(
                "objective: `regression` and `contrast` are both 0; the decoder would "
                "learn nothing. Raise one of them."
            )
        return self


class _Usual(Options):
    """What the config leaves out of a training is as usual for the kind."""

    @model_validator(mode="before")
    @classmethod
    def _usual_training(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        for name in {"training", "then"} & set(cls.model_fields):
            own, usual = given.get(name, {}), cls.model_fields[name].default
            if isinstance(own, dict):
                given = {**given, name: {**usual.model_dump(), **own}}
        return given

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for name in {"training", "then"} & set(type(self).model_fields):
            training = getattr(self, name)
            where = f"{SHARED}: {name}"
            if training.mixed_precision == "fp16" and training.device == "cpu":
                raise ValueError(
                    f"{where}.mixed_precision 'fp16' needs `device: cuda`; write "
                    "`bf16` or `none`."
                )
            if training.patience and not getattr(self, "validation_share", 0):
                raise ValueError(
                    f"{where}.patience waits for a better validation loss, but "
                    "`validation_share: 0` leaves none; leave out one of them."
                )
        return self


class AdaptedSubjects(_Usual):
    """Leave each subject out in turn, and take it up again with few trials."""

    budgets: list[PositiveFloat] = Field(
        min_length=1,
        description="First training trials of the new subject, in the order of time.",
    )
    unit: Literal["trials", "minutes"] = Field(
        "trials",
        description="Of the budgets; `minutes` of scanning, with the time of trials "
        "that do not train.",
    )
    modes: list[Literal["scratch", "linear", "linear_then_all", "low_rank"]] = Field(
        ["scratch", "linear"],
        min_length=1,
        description="Nothing of the others; a new map, all else frozen; then all of "
        "it; then low-rank adapters.",
    )
    validation_share: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Of the budget, to choose the epoch; 0: the last one, as few "
        "trials choose badly.",
    )
    training: Training = usual_training(
        n_epochs=30,
        batch_size=9,
        learning_rate=3e-4,
        schedule="one_cycle",
        weight_decay=1e-2,
    )
    then: Training = usual_training(
        n_epochs=10,
        batch_size=9,
        learning_rate=1e-4,
        schedule="one_cycle",
        weight_decay=1e-2,
    )
    rank: int = Field(4, ge=1, description="Of the adapters of `low_rank`.")
    known_beside: bool = Field(
        False,
        description="Show known subjects in turn beside the new one (reset-tuning); "
        "their maps stay. For `objective.cycle` above 0.",
    )


class SharedLatentDecoder(_Usual):
    """One decoder for all subjects: a map for each, then the same network.

    After Scotti et al. (2024), without the parts that never reach its output.
    """

    kind: Literal["shared_latent"]
    target: Annotated[list[Name], BeforeValidator(_listed)] = Field(
        min_length=1,
        description="Feature spaces to predict; the first one identifies stimuli.",
    )
    latent: int = Field(1024, ge=1, description="Width of the latent space.")
    n_blocks: int = Field(
        2, ge=0, description="Residual layers; 0: linear up to retrieval."
    )
    dropout: float = Field(0.15, ge=0, lt=1, description="Within these layers.")
    subject_map: SubjectMap = Field(
        SubjectMap(), description="From voxels to the latent space."
    )
    heads: dict[Name, DecoderHead] = Field(
        {}, description="By target; those not named are linear."
    )
    low_level_px: int = Field(
        0,
        ge=0,
        multiple_of=4,
        description="Side of a small blurred picture that is predicted beside "
        "(MindEye); 0: none.",
    )
    objective: DecoderObjective = Field(
        DecoderObjective(), description="What it is trained for."
    )
    validation_share: float = Field(
        0.1,
        ge=0,
        lt=1,
        description="Share of the training stimuli, in whole groups and for all "
        "subjects together, that choose the epoch; 0: none.",
    )
    training: Training = usual_training(
        n_epochs=30,
        batch_size=9,
        learning_rate=3e-4,
        schedule="one_cycle",
        weight_decay=1e-2,
    )
    pool_sizes: list[int] = Field(
        [], description="Identify among this many; always also among all."
    )
    hubness: Literal["none", "csls", "z_score"] = Field(
        "none", description="As for `ridge`."
    )
    new_subjects: AdaptedSubjects | None = Field(
        None, description="How well a new subject is taken up; absent: not asked."
    )

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        problems = [*self._targets_told(), *self._new_told()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _targets_told(self) -> Iterator[str]:
        if len(set(self.target)) < len(self.target) or LOW_LEVEL in self.target:
            yield (
                f"{SHARED}: target: each space is named once, and '{LOW_LEVEL}' is the "
                "name of the blurred picture; choose other names."
            )
        for name, head in self.heads.items():
            if name not in self.target:
                yield f"{SHARED}: heads: no target '{name}'" + did_you_mean(
                    name, self.target
                )
            if head.kind == "resampled" and self.latent % head.width:
                yield (
                    f"{SHARED}: heads.{name}.width: a latent space of {self.latent} "
                    f"cannot be cut into tokens of {head.width}; choose a divisor."
                )

    def _new_told(self) -> Iterator[str]:
        new = self.new_subjects
        if new and new.known_beside and not self.objective.cycle:
            yield (
                f"{SHARED}: new_subjects.known_beside is for a cycle through other "
                "brains; set `objective.cycle` above 0, or leave it out."
            )
