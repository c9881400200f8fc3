"""Low-level feature spaces: their defaults hold, and what cannot be is refused."""

import pytest
from pydantic import ValidationError

from boldwise.settings.controls import LOW_LEVEL_KINDS
from boldwise.settings.low_level import Hog, MotionEnergy, Pixels, SpectralSlope


@pytest.mark.parametrize("model", [Hog, MotionEnergy, Pixels, SpectralSlope])
def test_defaults_are_whole_and_count_as_low_level(model):
    kind = model.model_fields["kind"].annotation.__args__[0]

    assert model(kind=kind).kind in LOW_LEVEL_KINDS


def test_a_copy_too_small_for_its_filters_is_refused():
    with pytest.raises(ValidationError, match="16 cycles per image need a size of 64"):
        MotionEnergy(kind="motion_energy", cycles_per_image=[2.0, 16.0])
