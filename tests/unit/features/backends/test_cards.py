"""Cards of networks: equal settings are equal text."""

from dataclasses import replace

import pytest

from boldwise.errors import ConfigError
from boldwise.features.backends.cards import (
    Card,
    LayerCard,
    canonical,
    name_of_layer,
    unknown_layer,
)


def test_equal_settings_are_equal_text():
    assert canonical({"b": (1, 2), "a": 0.5}) == '{"a":0.5,"b":[1,2]}'
    assert canonical({"a": 0.5, "b": [1, 2]}) == canonical({"b": (1, 2), "a": 0.5})


def test_the_width_of_a_layer_is_its_number_of_channels():
    assert LayerCard("a", (8, 3, 4), "map", (3, 4)).width == 8
    assert LayerCard("b", (12, 5), "tokens", (3, 4)).width == 5
    assert LayerCard("c", (7,), "vector").width == 7


def test_what_makes_features_is_told_in_words():
    card = Card("timm", "m", "tag", "abc", "{}", (4, 4), "MIT", 3, ())

    assert card.told() == {
        "weights": "tag",
        "weights_sha256": "abc",
        "preprocessing": "{}",
        "licence": "MIT",
    }


CARD = Card(
    *("timm", "small", "tag", "abc", "{}", (4, 4), "MIT", 3),
    tuple(LayerCard(name, (3,), "vector") for name in ("stem", "blocks.0", "norm")),
)


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        *(("0", "stem"), ("2", "norm"), ("-1", "norm"), ("-3", "stem")),
        *(("blocks.0", "blocks.0"), ("blocks.7", "blocks.7"), ("-x", "-x")),
    ],
)
def test_a_layer_is_named_by_its_index_from_either_end(layer, name):
    assert name_of_layer(CARD, layer) == name


def test_a_digit_of_another_script_is_a_name():
    assert name_of_layer(CARD, "²") == "²"


@pytest.mark.parametrize("layer", ["3", "-4"])
def test_an_index_beyond_the_layers_is_refused_with_their_number(layer):
    said = rf"layer {layer}: 'small' has 3 layers, from 0 to 2, .*describe timm small` "
    with pytest.raises(ConfigError, match=said):
        name_of_layer(CARD, layer)


def test_a_misspelt_layer_is_told_with_the_closest_of_all_modules():
    error = unknown_layer(CARD, "block.0.atn", ["stem", "blocks.0", "blocks.0.attn"])

    assert "'small' has no layer 'block.0.atn'; did you mean 'blocks.0." in str(error)
    assert str(error).endswith(
        "`boldwise features describe timm small` lists its layers."
    )


def test_a_layer_like_none_is_told_with_those_there_are():
    error = unknown_layer(CARD, "zzz", ["stem", "blocks.0", "norm"])

    assert "'zzz'; known: 'stem', 'blocks.0', 'norm'. `boldwise" in str(error)


def test_notes_are_no_part_of_what_makes_features():
    assert replace(CARD, notes="seen").told() == CARD.told()
