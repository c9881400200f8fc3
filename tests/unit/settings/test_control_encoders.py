"""Controls of a space stand beside every encoder that uses it."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config

ALL = ["untrained", "pixels", "shuffled"]
NET = {"kind": "open_clip", "read": "tokens", "layers": ["a.1", "a.2"]}


def encoders(encoder):
    """Give the encoders of a study, without the low-level control."""
    return study(encoder)[1]


def study(encoder, **spaces):
    """Give the spaces and encoders of a study."""
    config = load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {
                "clip": {"kind": "open_clip", "controls": ALL},
                "words": {"kind": "tfidf"},
                "net": {**NET, "controls": ALL},
                **spaces,
            },
            "encoders": encoder,
            "evaluation": {"low_level_control": False},
        }
    )
    assert load_config(config.model_dump()) == config
    return config.feature_spaces, config.encoders


def test_each_control_is_an_encoder_of_the_same_options():
    mine = {"kind": "ridge", "features": ["clip"], "penalties": {"n": 7}}

    found = encoders({"mine": mine})

    assert list(found) == ["mine", *(f"mine-{control}" for control in ALL)]
    for control in ALL:
        assert found[f"mine-{control}"].features == [f"clip-{control}"]
        assert found[f"mine-{control}"].penalties.n == 7
        assert found[f"mine-{control}"].control_of == "mine"
    assert found["mine"].control_of is None


def test_spaces_without_controls_stay():
    found = encoders({"both": {"kind": "ridge", "features": ["words", "clip"]}})

    assert found["both-untrained"].features == ["words", "clip-untrained"]


def test_an_encoder_without_controlled_spaces_gets_none():
    assert list(encoders({"words": {"kind": "ridge", "features": ["words"]}})) == [
        "words"
    ]


def test_layers_are_controlled_layer_by_layer():
    found = encoders({"best": {"kind": "best_layer", "features": ["net"]}})

    untrained = ["net-untrained-a-1", "net-untrained-a-2"]
    assert found["best-untrained"].kind == "best_layer"
    assert found["best-untrained"].features == untrained
    shuffled = ["net-a-1-shuffled", "net-a-2-shuffled"]
    assert found["best-shuffled"].features == shuffled


def test_a_layer_reduced_in_its_own_way_has_controls_reduced_alike():
    flat = {"kind": "layer", "of": "net", "layer": "a.2", "pool": "flatten"}
    spaces, found = study({"own": {"kind": "ridge", "features": ["flat"]}}, flat=flat)

    assert found["own-untrained"].features == ["flat-untrained"]
    assert found["own-shuffled"].features == ["flat-shuffled"]
    assert found["own-pixels"].features == ["net-pixels"]
    untrained = spaces["flat-untrained"]
    assert (untrained.of, untrained.pool) == ("net-untrained", "flatten")


@pytest.mark.parametrize("kind", ["best_layer", "banded_ridge"])
def test_pixels_are_one_space_for_all_layers_and_need_no_choice(kind):
    pixels = encoders({"one": {"kind": kind, "features": ["net", "clip"]}})[
        "one-pixels"
    ]

    assert pixels.features == ["net-pixels"]
    assert (pixels.kind, pixels.control_of) == ("ridge", "one")


def test_a_control_has_no_control():
    mine = {"kind": "ridge", "features": ["clip"]}
    own = {"kind": "ridge", "features": ["net"], "control_of": "mine"}

    found = encoders({"mine": mine, "own": own})

    assert [name for name in found if name.startswith("own")] == ["own"]


def test_an_encoder_of_the_config_is_never_replaced():
    mine = {"kind": "ridge", "features": ["clip"]}

    with pytest.raises(ConfigError, match=r"encoders.mine-pixels: `controls` of a f"):
        encoders({"mine": mine, "mine-pixels": {**mine, "features": ["words"]}})


def test_a_low_level_control_is_added_as_without_controls():
    config = load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {"clip": {"kind": "open_clip", "controls": ["pixels"]}},
            "encoders": {"clip": {"kind": "ridge", "features": ["clip"]}},
        }
    )

    assert list(config.encoders) == ["clip", "control-low-level", "clip-pixels"]
