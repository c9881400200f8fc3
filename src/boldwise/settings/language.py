"""Feature spaces of language: captions, or the words of a story in time."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from boldwise.features.spoken import SILENCE
from boldwise.settings.feature_options import FeatureOptions

Layer = str | int


class Words(FeatureOptions):
    """Which intervals of a transcript are words, and how they come to the volumes."""

    tier: str | None = Field(
        None, description="Tier of a transcript; absent: the only one."
    )
    ignore: list[str] = Field(
        list(SILENCE), description="Labels of a transcript that are no words."
    )
    at: Literal["onset", "middle"] = Field(
        "middle", description="Where on the clock a word stands."
    )
    resample: Literal["lanczos", "box"] = Field(
        "lanczos",
        description="How words come to the volumes: low-passed at 1 / (2 TR) by a "
        "Lanczos filter of 3 lobes, or by the volume they fall into; run by run.",
    )


class Combined(Words):
    """Words whose vectors are added up or averaged around each volume."""

    combine: Literal["sum", "mean"] = Field(
        "sum",
        description="`sum`, as is usual: the rate of words is then part of every "
        "feature. `mean`: it is taken out, and silence is 0.",
    )


class LanguageModel(Combined):
    """A language model of Hugging Face transformers: captions, or words in context."""

    kind: Literal["language_model"]
    model: str = Field(
        description="Folder with `config.json`, `package:name/folder` for one inside "
        "an installed Python package, or name on the hub: `gpt2`."
    )
    weights: Literal["untrained"] | None = Field(
        None, description="`untrained` as a control; absent: the model's own."
    )
    layer: Layer | None = Field(
        None,
        description="Hidden state by index (0: the embeddings, -1: the last) or name "
        "(`hidden.3`, or any module); absent: the last.",
    )
    layers: list[Layer] = Field(
        [],
        description="Several layers from one pass; each becomes a feature space of "
        "its own, named after this entry and the layer.",
    )
    read: Literal["mean", "last", "class", "pooled"] = Field(
        "mean",
        description="Of the sub-words of a word or caption: their mean, the last, the "
        "class token, or `pooled` as a sentence-transformers folder says.",
    )
    context: int = Field(
        32,
        ge=0,
        description="Words of a story to the left of each word that the model reads "
        "with it at least, where the run has so many; never a word to the right.",
    )
    stride: int | None = Field(
        None,
        ge=1,
        description="Words that one window describes: 1 gives each exactly `context` "
        "words, more is faster and gives up to `context + stride - 1`. Absent: as many "
        "as `context`, or 1 for a model that sees both sides, which needs 1.",
    )
    lower_case: bool = Field(False, description="Write words in lower case first.")
    seed: int = Field(0, ge=0, description="Seed of untrained weights.")
    precision: Literal["float32", "float16", "bfloat16"] = Field(
        "float32", description="Numbers of the pass; halves are for a GPU."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the model runs; `auto`: on a GPU if there is one."
    )

    @model_validator(mode="after")
    def _layers_once(self) -> Self:
        if self.layer is not None and self.layers:
            raise ValueError(
                "language_model: layer and layers are both given; give one of them."
            )
        named = [str(one) for one in self.layers]
        twice = sorted({one for one in named if named.count(one) > 1})
        if twice:
            raise ValueError(
                f"language_model: layers lists {', '.join(twice)} more than once; list "
                "it once."
            )
        return self


class WordVectors(Combined):
    """Static vectors of words from a file, without context."""

    kind: Literal["word_vectors"]
    path: str = Field(
        description="Text of word2vec, GloVe or fastText (`.txt`, `.vec`), `.gz` too: "
        "a word and its numbers in each line."
    )


class WordStatistics(Words):
    """How many words, how long, and where: what a model of language must beat."""

    kind: Literal["word_statistics"]


LanguageSpace = Annotated[
    LanguageModel | WordVectors | WordStatistics, Field(discriminator="kind")
]
