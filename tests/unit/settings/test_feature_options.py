"""What every feature space may ask for, and what no fit may see."""

import pytest
from pydantic import ValidationError

from boldwise.settings.feature_options import (
    FITTED,
    FeatureOptions,
    ProjectionOptions,
    ReductionOptions,
)


def test_features_stay_as_they_are_unless_told():
    options = FeatureOptions()

    assert options.controls == []
    assert options.n_components is options.projection is options.pool is None


def test_every_reduction_is_fitted_and_no_part_of_the_extraction():
    assert set(ReductionOptions.model_fields) <= set(FITTED)
    assert set(FeatureOptions.model_fields) <= set(FITTED)


@pytest.mark.parametrize("epsilon", [0, 1, -0.1, 1.5])
def test_distances_change_by_a_share_between_none_and_all(epsilon):
    with pytest.raises(ValidationError, match="epsilon"):
        ProjectionOptions(epsilon=epsilon)


def test_a_projection_keeps_distances_within_a_tenth_by_default():
    assert (ProjectionOptions().epsilon, ProjectionOptions().seed) == (0.1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"n_components": 0}, {"pool": "median"}, {"projection": True}),
        *({"controls": ["random"]}, {"controls": "pixels"}, {"component": 3}),
    ],
)
def test_what_no_space_can_do_is_refused(wrong):
    with pytest.raises(ValidationError):
        FeatureOptions(**wrong)
