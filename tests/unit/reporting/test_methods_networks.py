"""Words about networks: library, weights, layer and what was read."""

import pytest

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_networks import NETWORK_KINDS

MODEL = {"model": "m", "weights": None, "tower": "image"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "open_clip"}, "image tower of the open_clip model m [1, 2], weights"),
        ({"kind": "timm", "weights": "in1k"}, "timm model m [1], weights in1k"),
        (
            {"kind": "torchvision"},
            "torchvision model m [1], weights of its default tag",
        ),
        ({"kind": "huggingface", "weights": "untrained"}, "untrained, as a control"),
        (
            {"kind": "timm", "read": "tokens", "layer": "blocks.3", "grid": 8},
            "vectors of all places, averaged to 8 × 8, of layer blocks.3 of the timm",
        ),
        ({"kind": "timm", "read": "class"}, "class token of the timm model m"),
    ],
)
def test_a_network_is_described_by_its_options(options, words):
    said = NETWORK_KINDS[options["kind"]]({**MODEL, **options}, Bibliography())

    assert words in said
