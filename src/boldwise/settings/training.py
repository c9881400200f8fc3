"""How models are trained by gradient descent, and what all such encoders have."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from boldwise.settings.base import Name, Options

NImages = Annotated[int, Field(ge=10)]


class Training(Options):
    """How a model is trained, by AdamW; what is left out is as the kind needs it."""

    n_epochs: int = Field(30, ge=1, description="Passes over the training rows.")
    batch_size: int = Field(32, ge=1, description="Rows of one step, at most.")
    learning_rate: float = Field(1e-3, gt=0, description="The highest one.")
    schedule: Literal["constant", "cosine", "one_cycle"] = Field(
        "constant", description="How the rate goes below its highest."
    )
    warmup: float = Field(
        0.0, ge=0, le=1, description="Share of all steps in which the rate rises."
    )
    weight_decay: float = Field(
        0.0, ge=0, description="Per unit of learning rate, on matrices only."
    )
    clip_norm: float | None = Field(
        None, gt=0, description="Longest gradient; absent: any."
    )
    patience: int | None = Field(
        None,
        ge=1,
        description="Stop after so many epochs without a better validation loss; "
        "absent: never. The best epoch is kept either way.",
    )
    seed: int = Field(
        0, ge=0, description="First weights, order of rows, validation rows, dropout."
    )
    device: Literal["cpu", "cuda"] = Field(
        "cpu", description="Where it is trained. Only `cpu` gives equal bytes anywhere."
    )
    mixed_precision: Literal["none", "bf16", "fp16"] = Field(
        "none", description="Numbers of matrix products; `fp16` on `cuda` only."
    )
    checkpoint_s: float = Field(
        30.0,
        ge=0,
        description="Least time between two checkpoints, from which a killed job "
        "goes on; 0: after each step.",
    )


def usual_training(**values: Any) -> Any:
    """Training of one kind, where the config says nothing else: a field."""
    told = ", ".join(f"`{name}: {value}`" for name, value in values.items())
    return Field(
        Training(**values), description=f"How it is trained; unless told, {told}."
    )


def _kind_of(encoder: Options) -> str:
    return str(getattr(encoder, "kind", ""))


class Trained(Options):
    """What is trained by gradient descent, with usual values of its own."""

    training: Training = Field(Training(), description="How it is trained.")

    @model_validator(mode="before")
    @classmethod
    def _usual_training(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        own, usual = given.get("training", {}), cls.model_fields["training"].default
        if not isinstance(own, dict):
            return given
        return {**given, "training": {**usual.model_dump(), **own}}


class TrainedEncoder(Trained):
    """What all encoders have that are trained by gradient descent."""

    validation_share: float = Field(
        0.1,
        ge=0,
        lt=1,
        description="Share of each fold's training rows, in whole groups, that choose "
        "the epoch; 0: none. Where the split keeps runs, sessions or categories "
        "together, whole inner folds.",
    )
    n_shuffles: int = Field(
        1,
        ge=0,
        description="Trainings on shuffled responses; 0: none. Each takes as long as "
        "the fit, so this counts here, not `evaluation.n_shuffles`.",
    )
    training_sizes: list[NImages] = Field(
        [],
        description="Train it again on so many images of each subject, and ridge on "
        "the same ones: scores by number of images; empty: not.",
    )
    control_of: Name | None = Field(
        None, description="Encoder that this one is a control of, for the report."
    )

    @model_validator(mode="after")
    def _half_numbers_on_a_gpu(self) -> Self:
        if self.training.mixed_precision == "fp16" and self.training.device == "cpu":
            raise ValueError(
                f"{_kind_of(self)}: training.mixed_precision 'fp16' needs `device: "
                "cuda`; write `bf16` or `none`."
            )
        if self.training.patience and not self.validation_share:
            raise ValueError(
                f"{_kind_of(self)}: training.patience waits for a better validation "
                "loss, but `validation_share: 0` leaves none; leave out one of them, "
                "or write `patience: null`."
            )
        return self
