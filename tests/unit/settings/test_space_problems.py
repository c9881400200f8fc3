"""Layers, controls and reductions that cannot be are told in sentences."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config

TOKENS = {"kind": "open_clip", "read": "tokens", "layers": ["blocks.3", "blocks.7"]}
CLIP = {"kind": "open_clip"}
LAYER = {"kind": "layer", "of": "net", "layer": "blocks.3"}
BETAS = {
    **{"name": "b", "kind": "betas", "root": ".", "subjects": ["1"], "path": "a.mat"},
    "blocks": [{"response": "x", "stimulus_id": "y"}],
}


def study(spaces, **more):
    return load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {"net": TOKENS, "words": {"kind": "tfidf"}, **spaces},
            **more,
        }
    )


REFUSED = {
    "untrained words": (
        {"words": {"kind": "tfidf", "controls": ["untrained"]}},
        "feature_spaces.words.controls: 'untrained' is for networks, and 'tfidf' has "
        "no weights; leave it out.",
    ),
    "untrained already": (
        {"a": {**CLIP, "weights": "untrained", "controls": ["untrained"]}},
        "feature_spaces.a.controls: these weights are untrained already; leave",
    ),
    "pixels of pixels": (
        {"a": {"kind": "pixels", "controls": ["pixels"]}},
        "feature_spaces.a.controls: these are the pixels; leave 'pixels' out.",
    ),
    "twice": (
        {"a": {**CLIP, "controls": ["pixels", "pixels"]}},
        "feature_spaces.a.controls: a control is listed twice; list it once.",
    ),
    "no such control": (
        {"a": {**CLIP, "controls": ["untraind"]}},
        "feature_spaces.a.controls.0: input should be 'untrained', 'pixels' or "
        "'shuffled', got 'untraind'; did you mean 'untrained'?",
    ),
    "pool of one vector": (
        {"a": {**CLIP, "pool": "max"}},
        "feature_spaces.a.pool: `read: pooled` gives one vector for each stimulus; "
        "pool is for `read: tokens`, `map` or `queries`. Leave it out.",
    ),
    "pool of no network": (
        {"words": {"kind": "tfidf", "pool": "mean"}},
        "feature_spaces.words.pool: 'tfidf' gives one vector for each stimulus;",
    ),
    "layer of nothing": (
        {"a": {**LAYER, "of": "nett"}},
        "feature_spaces.a.of: no entry with layers 'nett'; did you mean 'net'?",
    ),
    "no such layer": (
        {"a": {**LAYER, "layer": "blocks.4"}},
        "feature_spaces.a.layer: 'net' has no layer 'blocks.4'; did you mean 'blocks.",
    ),
    "shuffled nothing": (
        {"a": {"kind": "shuffled", "of": "wrods"}},
        "feature_spaces.a.of: no feature space 'wrods'; did you mean 'words'?",
    ),
    "shuffled itself": (
        {"a": {"kind": "shuffled", "of": "a"}},
        "feature_spaces.a.of: no feature space 'a'",
    ),
    "epsilon": (
        {"a": {**CLIP, "projection": {"epsilon": 1.5}}},
        "feature_spaces.a.projection.epsilon: input should be less than 1, got 1.5.",
    ),
    "projection misspelt": (
        {"a": {**CLIP, "projection": {"epsilom": 0.1}}},
        "projection.epsilom: unknown key 'epsilom'; did you mean 'epsilon'?",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_space_that_cannot_be_is_told_with_the_way_out(case):
    spaces, message = REFUSED[case]

    with pytest.raises(ConfigError) as caught:
        study(spaces)

    assert message in str(caught.value)


MODELS = {
    "misspelt layer": (
        {"encoders": {"e": {"kind": "ridge", "features": ["net-blocks-8"]}}},
        "encoders.e.features: no feature space 'net-blocks-8'; did you mean 'net-bl",
    ),
    "one to choose from": (
        {"encoders": {"e": {"kind": "best_layer", "features": ["net-blocks-3"]}}},
        "'best_layer' takes two feature spaces or more to choose from, got one",
    ),
    "one band": (
        {"encoders": {"e": {"kind": "banded_ridge", "features": ["words"]}}},
        "'banded_ridge' takes two feature spaces or more with penalties of their own",
    ),
    "a decoder of layers": (
        {"decoders": {"d": {"kind": "ridge", "target": "net"}}},
        "decoders.d.target: 'net' has layers; name one of them: net-blocks-3, net-bl",
    ),
    "control of nothing": (
        {
            "encoders": {
                "e": {"kind": "ridge", "features": ["words"]},
                "f": {"kind": "ridge", "features": ["net"], "control_of": "g"},
            }
        },
        "encoders.f.control_of: is 'g', which is no encoder; known: e.",
    ),
    "control of itself": (
        {"encoders": {"e": {"kind": "ridge", "features": ["net"], "control_of": "e"}}},
        "encoders.e.control_of: is itself.",
    ),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_of_what_cannot_be_is_told_with_the_way_out(case):
    more, message = MODELS[case]

    with pytest.raises(ConfigError) as caught:
        study({}, **more)

    assert message in str(caught.value)


def test_layers_and_controls_may_be_named_by_other_encoders():
    features = ["net-blocks-3", "net-untrained-blocks-7", "words-shuffled"]
    spaces = {
        "net": {**TOKENS, "controls": ["untrained"]},
        "words": {"kind": "tfidf", "controls": ["shuffled"]},
    }

    config = study(spaces, encoders={"e": {"kind": "ridge", "features": features}})

    assert config.encoders["e"].features == features


def test_pixels_need_images():
    text = {"captions": {"path": "c.csv", "stimulus_id": "id", "text": "t"}}
    spaces = {"words": {"kind": "tfidf", "controls": ["pixels"]}}
    more = {"responses": {"estimate": "given"}}

    with pytest.raises(ConfigError, match=r"'pixels' needs images, but `dataset.stim"):
        study(spaces, dataset={**BETAS, "stimuli": text}, **more)
    with_images = {**BETAS, "stimuli": {"images": ["*.png"]}}
    assert "words-pixels" in study(spaces, dataset=with_images, **more).feature_spaces


def test_a_contradiction_within_an_entry_is_led_by_its_place():
    with pytest.raises(ConfigError) as refused:
        study({"a": {**CLIP, "layer": "blocks.3"}, "b": {**CLIP, "grid": 4}})

    said = str(refused.value)
    assert "\n  feature_spaces.a: layer is given, but `read: pooled`" in said
    assert "\n  feature_spaces.b: grid: `read: pooled` has no places" in said


def test_pixels_may_come_from_the_pictures_of_a_table():
    spaces = {"net": {**CLIP, "controls": ["pixels"]}}
    dataset = {**BETAS, "stimuli": {"table": "stimuli.tsv"}}

    found = study(spaces, dataset=dataset, responses={"estimate": "given"})

    assert "net-pixels" in found.feature_spaces
