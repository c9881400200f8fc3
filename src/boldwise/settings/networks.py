"""Feature spaces that come out of a network: which one, which layer, what of it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from boldwise.settings.feature_options import FeatureOptions

Layer = str | int
# Options of a pass over images: none of them is for a text tower.
OF_A_PASS = (
    *("layer", "layers", "read", "grid"),
    *("batch_size", "precision", "device"),
)
SPATIAL = ("tokens", "map", "queries")


class Network(FeatureOptions):
    """What every network has; its preprocessing is its own and no option."""

    weights: str | None = Field(
        None,
        description="Tag of the weights, path of a checkpoint (safetensors, or a "
        "PyTorch file of tensors only), `untrained`, or absent for the model's own.",
    )
    layer: Layer | None = Field(
        None,
        description="Layer to read, by its name or by its index among the layers that "
        "`boldwise features describe` lists; -1: the last; absent: the model's own "
        "embedding (`read: pooled`), else the last.",
    )
    layers: list[Layer] = Field(
        [],
        description="Several layers from one pass; each becomes a feature space of "
        "its own, named after this entry and the layer.",
    )
    read: Literal["pooled", "class", "mean", "tokens", "map", "queries"] = Field(
        "pooled",
        description="`pooled`: the model's own embedding; of a layer: its `class` "
        "token, the `mean` over places, `tokens` or `map`: a vector for each place, "
        "row by row, or the `queries` of its attention.",
    )
    grid: int | None = Field(
        None,
        ge=1,
        description="Average the places of `tokens`, `map` or `queries` to this many "
        "per side; absent: as the model has them.",
    )
    seed: int = Field(0, ge=0, description="Seed of untrained weights.")
    batch_size: int | None = Field(
        None, ge=1, description="Stimuli of one pass; absent: what memory allows."
    )
    precision: Literal["float32", "float16", "bfloat16"] = Field(
        "float32", description="Numbers of the pass; halves are for a GPU."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the network runs; `auto`: on a GPU if there is one."
    )

    @model_validator(mode="after")
    def _one_way_to_read(self) -> Self:
        problems = list(_contradictions(self))
        if problems:
            raise ValueError("\n".join(problems))
        return self


def _contradictions(network: Network) -> list[str]:
    """Find choices of layer, read and grid that exclude each other."""
    named = [
        name for name in ("layer", "layers") if getattr(network, name) not in (None, [])
    ]
    found = []
    if len(named) == 2:
        found.append("layer and layers are both given; give one of them.")
    if named and network.read == "pooled":
        found.append(
            f"{named[0]} is given, but `read: pooled` is the model's own embedding; "
            "set read to class, mean, tokens, map or queries, or leave out "
            f"{named[0]}."
        )
    if network.grid is not None and network.read not in SPATIAL:
        found.append(
            f"grid: `read: {network.read}` has no places to average; set read to "
            "tokens, map or queries, or leave out grid."
        )
    twice = sorted(
        {str(one) for one in network.layers if network.layers.count(one) > 1}
    )
    if twice:
        found.append(f"layers lists {', '.join(twice)} more than once; list it once.")
    return found


class OpenClip(Network):
    """A tower of an open_clip model."""

    kind: Literal["open_clip"]
    model: str = Field(
        "tiny-clip",
        description="Any open_clip model name, or a folder with "
        "`open_clip_config.json`; `tiny-clip` ships here.",
    )
    tower: Literal["image", "text"] = Field(
        "image", description="Which tower; layers are for the image tower."
    )

    @model_validator(mode="after")
    def _text_is_pooled(self) -> Self:
        if self.tower == "text" and self.read != "pooled":
            raise ValueError(
                f"`read: {self.read}` is for the image tower; the text tower gives "
                "its embedding only. Leave out read, layer, layers and grid."
            )
        return self


class Timm(Network):
    """An image model of timm."""

    kind: Literal["timm"]
    model: str = Field(
        description="Name of timm, with the tag of its weights after a dot where it "
        "has several: `vit_base_patch14_dinov2.lvd142m`."
    )


class Torchvision(Network):
    """An image classifier of torchvision."""

    kind: Literal["torchvision"]
    model: str = Field(description="Name of torchvision: `resnet50`, `vit_b_16`.")


class HuggingFace(Network):
    """An image model of Hugging Face transformers."""

    kind: Literal["huggingface"]
    model: str = Field(
        description="Folder with `config.json`, or name on the hub: "
        "`facebook/dinov2-base`."
    )


NetworkSpace = Annotated[
    OpenClip | Timm | Torchvision | HuggingFace, Field(discriminator="kind")
]
