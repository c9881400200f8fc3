"""The tool that trains the tiny CLIP: what it writes, draws and leaves out."""

import gzip
import importlib
import json
import re
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import load_file

import boldwise
from boldwise.simulate.scenes import draw_scenes

FOLDER = Path(boldwise.__file__).parent / "features/backends/tiny_clip"
TOOLS = Path(__file__).parents[3] / "tools"
BPE = FOLDER / "bpe_vocabulary.txt.gz"


@pytest.fixture(scope="module")
def config():
    return json.loads((FOLDER / "open_clip_config.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tokenizer():
    return open_clip.get_tokenizer(f"local-dir:{FOLDER}", bpe_path=str(BPE))


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("train_tiny_clip")


@pytest.fixture
def captions(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("tiny_clip_captions")


def test_the_tool_writes_the_shipped_vocabulary_and_configuration(
    tool, config, tmp_path
):
    tool.write_assets(tmp_path)

    written = json.loads((tmp_path / "open_clip_config.json").read_text())
    assert written == config
    packed = (tmp_path / BPE.name).read_bytes()
    assert gzip.decompress(packed) == gzip.decompress(BPE.read_bytes())


def test_the_tool_trains_stores_and_measures(tool, tmp_path, monkeypatch):
    retrieval = importlib.import_module("tiny_clip_retrieval")
    monkeypatch.setattr(retrieval, "N_HELD_OUT", 100)

    tool.main(["--out", str(tmp_path), "--steps", "2", "--batch", "8"])

    report = json.loads((tmp_path / "recipe.json").read_text())
    assert report["n_training_scenes"] == 16
    assert 0 <= report["held_out"]["text_to_image_top5"] < 0.3  # it has not learnt
    changed = load_file(tmp_path / "model.safetensors")
    assert {name: w.shape for name, w in changed.items()} == {
        name: w.shape for name, w in load_file(FOLDER / "model.safetensors").items()
    }


def test_the_learning_rate_rises_then_falls_to_zero(tool):
    recipe = {"warmup_steps": 10, "steps": 110}

    rates = [tool.rate_at(step, recipe) for step in range(111)]

    assert rates[9] == rates[10] == 1
    assert rates[60] == pytest.approx(0.5)
    assert rates[110] == pytest.approx(0)
    assert all(np.diff(rates[:10]) > 0)
    assert all(np.diff(rates[10:]) < 0)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("place", r"a large red face (?!on the left)(at|on|in) the [a-z ]+ before"),
        ("size", r"a (small|medium) red face on the left before"),
        ("category", r"a large red (?!face)[a-z]+ on the left before"),
        ("texture", r".* before fine blue (?!dots)[a-z]+$"),
    ],
)
def test_a_false_caption_differs_in_one_thing_of_the_kind(captions, kind, expected):
    caption = "a large red face on the left before fine blue dots"
    rng = np.random.default_rng(0)

    false = {captions.contradict(caption, kind, rng) for _ in range(40)}

    assert len(false) == len(captions.KINDS[kind]) - 1
    assert all(re.match(expected, text) for text in false)


def test_a_caption_without_the_kind_stays_as_it_is(captions):
    caption = "a large red face on the left before fine blue dots"  # dots: no slant

    assert captions.contradict(caption, "slant", np.random.default_rng(0)) == caption


def test_any_kind_leaves_no_caption_true(captions):
    rng = np.random.default_rng(0)

    for caption in draw_scenes(64, seed=2).caption:
        assert captions.contradict(caption, "any", rng) != caption


def test_batches_hold_true_captions_first_then_the_false_ones(tool, tokenizer):
    recipe = {"batch": 4, "false_captions": ["place", "any"]}

    pixels, tokens = tool.draw_batch(tokenizer, recipe, seed=3)

    assert pixels.shape == (4, 3, 64, 64)
    assert tokens.shape == (12, 44)
    true = tokenizer(draw_scenes(4, seed=3).caption.tolist())
    assert torch.equal(tokens[:4], true)
    n_changed = (tokens[4:].reshape(4, 2, 44) != true[:, None]).sum(2)
    assert (n_changed > 0).all()
