"""Cards of networks: equal settings are equal text."""

from boldwise.features.backends.cards import Card, LayerCard, canonical


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
