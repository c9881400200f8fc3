"""Encoders that choose among feature spaces."""

from typing import Literal, Self

from pydantic import Field, model_validator

from boldwise.settings.base import Name
from boldwise.settings.models import RidgeEncoder


class BestLayerEncoder(RidgeEncoder):
    """Voxelwise ridge from one of several feature spaces, chosen on training stimuli.

    For layers of a network, or any rivals. The choice is made by the inner folds of
    each outer fold, so that the test score owes nothing to it.
    """

    kind: Literal["best_layer"]  # type: ignore[assignment]
    features: list[Name] = Field(
        min_length=1,
        description="Feature spaces to choose from, layers in their order; an entry "
        "with `layers` stands for all of them. Of equally good ones the first is "
        "taken.",
    )
    choose_by: Literal["voxel", "roi", "all"] = Field(
        "voxel",
        description="Each voxel for itself, the voxels of the same regions of interest "
        "together by their mean score, or all voxels together; `roi` and `all` read "
        "the responses twice.",
    )

    @model_validator(mode="after")
    def _no_layer_twice(self) -> Self:
        twice = sorted({one for one in self.features if self.features.count(one) > 1})
        if twice:
            raise ValueError(
                f"best_layer: features lists {', '.join(twice)} more than once; a "
                "space cannot be chosen over itself."
            )
        return self
