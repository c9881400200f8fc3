"""Choices of the full single-trial recipe, and what goes with them."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config


def given(**responses):
    return {
        "dataset": {"name": "s", "kind": "simulated", "subjects": ["01"]},
        "responses": responses,
        "splits": {"main": {"kind": "shared_images"}},
        "feature_spaces": {"gabor": {"kind": "gabor_pyramid"}},
    }


def test_ridge_chooses_from_the_library_unless_told_otherwise():
    assert load_config(given(estimate="single_trial_ridge")).responses.hrf == "library"
    named = given(estimate="single_trial_ridge", hrf="spm")
    assert load_config(named).responses.hrf == "spm"
    assert load_config(given(estimate="least_squares_all")).responses.hrf == "glover"


def test_ridge_chooses_among_twenty_fractions():
    ridge = load_config(given(estimate="single_trial_ridge")).responses.ridge

    assert ridge.fractions[0] == 1.0
    assert ridge.fractions[-1] == 0.05
    assert len(ridge.fractions) == 20
    assert ridge.neighbour_bound == 0.1


def test_a_library_needs_an_estimate_that_chooses():
    with pytest.raises(ConfigError, match=r"'library' chooses a curve for each voxel"):
        load_config(given(estimate="least_squares_all", hrf="library"))


@pytest.mark.parametrize("fractions", [[], [0.0], [1.5]])
def test_impossible_fractions_are_refused(fractions):
    with pytest.raises(ConfigError, match="fractions"):
        load_config(
            given(estimate="single_trial_ridge", ridge={"fractions": fractions})
        )


def test_an_unknown_key_is_told_with_the_nearest_one():
    with pytest.raises(ConfigError, match=r"did you mean 'neighbour_bound'"):
        load_config(given(ridge={"neighbor_bound": 0.2}))
