"""Methods say what became of features before a model saw them."""

import pytest

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_models import describe_encoders
from boldwise.reporting.methods_spaces import (
    resolve_space,
    tell_controls,
    tell_reduction,
)
from boldwise.settings.config import load_config

NONE = {"n_components": None, "projection": None, "pool": None}
SPACES = {
    "net": {"kind": "open_clip", "read": "tokens", "layers": ["a.1"], **NONE},
    "net-a-1": {**NONE, "kind": "layer", "of": "net", "layer": "a.1", "pool": "max"},
    "net-a-1-shuffled": {"kind": "shuffled", "of": "net-a-1", "seed": 0},
    "words": {"kind": "tfidf", **NONE},
}


def test_a_layer_is_told_by_its_entry_reduced_in_its_own_way():
    lead, space = resolve_space(SPACES, "net-a-1")

    assert lead == ""
    assert (space["kind"], space["layer"]) == ("open_clip", "a.1")
    assert space["pool"] == "max"
    assert resolve_space(SPACES, "words") == ("", SPACES["words"])


def test_a_shuffled_space_is_told_as_a_control():
    lead, space = resolve_space(SPACES, "net-a-1-shuffled")

    assert lead.endswith("within test, as a control: ")
    assert (space["kind"], space["layer"]) == ("open_clip", "a.1")


@pytest.mark.parametrize(
    ("space", "text"),
    [
        ({**NONE, "read": "pooled"}, ""),
        ({**NONE, "read": "tokens"}, ", the mean over places"),
        ({**NONE, "read": "map", "pool": "flatten"}, ", all places"),
        ({**NONE, "n_components": 9}, ", 9 principal components"),
        (
            {**NONE, "projection": {"epsilon": 0.1, "seed": 0}},
            ", sparse random projection that keeps squared distances within 10 % [1]",
        ),
    ],
)
def test_a_reduction_is_told(space, text):
    assert tell_reduction(space, Bibliography()) == text


def test_controls_are_told_by_their_names():
    encoders = {"a": {"control_of": None}, "b": {"control_of": "a"}, "c": {}}

    assert tell_controls(encoders) == " Controls: 'b' of 'a'."
    assert tell_controls({"c": {}}) == ""


def test_the_methods_of_a_study_name_its_layers_and_controls():
    config = load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {
                "net": {
                    **{"kind": "open_clip", "read": "tokens", "layers": ["a.1", "a.2"]},
                    **{"controls": ["untrained", "shuffled"]},
                }
            },
            "encoders": {"net": {"kind": "best_layer", "features": ["net"]}},
            "evaluation": {"low_level_control": False},
        }
    )

    text = describe_encoders(config.model_dump(mode="json"), Bibliography())

    assert "'net-a-1': vectors of all places of layer a.1 of the image tower" in text
    assert "untrained, as a control, the mean over places" in text
    assert "'net-a-2-shuffled': stimuli in random order" in text
    assert "Controls: 'net-untrained' of 'net', 'net-shuffled' of 'net'." in text
