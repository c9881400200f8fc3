"""Where language models come from, and what is said when they do not."""

import hashlib
import sys

import huggingface_hub
import pytest

from boldwise.errors import WeightsError
from boldwise.features.backends.checkpoints import hash_of
from boldwise.features.backends.text_source import find_text_source, text_files_of

NAME = "owner/some-model"


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """Take the network and the hub's cache away."""
    constants = huggingface_hub.constants
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def fill(folder, names=("config.json", "model.safetensors")):
    """Put files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    return folder


def test_a_folder_brings_its_weights(tmp_path):
    source = find_text_source(str(fill(tmp_path)))

    assert source.checkpoint == (tmp_path / "model.safetensors",)
    assert (source.weights, source.is_safe) == ("model.safetensors", True)
    assert source.licence == "not stated"
    assert source.read("config.json") == {}
    assert source.read("absent.json") is None


def test_safetensors_win_over_pickles_and_shards_are_taken_together(tmp_path):
    fill(tmp_path, ["config.json", "pytorch_model.bin"])
    assert not find_text_source(str(tmp_path)).is_safe

    shards = [f"model-0000{k}-of-00002.safetensors" for k in (1, 2)]
    fill(tmp_path, shards)

    source = find_text_source(str(tmp_path))
    assert [path.name for path in source.checkpoint] == shards
    each = hashlib.sha256(b"{}").hexdigest()
    assert hash_of(source.checkpoint) == hashlib.sha256(each.encode() * 2).hexdigest()


def test_the_licence_stands_at_the_top_of_the_page(tmp_path):
    fill(tmp_path)
    (tmp_path / "README.md").write_text("---\nlanguage: en\nlicense: apache-2.0\n---")

    assert find_text_source(str(tmp_path)).licence == "apache-2.0"


def test_untrained_weights_need_no_checkpoint(tmp_path):
    fill(tmp_path, ["config.json"])

    source = find_text_source(str(tmp_path), "untrained")

    assert (source.checkpoint, source.weights) == ((), "untrained")
    with pytest.raises(WeightsError, match=rf"no weights .* lie in {tmp_path}\. Put"):
        find_text_source(str(tmp_path))
    with pytest.raises(WeightsError, match=r"weights 'mine.pt' are neither absent nor"):
        find_text_source(str(tmp_path), "mine.pt")


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(WeightsError, match=rf"no config.json lies in {tmp_path}\. Na"):
        find_text_source(str(tmp_path))
    with pytest.raises(WeightsError, match=r"no config.json lies in .*absent"):
        find_text_source("./absent/model")


def test_a_model_may_lie_in_an_installed_package(tmp_path, monkeypatch):
    fill(tmp_path / "some_package", ["__init__.py"])
    fill(tmp_path / "some_package/model")
    monkeypatch.syspath_prepend(tmp_path)

    source = find_text_source("package:some_package/model")

    assert source.folder == tmp_path / "some_package/model"
    assert "some_package" not in sys.modules  # nothing of it was run
    with pytest.raises(WeightsError, match=r"the package has no config.json in .*lost"):
        find_text_source("package:some_package/lost")
    with pytest.raises(WeightsError, match=r"'no_such' is not installed.*no-such`"):
        find_text_source("package:no_such/model")


def test_a_name_is_taken_from_the_cache_of_the_hub(offline):
    kept = offline / "models--owner--some-model"
    folder = fill(kept / "snapshots/abc")
    (kept / "refs").mkdir()
    (kept / "refs/main").write_text("abc")

    assert find_text_source(NAME).folder == folder


def test_a_name_that_cannot_be_had_says_where_it_was_looked_for(offline):
    told = (
        rf"model '{NAME}': the weights .* neither in {offline} nor .*{NAME} "
        r"\(HF_HUB_OFFLINE is set\)\. Download config.json.* give the folder"
    )
    with pytest.raises(WeightsError, match=told):
        find_text_source(NAME)


def test_a_change_of_any_file_of_a_model_changes_its_features(tmp_path):
    names = ["config.json", "model.safetensors", "tokenizer.json", "vocab.txt"]
    names += ["1_Pooling/config.json"]
    fill(tmp_path, [*names, "README.md"])

    assert text_files_of(str(tmp_path)) == sorted(tmp_path / name for name in names)
    untrained = text_files_of(str(tmp_path), "untrained")
    assert tmp_path / "model.safetensors" not in untrained
    assert text_files_of(NAME) == []
    assert text_files_of("package:no_such/model") == []
