"""Language models from folders, and what is said of those that are not whole."""

import json
import pickle
import shutil
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from boldwise.errors import WeightsError
from boldwise.features.backends import text_loading
from boldwise.features.backends.text_loading import load_text_model
from boldwise.features.backends.text_model import run_batch, tokenise
from boldwise.features.backends.text_source import find_text_source


def load(folder, weights=None, **options):
    """Load the model of a folder."""
    return load_text_model(find_text_source(str(folder), weights), **options)


def state_of(model):
    """Describe a few words."""
    return run_batch(model, [tokenise(model, ["a", "book"])[0]], ["hidden.2"])[0]


@pytest.fixture
def folder(causal_folder, tmp_path):
    """Copy a model that may be broken."""
    return shutil.copytree(causal_folder, tmp_path / "model")


def test_a_card_tells_layers_licence_hash_and_marks(causal_folder, two_sided_folder):
    one, other = load(causal_folder), load(two_sided_folder)

    assert [layer.name for layer in one.card.layers] == [
        f"hidden.{k}" for k in range(4)
    ]
    assert {layer.shape for layer in one.card.layers} == {(16,)}
    assert (one.card.licence, len(one.card.weights_sha256)) == ("mit", 64)
    assert one.card.weights == "model.safetensors"
    assert json.loads(one.card.preprocessing)["marks"] == [["<start>"], []]
    assert json.loads(other.card.preprocessing)["marks"] == [["[CLS]"], ["[SEP]"]]
    assert (one.room, other.room) == (95, 62)


def test_whether_a_model_sees_both_sides_is_tried(causal_folder, two_sided_folder):
    assert load(causal_folder).causal
    assert not load(two_sided_folder).causal
    assert not load(two_sided_folder, "untrained").causal


def test_untrained_weights_depend_on_the_seed_alone(causal_folder):
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    one, same, other = (
        state_of(load(causal_folder, "untrained", seed=seed)) for seed in (1, 1, 2)
    )

    assert torch.rand(1) == expected  # the generator is as it was
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.01
    assert np.abs(one - state_of(load(causal_folder))).max() > 0.01
    assert load(causal_folder, "untrained", seed=3).card.weights == "untrained, seed 3"


def test_weights_that_are_not_there_are_never_made_up(folder):
    weights = load_file(folder / "model.safetensors")
    lost = next(name for name in weights if name.endswith("h.1.mlp.c_fc.weight"))
    del weights[lost]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(WeightsError, match=r"1 weights are not in .*h.1.mlp.c_fc.weig"):
        load(folder)


def test_weights_of_another_size_do_not_fit(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "n_embd": 32}))

    with pytest.raises(WeightsError, match=r"weights are not in .* or of another size"):
        load(folder)


def test_a_folder_without_a_tokenizer_is_told(folder):
    for path in folder.glob("*token*"):
        path.unlink()

    said = r"its tokenizer makes nothing of words, so its files lack\. Put tokenizer\.j"
    with pytest.raises(WeightsError, match=said):
        load(folder)


class Bomb:
    """Leave a mark when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize(
    "write",
    [torch.save, lambda one, path: path.write_bytes(pickle.dumps(one, protocol=2))],
)
def test_code_in_a_pickle_is_never_run(folder, tmp_path, write):
    (folder / "model.safetensors").unlink()
    write({"wte.weight": Bomb(tmp_path / "mark")}, folder / "pytorch_model.bin")

    with pytest.raises(WeightsError, match="cannot be built"):
        load(folder)
    assert not (tmp_path / "mark").exists()


def test_tensors_of_a_pickle_are_read(folder, causal_folder):
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")

    np.testing.assert_array_equal(state_of(load(folder)), state_of(load(causal_folder)))


@pytest.mark.parametrize(
    "name",
    ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"],
)
@pytest.mark.parametrize("content", [b"nonsense", b"{}", b""])
def test_a_damaged_file_is_told_in_one_sentence(folder, name, content):
    if name == "tokenizer_config.json" and content == b"{}":
        return  # all that it says has a default
    (folder / name).write_bytes(content)

    with pytest.raises(WeightsError, match=r"cannot be built from .* Fetch its files"):
        load(folder)


def test_a_tokenizer_that_cannot_point_at_letters_is_refused(folder, monkeypatch):
    import transformers

    class Slow:
        is_fast = False

    auto = transformers.AutoTokenizer
    monkeypatch.setattr(auto, "from_pretrained", lambda *args, **kwargs: Slow())

    with pytest.raises(WeightsError, match=r"which letters .* Put a tokenizer.json"):
        load(folder)


def test_without_transformers_it_is_named(causal_folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)

    with pytest.raises(WeightsError, match=r"needs the package transformers.*pip inst"):
        load(causal_folder)


def test_loading_is_silent_and_leaves_logging_as_it_was(causal_folder, capfd):
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    load(causal_folder)

    assert capfd.readouterr() == ("", "")
    assert logging.is_progress_bar_enabled() == shown
    assert text_loading.ENDLESS > 10**8
