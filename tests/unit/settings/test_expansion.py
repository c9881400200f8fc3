"""One line of a config becomes several spaces, and says which store each is in."""

import json

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.expansion import (
    control_entries,
    entry_of,
    expand_spaces,
    layer_name,
    store_options,
)

LAYERS = ["blocks.3", "blocks.7"]
DINO = {"kind": "open_clip", "read": "tokens", "layers": LAYERS}


def study(encoders=None, dataset=None, estimate="least_squares_all", **spaces):
    """Make a config of some spaces beside words and Gabor energy."""
    return load_config(
        {
            "dataset": dataset
            or {"kind": "simulated", "name": "x", "subjects": ["01", "02"]},
            "responses": {"estimate": estimate},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {
                "gabor": {"kind": "gabor_pyramid"},
                "words": {"kind": "tfidf"},
                **spaces,
            },
            "encoders": encoders or {},
        }
    )


def test_each_layer_becomes_a_space_named_after_its_entry():
    spaces = study(dino={**DINO, "n_components": 5, "pool": "max"}).feature_spaces

    made = [name for name in spaces if spaces[name].kind == "layer"]
    assert made == ["dino-blocks-3", "dino-blocks-7"]
    assert [spaces[name].layer for name in made] == LAYERS
    assert {entry_of(spaces, name) for name in made} == {"dino"}
    assert spaces["dino-blocks-3"].n_components == 5
    assert spaces["dino-blocks-3"].pool == "max"


def test_layers_may_be_counted_from_the_end():
    spaces = study(dino={**DINO, "layers": [-1, 0]}).feature_spaces

    assert {"dino--1", "dino-0"} <= spaces.keys()
    assert store_options(spaces, "dino--1")["layer"] == "-1"


def test_an_entry_stands_for_all_its_layers_in_an_encoder():
    best = {"kind": "best_layer", "features": ["dino", "words"]}

    config = study({"best": best}, dino=DINO)

    wanted = ["dino-blocks-3", "dino-blocks-7", "words"]
    assert config.encoders["best"].features == wanted


def test_what_is_taken_from_a_store_is_told():
    projection = {"epsilon": 0.2}
    flat = {"kind": "layer", "of": "dino", "layer": "blocks.7", "pool": "flatten"}
    flat |= {"projection": projection}
    dino = {**DINO, "controls": ["shuffled"]}
    spaces = study(dino=dino, flat=flat).feature_spaces

    assert store_options(spaces, "words") == {"n_components": None, "min_stimuli": 2}
    assert store_options(spaces, "gabor") == {"n_components": None}
    assert store_options(spaces, "flat") == {
        "n_components": None,
        "layer": "blocks-7",
        "pool": "flatten",
        "projection": {"epsilon": 0.2, "seed": 0},
    }
    shuffled = store_options(spaces, "dino-blocks-3-shuffled")
    assert shuffled == {"n_components": None, "layer": "blocks-3", "shuffle_seed": 0}
    assert entry_of(spaces, "dino-blocks-3-shuffled") == "dino"


def test_controls_of_an_entry_have_stores_but_a_shuffled_one_has_none():
    controls = ["untrained", "pixels", "shuffled"]
    dino = {**DINO, "n_components": 9, "controls": controls}

    spaces = study(dino=dino).feature_spaces

    untrained = spaces["dino-untrained"]
    assert (untrained.weights, untrained.layers) == ("untrained", LAYERS)
    assert untrained.controls == []
    assert spaces["dino-pixels"].kind == "pixels"
    assert spaces["dino-pixels"].n_components == 9
    assert spaces["dino-untrained-blocks-3"].of == "dino-untrained"
    assert spaces["dino-blocks-3-shuffled"].of == "dino-blocks-3"
    assert control_entries(spaces) == {"dino-untrained", "dino-pixels"}
    assert "dino-untrained-blocks-3-shuffled" not in spaces


def test_what_was_expanded_is_the_same_config():
    dino = {**DINO, "controls": ["untrained", "pixels", "shuffled"]}
    encoders = {
        "best": {"kind": "best_layer", "features": ["dino"]},
        "both": {"kind": "ridge", "features": ["dino", "words"]},
    }

    config = study(encoders, dino=dino)

    assert load_config(config.model_dump()) == config
    assert load_config(json.loads(config.model_dump_json())) == config
    assert expand_spaces(config.feature_spaces) == config.feature_spaces


def test_a_config_that_asks_for_nothing_gets_nothing():
    assert list(study().feature_spaces) == ["gabor", "words"]


@pytest.mark.parametrize("layer", ["blocks.3", "trunk/stage 2", 11, -1])
def test_names_of_layers_can_be_names_of_files(layer):
    assert set(layer_name("a", layer)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_name_of_the_config_is_never_replaced():
    with pytest.raises(ConfigError, match=r"feature_spaces\.dino-blocks-3: `layers`"):
        study(dino=DINO, **{"dino-blocks-3": {"kind": "tfidf"}})
    with pytest.raises(ConfigError, match=r"feature_spaces\.dino-pixels: `layers` or "):
        study(
            dino={**DINO, "controls": ["pixels"]},
            **{"dino-pixels": {"kind": "pixels", "size": 4}},
        )


def test_two_layers_of_one_name_are_refused():
    with pytest.raises(ConfigError, match=r"two layers .* be called 'dino-blocks-3'"):
        study(dino={**DINO, "layers": ["blocks.3", "blocks_3"]})
