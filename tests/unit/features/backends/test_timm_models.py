"""Models of timm against timm itself; nothing is downloaded."""

import hashlib

import huggingface_hub
import numpy as np
import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import save_file

from boldwise.errors import WeightsError
from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.readout import Readout
from boldwise.features.backends.timm_models import find


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """Take the network and the hub's cache away."""
    constants = huggingface_hub.constants
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_checkpoint_gives_what_timm_gives(tmp_path, suffix):
    with torch.random.fork_rng():
        torch.manual_seed(8)
        network = timm.create_model("test_vit").eval()
    path = tmp_path / f"mine{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(network.state_dict(), path)
    image = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)

    backbone = load_backbone("timm", {"model": "test_vit", "weights": str(path)})
    taken = backbone.describe(backbone.prepare(image)[None], [Readout()])[0]

    settings = timm.data.resolve_data_config({}, model=network)
    chain = timm.data.create_transform(**settings, is_training=False)
    with torch.no_grad():
        pixels = chain(Image.fromarray(image))[None]
        expected = network.forward_head(
            network.forward_features(pixels), pre_logits=True
        )
    np.testing.assert_allclose(taken, expected, rtol=1e-4, atol=1e-5)
    assert backbone.card.weights == path.name
    assert backbone.card.weights_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_untrained_weights_follow_the_seed_and_leave_the_generator_alone():
    state = torch.get_rng_state()

    def first(seed):
        options = {"model": "test_vit", "weights": "untrained", "seed": seed}
        backbone = load_backbone("timm", options)
        pixels = np.ones((1, 3, *backbone.card.input_size), np.float32)
        return backbone.describe(pixels, [Readout()])[0]

    np.testing.assert_array_equal(first(1), first(1))
    assert np.abs(first(1) - first(2)).max() > 0.01
    assert torch.equal(state, torch.get_rng_state())


def test_weights_of_another_architecture_are_refused(tmp_path):
    path = tmp_path / "other.pth"
    torch.save({"cls_token": torch.zeros(1, 1, 3)}, path)

    with pytest.raises(
        WeightsError, match=r"other.pth: these weights do not fit .*vit'"
    ):
        load_backbone("timm", {"model": "test_vit", "weights": str(path)})


def test_an_unknown_model_or_tag_gets_a_hint():
    with pytest.raises(
        WeightsError, match=r"called 'test_vitt'; did you mean 'test_vit"
    ):
        find({"model": "test_vitt"})
    with pytest.raises(
        WeightsError, match=r"no weights 'r1600_in1k' of 'test_vit'; did"
    ):
        find({"model": "test_vit", "weights": "r1600_in1k"})
    with pytest.raises(
        WeightsError, match=r"weights 'x' of 'test_vit'.*knows 'r160_in1"
    ):
        find({"model": "test_vit.x"})


def test_weights_that_cannot_be_had_say_where_they_were_looked_for(offline):
    told = rf"'test_vit.r160_in1k' are neither in {offline} .*timm/test_vit.*OFFLINE"
    with pytest.raises(WeightsError, match=told):
        find({"model": "test_vit"})


def test_a_model_without_weights_anywhere_must_be_given_some(offline):
    with pytest.raises(
        WeightsError, match=r"timm offers no weights of 'botnet50ts_256'"
    ):
        find({"model": "botnet50ts_256"})


def test_weights_in_the_cache_of_the_hub_are_taken(offline):
    place = offline / "models--timm--test_vit.r160_in1k"
    weights = place / "snapshots/abc/model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"")
    (place / "refs").mkdir()
    (place / "refs/main").write_text("abc")

    assert find({"model": "test_vit"}) == ("test_vit.r160_in1k", weights)
    assert find({"model": "test_vit", "weights": "r160_in1k"})[1] == weights


def test_an_absent_checkpoint_is_named():
    with pytest.raises(WeightsError, match="no such checkpoint for model 'test_vit'"):
        find({"model": "test_vit", "weights": "absent.pt"})
