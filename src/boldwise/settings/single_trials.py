"""Choices of the full single-trial recipe."""

from typing import Annotated

from pydantic import Field

from boldwise.settings.base import Options

Fraction = Annotated[float, Field(gt=0, le=1)]


class RidgeOptions(Options):
    """What `estimate: single_trial_ridge` chooses from, for each voxel."""

    max_noise_components: int = Field(
        10,
        ge=0,
        le=50,
        description="Principal components of voxels without a response; how many are "
        "removed, up to this, is chosen on runs left out.",
    )
    fractions: list[Fraction] = Field(
        [round(0.05 * k, 2) for k in range(20, 0, -1)],
        min_length=1,
        description="Lengths of the weights to choose from, as a share of those of "
        "least squares; 1 does not shrink.",
    )
    neighbour_bound: float = Field(
        0.1,
        gt=0,
        le=1,
        description="Fractions count while a voxel's neighbouring responses correlate "
        "by no more than this; 1: no guard, and fast designs smear.",
    )
    split_halves: bool = Field(
        False,
        description="Estimate odd and even runs apart, so that a ceiling from their "
        "agreement owes nothing to choices that both share.",
    )
