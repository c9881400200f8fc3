"""Encoders that are trained by gradient descent, and all encoders together."""

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveFloat, model_validator

from boldwise.settings.base import Name
from boldwise.settings.layer_choice import BestLayerEncoder
from boldwise.settings.models import EncoderOptions
from boldwise.settings.new_subjects import AdoptedSubjects, NewSubjects
from boldwise.settings.training import TrainedEncoder, Training, usual_training

TRAINED = (
    *("region_query", "spatial_readout", "voxel_embedding"),
    *("in_context", "response_optimised"),
)
BY_TOKENS = ("region_query", "spatial_readout", "voxel_embedding")
TOGETHER = ("voxel_embedding", "response_optimised")  # one job for all subjects


class RegionQueryEncoder(TrainedEncoder):
    """Learned queries of regions attend to tokens; voxels read their regions' queries.

    After Adeli et al. (2025).
    """

    kind: Literal["region_query"]
    training: Training = usual_training(
        n_epochs=20,
        learning_rate=5e-3,
        schedule="one_cycle",
        weight_decay=1e-2,
        clip_norm=1.0,
    )
    features: list[Name] = Field(
        min_length=1,
        description="Token spaces (`read: tokens`, `map` or `queries`); of several, "
        "each is fitted, and they are mixed voxel by voxel by validation accuracy.",
    )
    granularity: Literal["roi", "stream", "hemisphere", "voxel", "learned"] = Field(
        "roi",
        description="A query for each region and hemisphere, for each of `streams`, "
        "for each hemisphere or voxel, or `n_queries` of which voxels learn a mixture.",
    )
    streams: dict[Name, list[str]] = Field(
        {}, description="Regions of each stream, for `granularity: stream`."
    )
    n_queries: int = Field(32, ge=1, description="For `granularity: learned`.")
    n_heads: int = Field(1, ge=1, description="A divisor of the token width.")
    hidden: int = Field(0, ge=0, description="Width of a hidden layer; 0: none.")
    dropout: float = Field(0.0, ge=0, lt=1, description="While training.")
    n_seeds: int = Field(
        1, ge=1, description="Models of each space, from `training.seed` on; averaged."
    )

    @model_validator(mode="after")
    def _streams_named(self) -> Self:
        if (self.granularity == "stream") != bool(self.streams):
            raise ValueError(
                "region_query: streams: `granularity: stream` needs the regions of "
                "each stream, and nothing else does; give both or neither."
            )
        return self


class SpatialReadoutEncoder(TrainedEncoder):
    """Each voxel sums features where it looks: a place, and weights of features."""

    kind: Literal["spatial_readout"]
    training: Training = usual_training(
        n_epochs=60, batch_size=64, learning_rate=0.01, weight_decay=0.01, patience=8
    )
    features: list[Name] = Field(
        min_length=1, max_length=1, description="One token space."
    )
    readout: Literal["gaussian", "factorised", "semantic"] = Field(
        "gaussian",
        description="A Gaussian of place and size; any weights of places; or these, "
        "moved by what the picture shows (Saha et al. 2024).",
    )
    moves: list[Literal["fields", "maps", "gains"]] = Field(
        ["fields", "maps", "gains"],
        min_length=1,
        description="What the picture changes, for `readout: semantic`.",
    )
    picture_deg: tuple[PositiveFloat, PositiveFloat] | None = Field(
        None,
        description="Width and height of the pictures in degrees of visual angle, to "
        "draw receptive fields; absent: they are stored in shares of the picture only.",
    )


class VoxelEmbeddingEncoder(TrainedEncoder):
    """One network for all subjects, and a short learned vector for each voxel.

    After Beliy et al. (2024).
    """

    kind: Literal["voxel_embedding"]
    training: Training = usual_training(
        n_epochs=30, batch_size=16, schedule="one_cycle"
    )
    features: list[Name] = Field(
        min_length=1,
        description="Token spaces of one shape, from the first level to the last.",
    )
    embedding: int = Field(256, ge=1, description="Numbers for each voxel.")
    narrowed: int = Field(128, ge=1, description="Tokens are narrowed to this width.")
    hidden: int = Field(512, ge=1, description="Width of the hidden layer.")
    cosine: float = Field(
        0.1, ge=0, description="Weight of the agreement of patterns in the loss."
    )
    dropout: float = Field(0.0, ge=0, lt=1, description="While training.")
    n_drawn: int = Field(
        5000, ge=2, description="Voxels of each subject and step, drawn anew."
    )
    n_clusters: int = Field(
        8,
        ge=0,
        description="Sort the voxels of all subjects by their embeddings into so many "
        "parcels, for maps and a figure (of the first such encoder); 0: not.",
    )
    new_subjects: AdoptedSubjects | None = Field(
        None,
        description="Leave each subject out, and take it up from few images; absent: "
        "not.",
    )


class InContextEncoder(TrainedEncoder):
    """A network trained on the other subjects tells weights from this one's examples.

    After Yu et al. (2025). The subject's own responses train nothing: they are read.
    """

    kind: Literal["in_context"]
    training: Training = usual_training(
        n_epochs=10,
        batch_size=64,
        schedule="cosine",
        warmup=0.05,
        weight_decay=0.1,
        clip_norm=1.0,
        patience=5,
    )
    features: list[Name] = Field(
        min_length=1,
        description="Feature spaces of vectors, joined; keep them short "
        "(`n_components: 100`).",
    )
    width: int = Field(64, ge=1, description="Of the transformer.")
    n_blocks: int = Field(2, ge=1, description="Layers of the transformer.")
    n_heads: int = Field(4, ge=1, description="A divisor of the width.")
    n_registers: int = Field(4, ge=1, description="Extra members of each set.")
    dropout: float = Field(0.0, ge=0, lt=1, description="While training.")
    solve: bool = Field(
        True,
        description="Weights are those of a ridge around the prior that the network "
        "tells; false: the network tells them at once, as published.",
    )
    n_least: int = Field(10, ge=3, description="Images of an example set, at least.")
    n_most: int = Field(500, ge=3, description="At most.")
    n_asked: int = Field(100, ge=1, description="Images to predict from each set.")
    n_synthetic: int = Field(
        1000, ge=0, description="Synthetic voxels to begin with, for each subject."
    )
    learned_prior: bool = Field(
        True, description="Begin with the covariance of the other subjects' weights."
    )
    n_remembered: int = Field(
        512,
        ge=0,
        description="Voxels of the other subjects to remember, at most: what responds "
        "alike is expected to have their weights; 0: none, as published.",
    )
    new_subjects: NewSubjects | None = Field(
        None,
        description="Read this subject from few images only; absent: from all alone.",
    )

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        if self.width % self.n_heads:
            raise ValueError(
                f"in_context: a width of {self.width} does not divide among "
                f"{self.n_heads} heads; choose a multiple of n_heads."
            )
        if self.n_least > self.n_most:
            raise ValueError(
                f"in_context: n_least, {self.n_least}, is above n_most, "
                f"{self.n_most}; swap them."
            )
        if self.learned_prior and self.n_synthetic and not self.solve:
            raise ValueError(
                "in_context: with `solve: false`, what synthetic voxels teach is lost "
                "when a learned prior turns the space; write `n_synthetic: 0` (better "
                "where measured), or `learned_prior: false`, as published."
            )
        if self.training_sizes:
            raise ValueError(
                "in_context: training_sizes: nothing is trained on the subject at "
                "hand; write `new_subjects: {budgets: [50, 100]}`."
            )
        return self


class ResponseOptimisedEncoder(TrainedEncoder):
    """A small network from pictures, learned from the responses of all subjects."""

    kind: Literal["response_optimised"]
    training: Training = usual_training(
        n_epochs=100,
        batch_size=64,
        learning_rate=0.01,
        schedule="cosine",
        weight_decay=0.01,
        patience=15,
    )
    features: list[Name] = Field(
        [], max_length=0, description="None: it learns its own from the pictures."
    )
    beside: list[Name] = Field(
        [],
        description="Feature spaces of the ridge beside it, such as one of kind "
        "`pixels` or a network's; none: no ridge.",
    )
    core: Literal["convolutional", "transformer"] = Field(
        "convolutional", description="What looks at the picture."
    )
    n_features: int = Field(32, ge=1, description="Of each place of its map.")
    n_blocks: int = Field(2, ge=0, description="Layers after the first.")
    kernel: int = Field(9, ge=1, description="Side of the first filters, in pixels.")
    stride: int = Field(4, ge=1, description="From place to place, in pixels.")
    n_heads: int = Field(4, ge=1, description="Of the transformer.")
    dropout: float = Field(0.1, ge=0, lt=1, description="Of the transformer.")
    readout: Literal["gaussian", "factorised", "semantic"] = Field(
        "gaussian", description="As for `spatial_readout`."
    )
    picture_deg: tuple[PositiveFloat, PositiveFloat] | None = Field(
        None, description="As for `spatial_readout`."
    )

    @model_validator(mode="after")
    def _no_pixel_unseen(self) -> Self:
        if self.kernel < self.stride:
            raise ValueError(
                f"response_optimised: filters of {self.kernel} pixels every "
                f"{self.stride} leave pixels unseen; choose a kernel of at least the "
                "stride."
            )
        return self


AnyEncoder = Annotated[
    EncoderOptions
    | BestLayerEncoder
    | RegionQueryEncoder
    | SpatialReadoutEncoder
    | VoxelEmbeddingEncoder
    | InContextEncoder
    | ResponseOptimisedEncoder,
    Field(discriminator="kind"),
]
