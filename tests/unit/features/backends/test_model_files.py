"""Files that the features of a network depend on."""

import json

import pytest

from boldwise.features.backends.huggingface_files import weight_files
from boldwise.features.backends.model_files import network_files

ABOUT = ["config.json", "preprocessor_config.json"]


def names(kind, model, weights=None):
    options = {"kind": kind, "model": str(model), "weights": weights}
    return [path.name for path in network_files(options)]


def test_a_folder_of_transformers_counts_with_its_transform(vision_folders, tmp_path):
    folder, mine = vision_folders / "vit", tmp_path / "mine.pt"
    mine.write_bytes(b"")

    assert names("huggingface", folder) == [*ABOUT, "model.safetensors"]
    assert names("huggingface", folder, "untrained") == ABOUT
    assert names("huggingface", folder, str(mine)) == [*ABOUT, "mine.pt"]
    assert names("huggingface", "facebook/dinov2-base") == []


@pytest.mark.parametrize("kind", ["timm", "torchvision"])
def test_named_models_have_only_the_checkpoint_that_was_named(kind, tmp_path):
    mine = tmp_path / "mine.pt"
    mine.write_bytes(b"")

    assert names(kind, "resnet18", str(mine)) == ["mine.pt"]
    assert names(kind, "resnet18", "untrained") == names(kind, "resnet18") == []


def test_open_clip_has_files_of_its_own(model_folder):
    assert "open_clip_config.json" in names("open_clip", model_folder)


def test_weights_in_parts_are_whole_or_none(tmp_path):
    parts = [f"model-{index}-of-2.safetensors" for index in (1, 2)]
    index = {"weight_map": {"b": parts[1], "a": parts[0], "c": parts[1]}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / parts[1]).write_bytes(b"")
    assert weight_files(tmp_path) == []

    (tmp_path / parts[0]).write_bytes(b"")

    assert [path.name for path in weight_files(tmp_path)] == parts
