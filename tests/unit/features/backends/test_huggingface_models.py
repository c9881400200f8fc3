"""Image models of transformers from folders, against transformers itself."""

import shutil
import sys

import huggingface_hub
import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from boldwise.errors import WeightsError
from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.huggingface_models import find
from boldwise.features.backends.readout import Readout


def open_folder(folder, **options):
    return load_backbone(
        "huggingface", {"model": str(folder), "device": "cpu", **options}
    )


def noise(backbone, n=2):
    size = (n, 3, *backbone.card.input_size)
    return np.random.default_rng(0).normal(size=size).astype(np.float32)


@pytest.mark.parametrize("name", ["vit", "dino", "clip"])
def test_a_folder_gives_what_transformers_gives(vision_folders, name):
    backbone = open_folder(vision_folders / name)
    pixels = noise(backbone)

    taken = backbone.describe(pixels, [Readout()])[0]

    network = transformers.AutoModel.from_pretrained(vision_folders / name).eval()
    given = torch.from_numpy(pixels)
    with torch.no_grad():
        if name == "clip":
            pooled = network.get_image_features(pixel_values=given).pooler_output
            expected = torch.nn.functional.normalize(pooled, dim=-1)
        else:
            expected = network(pixel_values=given).pooler_output
    np.testing.assert_allclose(taken, expected, rtol=1e-5, atol=1e-6)
    assert backbone.card.weights == "model.safetensors"
    assert len(backbone.card.weights_sha256) == 64


def test_a_checkpoint_elsewhere_replaces_that_of_the_folder(vision_folders, tmp_path):
    state = load_file(vision_folders / "vit/model.safetensors")
    save_file({n: one * 1.5 for n, one in state.items()}, tmp_path / "mine.safetensors")

    own = open_folder(vision_folders / "vit")
    mine = open_folder(
        vision_folders / "vit", weights=str(tmp_path / "mine.safetensors")
    )

    pixels = noise(own)
    one, other = (each.describe(pixels, [Readout()])[0] for each in (own, mine))
    assert np.abs(one - other).max() > 0.01
    assert mine.card.weights == "mine.safetensors"


def test_a_pooler_that_was_never_trained_is_not_read(vision_folders, tmp_path):
    shutil.copytree(vision_folders / "vit", tmp_path / "vit")
    path = tmp_path / "vit/model.safetensors"
    state = load_file(path)
    kept = {name: one for name, one in state.items() if "pooler" not in name}
    save_file(kept, path, metadata={"format": "pt"})
    backbone = open_folder(tmp_path / "vit")

    readouts = [Readout(), Readout("layernorm", "class")]
    pooled, first = backbone.describe(noise(backbone), readouts)

    assert len(kept) < len(state)
    np.testing.assert_array_equal(pooled, first)


def test_a_checkpoint_that_lacks_tensors_is_refused(vision_folders, tmp_path):
    state = load_file(vision_folders / "vit/model.safetensors")
    kept = {name: one for name, one in state.items() if "layers.1" not in name}
    kept = {name: one for name, one in kept.items() if "layer.1" not in name}
    save_file(kept, tmp_path / "part.safetensors", metadata={"format": "pt"})

    with pytest.raises(WeightsError, match=r"do not fit .*\d+ tensors such as .* lack"):
        open_folder(vision_folders / "vit", weights=str(tmp_path / "part.safetensors"))


def test_a_checkpoint_of_another_size_is_refused(vision_folders, tmp_path):
    state = load_file(vision_folders / "vit/model.safetensors")
    name = next(one for one in state if one.endswith("cls_token"))
    state[name] = state[name][..., :-1].contiguous()
    save_file(state, tmp_path / "mine.safetensors")

    said = r"do not fit the architecture .*\(1 such as .*cls_token differ in size\)"
    with pytest.raises(WeightsError, match=said):
        open_folder(vision_folders / "vit", weights=str(tmp_path / "mine.safetensors"))


def test_untrained_weights_follow_the_seed(vision_folders):
    def first(seed):
        backbone = open_folder(vision_folders / "vit", weights="untrained", seed=seed)
        return backbone.describe(noise(backbone), [Readout()])[0]

    np.testing.assert_array_equal(first(1), first(1))
    assert np.abs(first(1) - first(2)).max() > 0.01


def test_the_licence_is_that_of_the_model_card(vision_folders, tmp_path):
    shutil.copytree(vision_folders / "vit", tmp_path / "vit")
    (tmp_path / "vit/README.md").write_text(
        "---\nlicense: apache-2.0\n---\n# A model\n"
    )

    assert open_folder(tmp_path / "vit").card.licence == "apache-2.0"
    assert open_folder(vision_folders / "vit").card.licence == "not stated"


def test_folders_that_lack_something_say_what(vision_folders, tmp_path):
    with pytest.raises(WeightsError, match=rf"{tmp_path}: no config.json"):
        find({"model": str(tmp_path)})
    shutil.copy(vision_folders / "vit/config.json", tmp_path)
    with pytest.raises(
        WeightsError, match=r"no weights \(model.safetensors or pytorch_"
    ):
        find({"model": str(tmp_path)})
    (tmp_path / "config.json").write_text('{"model_type": "unheard of"}')
    with pytest.raises(WeightsError, match=r"cannot be built from .*config.json \("):
        open_folder(tmp_path, weights="untrained")


def test_a_model_of_the_hub_that_cannot_be_had_is_told(monkeypatch, tmp_path):
    constants = huggingface_hub.constants
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))

    told = rf"'main' are neither in {tmp_path} nor .*facebook/dinov2-base \(HF_HUB_OFF"
    with pytest.raises(WeightsError, match=rf"{told}.*give its path as model\."):
        find({"model": "facebook/dinov2-base"})


def test_without_transformers_the_way_to_install_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)

    with pytest.raises(WeightsError, match=r"pip install 'boldwise\[huggingface\]'"):
        find({"model": "facebook/dinov2-base"})


def test_progress_bars_are_left_as_they_were(vision_folders, capfd):
    bars = transformers.utils.logging
    shown = bars.is_progress_bar_enabled()

    open_folder(vision_folders / "vit")

    assert bars.is_progress_bar_enabled() == shown
    assert capfd.readouterr().err == ""
