"""Encoders that choose: what they are given, and what is refused."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.layer_choice import BestLayerEncoder


def study(**changes):
    encoder = {"kind": "best_layer", "features": ["one", "two"], **changes}
    return load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {
                "one": {"kind": "gabor_pyramid"},
                "two": {"kind": "colour_statistics"},
            },
            "encoders": {"best": encoder},
        }
    )


def test_each_voxel_chooses_by_default():
    encoder = study().encoders["best"]

    assert isinstance(encoder, BestLayerEncoder)
    assert encoder.choose_by == "voxel"
    assert encoder.penalties.n == 16


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"features": ["one"]},
            "encoders.best.features: 'best_layer' takes two feature spaces or more to "
            "choose from, got one; write `kind: ridge`.",
        ),
        (
            {"features": ["one", "two", "one"]},
            "best_layer: features lists one more than once",
        ),
        ({"features": ["one", "tow"]}, "no feature space 'tow'; did you mean 'two'?"),
        ({"choose_by": "region"}, "input should be 'voxel', 'roi' or 'all'"),
        ({"chose_by": "roi"}, "unknown key 'chose_by'; did you mean 'choose_by'?"),
        ({"kind": "best_layers"}, "unknown kind 'best_layers'; did you mean 'best_lay"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(changes, message):
    with pytest.raises(ConfigError) as caught:
        study(**changes)

    assert message in str(caught.value)
