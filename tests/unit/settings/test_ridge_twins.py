"""Ridge stands beside every trained encoder, on the same features."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.ridge_twins import ridges_beside

QUERIES = {"kind": "region_query", "features": ["net"]}


def study(encoders, **spaces):
    return load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01", "02"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {
                "net": {"kind": "open_clip", "read": "map", "layers": ["a", "b"]},
                "words": {"kind": "tfidf"},
                **spaces,
            },
            "encoders": encoders,
            "evaluation": {"low_level_control": False},
        }
    )


def beside(config):
    return ridges_beside(config.encoders, config.feature_spaces)


def test_a_twin_has_the_same_features_and_is_no_control():
    config = study({"mine": QUERIES})

    assert list(config.encoders) == ["mine", "mine-ridge"]
    twin = config.encoders["mine-ridge"]
    assert (twin.kind, twin.control_of) == ("ridge", None)
    assert twin.features == config.encoders["mine"].features == ["net-a", "net-b"]
    assert beside(config) == {"mine": {"mine-ridge": ["net-a", "net-b"]}}


def test_a_ridge_of_ones_own_on_these_features_will_do():
    own = {"kind": "ridge", "features": ["net-b", "net-a"], "penalties": {"n": 3}}

    config = study({"mine": QUERIES, "own": own})

    assert list(config.encoders) == ["mine", "own"]
    assert list(beside(config)["mine"]) == ["own"]


def test_encoders_of_equal_features_share_a_twin():
    config = study({"mine": QUERIES, "other": {**QUERIES, "kind": "voxel_embedding"}})

    assert list(config.encoders) == ["mine", "other", "mine-ridge"]
    assert {tuple(one) for one in beside(config).values()} == {("mine-ridge",)}


def test_the_same_layers_pooled_otherwise_stand_beside_too():
    flat = {"kind": "layer", "of": "net", "layer": "a", "pool": "flatten"}
    encoders = {
        "mine": {**QUERIES, "features": ["net-a"]},
        "flat": {"kind": "ridge", "features": ["flat"]},
        "other": {"kind": "ridge", "features": ["net-b"]},
    }

    config = study(encoders, flat={**flat, "n_components": 9})

    assert set(beside(config)["mine"]) == {"mine-ridge", "flat"}
    assert beside(config)["mine"]["flat"] == ["flat"]


def test_who_learns_features_has_no_ridge_on_them():
    config = study({"own": {"kind": "response_optimised"}})

    assert list(config.encoders) == ["own"]
    assert beside(config) == {"own": {}}


def test_the_name_of_a_twin_that_is_taken_is_told():
    taken = {"mine": QUERIES, "mine-ridge": {"kind": "ridge", "features": ["words"]}}

    with pytest.raises(ConfigError, match="mine-ridge: boldwise fits ridge on the"):
        study(taken)


def test_an_untrained_network_is_the_control_of_tokens_and_ridge_has_the_others():
    net = {"kind": "open_clip", "read": "map", "layers": ["a", "b"]}

    config = study(
        {"mine": QUERIES}, net={**net, "controls": ["untrained", "pixels", "shuffled"]}
    )

    controls = {name for name, one in config.encoders.items() if one.control_of}
    assert controls == {
        "mine-untrained",
        *(f"mine-ridge-{one}" for one in ("untrained", "pixels", "shuffled")),
    }
    assert config.encoders["mine-untrained"].kind == "region_query"
    assert list(beside(config)) == ["mine"]


def test_an_encoder_that_learns_its_own_features_may_name_those_of_its_ridge():
    own = {"kind": "response_optimised"}

    config = study({"own": {**own, "beside": ["words"]}, "alone": own})

    assert config.encoders["own-ridge"].features == ["words"]
    assert beside(config) == {"own": {"own-ridge": ["words"]}, "alone": {}}
