"""One door to all libraries."""

import pytest

from boldwise.errors import ConfigError, WeightsError
from boldwise.features.backends.backbone import KINDS, find_weights, load_backbone
from boldwise.features.registry import NETWORKS


def test_kinds_are_those_of_the_registry():
    assert {kind: f"{name}:build" for kind, name in KINDS.items()} == {
        kind: name.rpartition(".")[2] for kind, name in NETWORKS.items()
    }


def test_an_unknown_kind_gets_a_hint():
    with pytest.raises(
        ConfigError, match=r"network is called 'tim'; did you mean 'timm'"
    ):
        load_backbone("tim", {"model": "x"})
    with pytest.raises(
        ConfigError, match=r"called 'keras'; known: open_clip, timm, tor"
    ):
        find_weights("keras", {"model": "x"})


def test_weights_are_looked_for_without_building_the_model():
    find_weights("timm", {"model": "vit_7b_patch16_dinov3", "weights": "untrained"})

    with pytest.raises(WeightsError, match="no such checkpoint"):
        find_weights("torchvision", {"model": "resnet18", "weights": "absent.pt"})
