"""Feature spaces that are made of others: one layer, or the same in another order."""

from typing import Annotated, Literal

from pydantic import Field

from boldwise.settings.base import Name, Options
from boldwise.settings.feature_options import ReductionOptions


class Layer(ReductionOptions):
    """One layer of an entry with `layers`, which makes these by itself.

    Write one to reduce a layer in another way than the others.
    """

    kind: Literal["layer"]
    of: Name = Field(description="The entry with `layers`.")
    layer: str | int = Field(description="One of its layers, as written there.")


class Shuffled(Options):
    """Another space with its stimuli in random order; `controls` makes these.

    Within the training and within the test stimuli of each fold.
    """

    kind: Literal["shuffled"]
    of: Name = Field(description="The feature space.")
    seed: int = Field(0, ge=0, description="Of the order.")


DerivedSpace = Annotated[Layer | Shuffled, Field(discriminator="kind")]
