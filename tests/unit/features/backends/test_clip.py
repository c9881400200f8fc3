"""The way into open_clip against open_clip called by hand."""

import hashlib
import json
import logging

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from boldwise.errors import ConfigError, DataError, WeightsError
from boldwise.features.backends import clip
from boldwise.features.backends.clip import clip_embedding
from boldwise.features.records import Stimuli

CAPTIONS = np.array(["a red dog", "a cat", "a dog\na red cat", ""])


@pytest.fixture(scope="module")
def stimuli():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (4, 40, 48, 3), dtype=np.uint8)
    return Stimuli(np.array(["a", "b", "c", "d"]), image, CAPTIONS)


@pytest.fixture(scope="module")
def reference(model_folder):
    name = f"local-dir:{model_folder}"
    model, _, prepare = open_clip.create_model_and_transforms(name)
    vocabulary = str(model_folder / "bpe_vocabulary.txt.gz")
    tokenizer = open_clip.get_tokenizer(name, bpe_path=vocabulary)
    return model.eval(), prepare, tokenizer


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def test_images_are_embedded_as_open_clip_does(model_folder, stimuli, reference):
    model, prepare, _ = reference

    space = clip_embedding(stimuli, model=str(model_folder))

    with torch.no_grad():
        pixels = torch.stack([prepare(Image.fromarray(one)) for one in stimuli.image])
        expected = model.encode_image(pixels).numpy()
    np.testing.assert_allclose(space.feature, unit(expected), atol=1e-6)
    assert space.feature.dtype == np.float32


def test_texts_are_embedded_as_open_clip_does(model_folder, stimuli, reference):
    model, _, tokenizer = reference

    space = clip_embedding(stimuli, model=str(model_folder), tower="text")

    with torch.no_grad():
        expected = unit(model.encode_text(tokenizer(["a red dog", "a cat"])).numpy())
    np.testing.assert_allclose(space.feature[:2], expected, atol=1e-6)


def test_lines_of_a_caption_are_averaged_and_brought_to_length_one(
    model_folder, stimuli, reference
):
    model, _, tokenizer = reference

    space = clip_embedding(stimuli, model=str(model_folder), tower="text")

    with torch.no_grad():
        each = unit(model.encode_text(tokenizer(["a dog", "a red cat"])).numpy())
    np.testing.assert_allclose(space.feature[2], unit(each.sum(axis=0)), atol=1e-6)


def test_a_batch_is_cut_without_trace(model_folder, stimuli, monkeypatch):
    towers = ("image", "text")
    whole = [clip_embedding(stimuli, model=str(model_folder), tower=t) for t in towers]
    monkeypatch.setattr(clip, "BATCH", 3)

    cut = [clip_embedding(stimuli, model=str(model_folder), tower=t) for t in towers]

    for one, other in zip(whole, cut, strict=True):
        np.testing.assert_allclose(one.feature, other.feature, atol=1e-6)


def test_notes_tell_weights_preprocessing_and_cut_texts(model_folder, stimuli):
    long = Stimuli(np.array(["a", "b"]), caption=np.array(["dog " * 11, "dog " * 10]))
    weights = (model_folder / "model.safetensors").read_bytes()

    image = clip_embedding(stimuli, model=str(model_folder)).notes
    text = clip_embedding(long, model=str(model_folder), tower="text").notes

    assert image["weights"] == "model.safetensors"
    assert image["weights_sha256"] == hashlib.sha256(weights).hexdigest()
    assert json.loads(image["preprocessing"])["mean"] == [0.4, 0.5, 0.6]
    assert json.loads(image["preprocessing"])["size"] == [32, 32]
    assert text["preprocessing"] == "SimpleTokenizer, 12 tokens"
    assert text["texts"] == "2, of which 1 were cut at 12 tokens"


def test_untrained_weights_follow_the_seed_and_nothing_else(model_folder, stimuli):
    def embed(seed):
        options = {"model": str(model_folder), "weights": "untrained", "seed": seed}
        return clip_embedding(stimuli, **options)

    first = embed(1)
    torch.rand(3)
    state = torch.get_rng_state()

    again, other = embed(1), embed(2)

    np.testing.assert_array_equal(first.feature, again.feature)
    assert np.abs(first.feature - other.feature).max() > 0.05
    assert first.notes["weights"] == "untrained, seed 1"
    assert torch.equal(state, torch.get_rng_state())


def test_the_shipped_architecture_can_be_taken_untrained(stimuli):
    space = clip_embedding(stimuli, weights="untrained")

    np.testing.assert_allclose(np.linalg.norm(space.feature, axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_a_checkpoint_elsewhere_replaces_that_of_the_folder(
    model_folder, stimuli, tmp_path, suffix
):
    state = load_file(model_folder / "model.safetensors")
    changed = {name: value * 1.5 for name, value in state.items()}
    path = tmp_path / f"mine{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(changed, path)

    mine = clip_embedding(stimuli, model=str(model_folder), weights=str(path))

    own = clip_embedding(stimuli, model=str(model_folder))
    assert np.abs(mine.feature - own.feature).max() > 1e-3
    assert mine.notes["weights"] == path.name


def test_threads_and_logging_are_left_as_they_were(model_folder, stimuli, caplog):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        clip_embedding(stimuli, model=str(model_folder))
        n_threads = torch.get_num_threads()
    finally:
        torch.set_num_threads(before)

    assert n_threads == 2
    assert not [record for record in caplog.records if record.levelname == "WARNING"]
    assert logging.root.manager.disable == logging.NOTSET


def test_weights_of_another_architecture_are_refused(model_folder, stimuli, tmp_path):
    state = load_file(model_folder / "model.safetensors")
    state["text_projection"] = torch.zeros(7, 7)
    path = tmp_path / "other.safetensors"
    save_file(state, path)

    with pytest.raises(
        WeightsError, match=r"other.safetensors: .*do not fit.*text_pro"
    ):
        clip_embedding(stimuli, model=str(model_folder), weights=str(path))


@pytest.mark.parametrize("name", ["bad.safetensors", "bad.pt"])
def test_a_file_of_something_else_is_refused(model_folder, stimuli, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"no weights at all, but long enough to look like a header")

    with pytest.raises(WeightsError, match=r"bad\..*: cannot be read as safetensors"):
        clip_embedding(stimuli, model=str(model_folder), weights=str(path))


@pytest.mark.parametrize("name", ["cut.safetensors", "cut.pt"])
def test_a_truncated_checkpoint_is_refused(model_folder, stimuli, tmp_path, name):
    path = tmp_path / name
    state = load_file(model_folder / "model.safetensors")
    (save_file if name.endswith("s") else torch.save)(state, path)
    path.write_bytes(path.read_bytes()[:-2000])

    with pytest.raises(WeightsError, match=r"cut\..*: cannot be read as safetensors"):
        clip_embedding(stimuli, model=str(model_folder), weights=str(path))


def test_a_checkpoint_may_not_bring_code(model_folder, stimuli, tmp_path):
    path = tmp_path / "code.pt"
    torch.save({"weights": Image.new("RGB", (2, 2))}, path)

    with pytest.raises(WeightsError, match=r"tensors only \(it holds something else\)"):
        clip_embedding(stimuli, model=str(model_folder), weights=str(path))


def test_a_config_that_builds_no_model_is_refused(stimuli, tmp_path):
    (tmp_path / "open_clip_config.json").write_text('{"model_cfg": ')

    with pytest.raises(WeightsError, match=r"cannot be built .*open_clip_config.json"):
        clip_embedding(stimuli, model=str(tmp_path), weights="untrained")


def test_a_tokenizer_beyond_the_vocabulary_is_refused(model_folder, stimuli, tmp_path):
    config = model_folder / "open_clip_config.json"
    (tmp_path / "open_clip_config.json").write_bytes(config.read_bytes())

    with pytest.raises(WeightsError, match=r"knows 520 tokens.*gives token 49407"):
        clip_embedding(stimuli, model=str(tmp_path), weights="untrained", tower="text")


def test_a_tokenizer_from_the_hub_that_cannot_be_had_is_told(
    model_folder, stimuli, monkeypatch
):
    def refuse(*args, **kwargs):
        raise OSError("no network")

    monkeypatch.setattr(open_clip, "get_tokenizer", refuse)

    with pytest.raises(WeightsError, match=r"tokenizer cannot be had \(no network\)"):
        clip_embedding(stimuli, model=str(model_folder), tower="text")


def test_towers_ask_for_what_they_see(model_folder):
    bare = Stimuli(np.array(["a"]))

    with pytest.raises(DataError, match="have no image"):
        clip_embedding(bare, model=str(model_folder))
    with pytest.raises(DataError, match="have no caption"):
        clip_embedding(bare, model=str(model_folder), tower="text")
    with pytest.raises(ConfigError, match="tower 'sound' is neither"):
        clip_embedding(bare, model=str(model_folder), tower="sound")
