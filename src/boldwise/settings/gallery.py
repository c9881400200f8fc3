"""What is shown of decoded stimuli, and which regions decoders are tried without."""

from typing import Literal, Self

from pydantic import Field, model_validator

from boldwise.settings.base import Name, Options

FeatureMetricName = Literal[
    "tiny_clip",
    "alexnet_2",
    "alexnet_5",
    "inception",
    "clip",
    "efficientnet",
    "swav",
]


class GalleryOptions(Options):
    """The training stimulus nearest to what was decoded: shown, captioned, scored."""

    decoders: list[Name] = Field(
        [], description="Decoders of feature spaces to do it for; empty: all of them."
    )
    n_neighbours: int = Field(
        5,
        ge=1,
        description="The caption is that of the medoid of so many nearest training "
        "stimuli; the picture is the nearest one's.",
    )
    picture_px: int = Field(
        425,
        ge=11,
        description="Pictures are compared at this size; 425 as in published tables, "
        "less is faster.",
    )
    feature_metrics: list[FeatureMetricName] = Field(
        ["tiny_clip"],
        description="Networks that compare pictures. `tiny_clip` ships; the others are "
        "those of published tables. One whose weights cannot be had is left out, and "
        "the report says so.",
    )
    weights: dict[FeatureMetricName, str] = Field(
        {},
        description="Tag or path of the weights of a metric, where it is not the "
        "published one; `swav` needs a path.",
    )
    category_text: str = Field(
        "a {category}",
        description="Sentence that names a category to the text tower, where a decoder "
        "predicts a CLIP space and stimuli have categories: zero-shot naming.",
    )
    n_shuffles: int = Field(
        20,
        ge=19,
        description="Draws of the baseline: what was decoded from other test stimuli.",
    )
    n_shown: int = Field(
        2,
        ge=1,
        le=4,
        description="Pictures of the best, of the middle and of the worst in the "
        "figure, for each decoder.",
    )

    @model_validator(mode="after")
    def _names_the_category(self) -> Self:
        if "{category}" not in self.category_text:
            raise ValueError(
                f"category_text '{self.category_text}' names no category; write "
                "{category} where the name belongs."
            )
        return self


class AblationOptions(Options):
    """Decode from each region alone, and from all voxels but its own."""

    by: Literal["regions", "networks"] = Field(
        "regions",
        description="Each region of interest by itself, or joined as `networks` says.",
    )
    networks: dict[str, list[str]] = Field(
        {},
        description="For `by: networks`: regions that make up each, e.g. `{early: [V1, "
        "V2]}`; `*` stands for any letters.",
    )
    min_voxels: int = Field(
        10, ge=1, description="Smaller regions are left out, and the report says so."
    )

    @model_validator(mode="after")
    def _networks_where_asked(self) -> Self:
        if (self.by == "networks") != bool(self.networks):
            raise ValueError(
                f"ablation: `by: {self.by}` with {len(self.networks)} networks; "
                "`by: networks` needs a list of regions for each, `by: regions` none."
            )
        return self
