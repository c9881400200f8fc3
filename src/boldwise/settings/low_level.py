"""Low-level feature spaces: what a picture or clip shows before anyone knows it."""

from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeFloat, model_validator

from boldwise.settings.feature_options import FeatureOptions


class Hog(FeatureOptions):
    """Histograms of oriented gradients: edges by place and orientation."""

    kind: Literal["hog"]
    cells: int = Field(8, ge=2, description="Cells per side.")
    n_orientations: int = Field(9, ge=2, description="Bins over 180 degrees.")


class SpectralSlope(FeatureOptions):
    """Slope of the amplitude spectrum, and contrast by octave and orientation."""

    kind: Literal["spectral_slope"]
    n_orientations: int = Field(4, ge=1, description="Bands over 180 degrees.")


class Pixels(FeatureOptions):
    """The picture itself, small, in CIE L*a*b*."""

    kind: Literal["pixels"]
    size: int = Field(32, ge=1, description="Rows and columns of the small copy.")
    colour: bool = Field(True, description="Two colour axes beside lightness.")


class MotionEnergy(FeatureOptions):
    """Motion energy of clips, by pymoten, averaged over their frames."""

    kind: Literal["motion_energy"]
    size: int = Field(48, ge=8, description="Rows of the small copy that is filtered.")
    temporal_hz: list[NonNegativeFloat] = Field(
        [0.0, 2.0, 4.0], min_length=1, description="Temporal frequencies (Hz)."
    )
    cycles_per_image: list[NonNegativeFloat] = Field(
        [0.0, 2.0, 4.0, 8.0], min_length=1, description="Spatial frequencies."
    )
    n_directions: int = Field(8, ge=2, description="Directions over 360 degrees.")

    @model_validator(mode="after")
    def _copy_shows_the_finest(self) -> Self:
        finest = max(self.cycles_per_image)
        if self.size < 4 * finest:
            raise ValueError(
                f"motion_energy: {finest:g} cycles per image need a size of "
                f"{int(4 * finest)} px or more, not {self.size}."
            )
        return self


LowLevelSpace = Annotated[
    Hog | SpectralSlope | Pixels | MotionEnergy, Field(discriminator="kind")
]
