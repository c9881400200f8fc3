"""Classifiers of torchvision against torchvision itself; nothing is downloaded."""

import huggingface_hub
import numpy as np
import pytest
import torch
from torchvision import models

from boldwise.errors import WeightsError
from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.readout import Readout
from boldwise.features.backends.torchvision_models import find

MODEL = "mobilenet_v3_small"


@pytest.fixture
def network():
    with torch.random.fork_rng():
        torch.manual_seed(8)
        return models.get_model(MODEL, weights=None).eval()


def test_a_checkpoint_gives_what_torchvision_gives(network, tmp_path):
    path = tmp_path / "mine.pth"
    torch.save({"state_dict": network.state_dict()}, path)
    pixels = np.random.default_rng(0).normal(size=(2, 3, 224, 224)).astype(np.float32)

    backbone = load_backbone("torchvision", {"model": MODEL, "weights": str(path)})
    readouts = [Readout("classifier.3", "mean"), Readout()]
    logits, pooled = backbone.describe(pixels, readouts)

    with torch.no_grad():
        expected = network(torch.from_numpy(pixels)).numpy()
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)
    last = network.classifier[3]
    again = pooled @ last.weight.detach().numpy().T + last.bias.detach().numpy()
    np.testing.assert_allclose(again, expected, rtol=1e-4, atol=1e-5)
    assert backbone.card.weights == "mine.pth"


def test_published_names_of_densenets_are_understood(tmp_path):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        state = models.densenet121(weights=None).state_dict()
    old = {name.replace(".norm1.", ".norm.1."): one for name, one in state.items()}
    assert set(old) != set(state)
    torch.save(old, tmp_path / "old.pth")

    options = {"model": "densenet121", "weights": str(tmp_path / "old.pth")}
    backbone = load_backbone("torchvision", options)

    assert backbone.card.width == 1024


def test_weights_of_another_architecture_are_refused(tmp_path):
    torch.save({"x": torch.zeros(2)}, tmp_path / "other.pth")

    options = {"model": MODEL, "weights": str(tmp_path / "other.pth")}
    with pytest.raises(WeightsError, match=r"other.pth: these weights do not fit"):
        load_backbone("torchvision", options)


def test_an_unknown_model_or_tag_gets_a_hint():
    with pytest.raises(
        WeightsError, match=r"called 'resnet-18'; did you mean 'resnet18'"
    ):
        find({"model": "resnet-18"})
    with pytest.raises(
        WeightsError, match=r"no weights 'V1' of 'resnet18'.*'IMAGENET1K"
    ):
        find({"model": "resnet18", "weights": "V1"})


def test_weights_that_cannot_be_had_say_where_they_were_looked_for(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))

    told = rf"'IMAGENET1K_V1' are neither in {tmp_path}/checkpoints .*resnet18-f37072fd"
    with pytest.raises(WeightsError, match=told):
        find({"model": "resnet18"})


def test_weights_that_were_fetched_before_are_taken(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    path = tmp_path / "checkpoints/resnet50-11ad3fa6.pth"
    path.parent.mkdir()
    path.write_bytes(b"")

    entry, found = find({"model": "resnet50"})

    assert (entry.name, found) == ("IMAGENET1K_V2", path)
    assert find({"model": "resnet50", "weights": "untrained"})[1] is None
