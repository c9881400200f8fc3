"""Whatever is wrong with a network's entry, it ends in one sentence with a way out."""

import json

import huggingface_hub
import pytest
import timm
import torch

from boldwise.errors import BoldwiseError, ConfigError, WeightsError
from boldwise.features.backends.backbone import find_weights, load_backbone
from boldwise.features.backends.readout import readouts_of

CLIP = {"kind": "open_clip", "model": "tiny-clip"}
VIT = {"kind": "timm", "model": "test_vit", "weights": "untrained"}
SQUEEZE = {"kind": "torchvision", "model": "squeezenet1_1", "weights": "untrained"}
MAP, TOKENS, QUERIES = {"read": "map"}, {"read": "tokens"}, {"read": "queries"}


@pytest.fixture(autouse=True)
def no_network(monkeypatch, tmp_path):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Hold what users mistake for weights."""
    folder = tmp_path_factory.mktemp("files")
    with torch.random.fork_rng():
        network = timm.create_model("test_vit")
    torch.save(network.state_dict(), folder / "vit.pt")
    (folder / "junk.pt").write_bytes(b"junk" * 10)
    (folder / "empty.safetensors").touch()
    (folder / "page.bin").write_text("<html>sign in first</html>")
    (folder / "language").mkdir()
    config = {"model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_layer": 1}
    (folder / "language/config.json").write_text(json.dumps(config))
    return folder


def refusal(options, files):
    """Load a network as its job does, and give what the user reads."""
    options = {
        name: value.format(files=files) if isinstance(value, str) else value
        for name, value in {"device": "cpu", **options}.items()
    }
    with pytest.raises(BoldwiseError) as refused:
        shapes_of(options)
    return refused.value


def shapes_of(options):
    network = load_backbone(options["kind"], options)
    return [network.expect(one) for one in readouts_of(options)]


WRONG = {
    "misspelt layer": (
        {**CLIP, **MAP, "layer": "layr3"},
        "'tiny-clip' has no layer 'layr3'; did you mean 'layer3'",
    ),
    "one of several layers misspelt": (
        {**VIT, **TOKENS, "layers": ["blocks.0", "block.1"]},
        "'test_vit' has no layer 'block.1'; did you mean 'blocks.1'",
    ),
    "index beyond": ({**CLIP, **MAP, "layer": 99}, "layer 99: 'tiny-clip' has 15 laye"),
    "index before": ({**CLIP, **MAP, "layer": -99}, "from 0 to 14, or -1 for the last"),
    "class of a map": (
        {**CLIP, "layer": "layer4", "read": "class"},
        "layer 'layer4' has no class token (its shape is (512, 2, 2)); read its mean",
    ),
    "queries of a map": (
        {**CLIP, **QUERIES, "layer": "layer4"},
        "'layer4' of 'tiny-clip' has no attention whose queries boldwise can find",
    ),
    "queries of a convolution": (
        {**SQUEEZE, **QUERIES, "layer": "features.3"},
        "name a block of a vision transformer",
    ),
    "places of a vector": (
        {**CLIP, **MAP, "layer": "attnpool"},
        "has no places in rows and columns (its shape is (128,)), so it has no map",
    ),
    "grid finer than the layer": (
        {**CLIP, **MAP, "layer": "layer4", "grid": 50},
        "grid: 50 is more than layer 'layer4' has: 2 rows and 2 columns",
    ),
    "misspelt model": (
        {**VIT, "model": "test_vti"},
        "no timm model is called 'test_vti'; did you mean 'test_vit'",
    ),
    "misspelt classifier": (
        {**SQUEEZE, "model": "squeezenet1_2"},
        "is called 'squeezenet1_2'; did you mean 'squeezenet1_1'",
    ),
    "misspelt kind": ({**VIT, "kind": "tim"}, "'tim'; did you mean 'timm'?"),
    "tag of another model": (
        {"kind": "torchvision", "model": "resnet18", "weights": "IMAGENET1K_V9"},
        "has no weights 'IMAGENET1K_V9' of 'resnet18'; did you mean 'IMAGENET1K_V1'?",
    ),
    "weights from elsewhere, offline": (
        {"kind": "timm", "model": "test_vit"},
        "neither in",
    ),
    "weights of another timm model": (
        {"kind": "timm", "model": "test_resnet", "weights": "{files}/vit.pt"},
        "vit.pt: these weights do not fit the architecture of 'test_resnet'",
    ),
    "weights of timm in open_clip": (
        {**CLIP, "weights": "{files}/vit.pt"},
        "do not fit the architecture of 'tiny-clip'",
    ),
    "weights of timm in torchvision": (
        {**SQUEEZE, "weights": "{files}/vit.pt"},
        "do not fit the architecture of 'squeezenet1_1'",
    ),
    "bytes without meaning": (
        {**VIT, "weights": "{files}/junk.pt"},
        "junk.pt: cannot be read as safetensors or as a PyTorch checkpoint",
    ),
    "an empty file": (
        {**VIT, "weights": "{files}/empty.safetensors"},
        "Fetch the file",
    ),
    "a page that asks to sign in": (
        {**SQUEEZE, "weights": "{files}/page.bin"},
        "page.bin: cannot be read as safetensors",
    ),
    "a folder in place of a file": (
        {**VIT, "weights": "{files}/language"},
        "language: no such checkpoint for model 'test_vit'",
    ),
    "a file that is not there": (
        {**VIT, "weights": "{files}/x.pt"},
        "no such checkpoint",
    ),
    "a language model": (
        {"kind": "huggingface", "model": "{files}/language", "weights": "untrained"},
        "no preprocessor_config.json lies there",
    ),
    "a folder without a model": (
        {"kind": "huggingface", "model": "{files}"},
        "no config.json of a transformers model lies there",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_ends_in_one_sentence_with_a_way_out(name, files):
    options, told = WRONG[name]

    error = refusal(options, files)

    assert isinstance(error, ConfigError | WeightsError)
    assert told in str(error)
    assert len(str(error).splitlines()) == 1
    assert str(error)[-1] in ".?"
    assert len(str(error)) < 600


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is here")
def test_a_gpu_that_is_not_there_is_told(files):
    error = refusal({**CLIP, "device": "cuda"}, files)

    assert "PyTorch finds no GPU here. Set device to auto or cpu" in str(error)


RIGHT = {
    "a layer of the shipped model": ({**CLIP, **MAP, "layer": "layer4"}, (4, 512)),
    "the last of a transformer's blocks": (
        {**VIT, **TOKENS, "layers": ["blocks.0"], "grid": 2},
        (4, 64),
    ),
    "a part of a classifier": (
        {**SQUEEZE, "read": "mean", "layer": "features.3"},
        (128,),
    ),
    "weights of its own architecture": (
        {**VIT, "weights": "{files}/vit.pt", "read": "class", "layer": "blocks.0"},
        (64,),
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_nearly_the_same_and_right_passes(name, files):
    options, shape = RIGHT[name]
    weights = str(options.get("weights") or "").format(files=files) or None

    [(found, _)] = shapes_of({**options, "device": "cpu", "weights": weights})

    assert found == shape


SEEN_EARLY = [
    *("misspelt model", "misspelt classifier", "misspelt kind", "tag of another model"),
    *("a file that is not there", "a folder without a model"),
]


@pytest.mark.parametrize("name", SEEN_EARLY)
def test_a_check_says_the_same_and_builds_nothing(name, files):
    options, told = WRONG[name]
    options = {n: str(value).format(files=files) for n, value in options.items()}

    with pytest.raises(BoldwiseError) as refused:
        find_weights(options["kind"], options)

    assert told in str(refused.value)
