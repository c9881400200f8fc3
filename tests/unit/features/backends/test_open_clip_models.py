"""The image tower of open_clip as a backbone."""

import numpy as np
import pytest

from boldwise.errors import ConfigError
from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.clip import clip_embedding
from boldwise.features.backends.readout import Readout
from boldwise.features.records import Stimuli


def test_the_embedding_of_the_backbone_is_that_of_the_feature_space(model_folder):
    image = np.random.default_rng(0).integers(0, 256, (3, 40, 48, 3), dtype=np.uint8)
    stimuli = Stimuli(np.array(["a", "b", "c"]), image)
    backbone = load_backbone("open_clip", {"model": str(model_folder), "device": "cpu"})

    pixels = np.stack([backbone.prepare(one) for one in image])
    taken = backbone.describe(pixels, [Readout()])[0]

    space = clip_embedding(stimuli, model=str(model_folder))
    np.testing.assert_allclose(taken, space.feature, atol=1e-6)
    told = backbone.card.told()
    assert {name: told[name] for name in space.notes if name in told} == {
        name: space.notes[name] for name in told if name in space.notes
    }


def test_the_shipped_model_states_its_licence_and_maps(load):
    trained = load_backbone("open_clip", {"model": "tiny-clip", "device": "cpu"})

    assert trained.card.licence == "MIT"
    assert load("open_clip:tiny-clip").card.licence == "not stated"
    assert trained.expect(Readout("layer4", "tokens")) == ((4, 512), (2, 2))


def test_the_text_tower_has_no_layers():
    with pytest.raises(ConfigError, match="text tower of open_clip has no layers"):
        load_backbone("open_clip", {"model": "tiny-clip", "tower": "text"})
