"""Mirrors src/boldwise/settings/controls.py."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.controls import ENCODER, SPACES, add_controls, is_low_level

SIMULATED = {"name": "s", "kind": "simulated", "subjects": ["01"]}
BETAS = {
    **{"name": "b", "kind": "betas", "root": ".", "subjects": ["1"], "path": "a.mat"},
    "blocks": [{"response": "x", "stimulus_id": "y"}],
}


def study(encoder_of=("w",), dataset=SIMULATED, **evaluation):
    """Make a config with one encoder, of words unless told otherwise."""
    encoder = {"kind": "ridge", "features": list(encoder_of)}
    estimate = "given" if dataset["kind"] == "betas" else "least_squares_all"
    given = {"kind": "given", "path": "f.csv"}
    return load_config(
        {
            "dataset": dataset,
            "responses": {"estimate": estimate},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {
                "w": {"kind": "tfidf"},
                "colour": {"kind": "colour_statistics"},
                "lengths": {**given, "low_level": True},
                "meanings": given,
            },
            "encoders": {"mine": encoder} if encoder_of else {},
            "evaluation": evaluation,
        }
    )


def test_a_study_of_images_gets_a_low_level_encoder():
    config = study()

    assert config.encoders[ENCODER].features == list(SPACES)
    assert config.feature_spaces.items() >= SPACES.items()
    assert is_low_level(config, ENCODER)


@pytest.mark.parametrize("spaces", [["colour"], ["lengths"], ["colour", "lengths"]])
def test_a_study_that_has_one_gets_no_other(spaces):
    assert list(study(spaces).encoders) == ["mine"]


@pytest.mark.parametrize("spaces", [["w", "colour"], ["meanings"]])
def test_an_encoder_that_knows_more_is_no_control(spaces):
    assert ENCODER in study(spaces).encoders


def test_the_control_can_be_declined():
    assert list(study(low_level_control=False).encoders) == ["mine"]


def test_a_study_without_encoders_needs_none():
    assert study(()).encoders == {}


def test_where_there_are_no_images_none_can_be_had():
    texts = {"captions": {"path": "c.csv", "stimulus_id": "id", "text": "t"}}

    assert ENCODER not in study(dataset={**BETAS, "stimuli": texts}).encoders


@pytest.mark.parametrize("stimuli", [{"images": ["*.png"]}])
def test_images_in_files_count(stimuli):
    assert ENCODER in study(dataset={**BETAS, "stimuli": stimuli}).encoders


def test_a_study_that_lacks_nothing_is_returned_as_it_is():
    config = study(["colour"])

    assert add_controls(config) is config


@pytest.mark.parametrize("kind", ["ridge", "banded_ridge"])
def test_a_model_with_the_name_of_a_control_is_never_replaced(kind):
    config = study(low_level_control=False)
    mine = {"kind": kind, "features": ["w", "meanings"]}
    raw = {**config.model_dump(), "encoders": {ENCODER: mine}}

    kept = load_config(raw).encoders
    raw["evaluation"]["low_level_control"] = True

    assert kept[ENCODER].kind == kind
    with pytest.raises(ConfigError, match=f"encoders.{ENCODER}: boldwise adds a cont"):
        load_config(raw)


def test_a_feature_space_with_the_name_of_a_control_must_be_the_same():
    config = study(low_level_control=False).model_dump()
    config["evaluation"]["low_level_control"] = True
    same = {name: space.model_dump() for name, space in SPACES.items()}

    config["feature_spaces"] |= same
    assert ENCODER in load_config(config).encoders
    config["feature_spaces"]["control-gabor"] = {"kind": "tfidf"}
    with pytest.raises(
        ConfigError, match=r"feature_spaces\.control-gabor: boldwise ad"
    ):
        load_config(config)
