"""Options of networks: what excludes each other is told."""

import pytest
from pydantic import TypeAdapter, ValidationError

from boldwise.features.registry import NETWORKS
from boldwise.settings.networks import NetworkSpace, OpenClip

READ = TypeAdapter(NetworkSpace).validate_python


def space(**options):
    return READ({"kind": "timm", "model": "test_vit", **options})


def test_kinds_are_those_that_can_be_loaded():
    for kind in NETWORKS:
        assert READ({"kind": kind, "model": "x"}).kind == kind


def test_the_default_is_the_embedding_of_the_model():
    chosen = READ({"kind": "open_clip"})

    assert isinstance(chosen, OpenClip)
    assert (chosen.model, chosen.read, chosen.layer) == ("tiny-clip", "pooled", None)
    assert (chosen.device, chosen.precision, chosen.batch_size) == (
        "auto",
        "float32",
        None,
    )


def test_layers_are_names_or_indices():
    chosen = space(layers=["blocks.3", -1], read="tokens", grid=8)

    assert chosen.layers == ["blocks.3", -1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"layer": -1}, "layer is given, but `read: pooled` is the model's own"),
        ({"layers": ["a"]}, "layers is given, but `read: pooled`"),
        ({"layer": "a", "layers": ["b"], "read": "mean"}, "layer and layers are both"),
        ({"grid": 4}, "grid: `read: pooled` has no places to average"),
        ({"layer": 0, "read": "class", "grid": 4}, "`read: class` has no places"),
        ({"layers": ["a", "b", "a"], "read": "mean"}, "layers lists a more than once"),
        ({"grid": 0, "read": "map"}, "greater than or equal to 1"),
    ],
)
def test_contradictions_are_told(options, told):
    with pytest.raises(ValidationError, match=told):
        space(**options)


def test_the_text_tower_has_no_layers():
    with pytest.raises(ValidationError, match="`read: tokens` is for the image tower"):
        READ({"kind": "open_clip", "tower": "text", "read": "tokens"})
