"""A model folder in open_clip's own format, small enough to build in a test."""

import gzip
import json

import open_clip
import pytest
import torch
from safetensors.torch import save_file

MERGES = ("d o", "do g</w>", "r e", "re d</w>", "c a", "ca t</w>")
CONFIG = {
    "model_cfg": {
        "embed_dim": 16,
        "vision_cfg": {
            "width": 32,
            "layers": 1,
            "image_size": 32,
            "patch_size": 16,
            "head_width": 16,
        },
        "text_cfg": {
            "width": 32,
            "layers": 1,
            "heads": 2,
            "context_length": 12,
            "vocab_size": 512 + len(MERGES) + 2,
        },
    },
    "preprocess_cfg": {"mean": [0.4, 0.5, 0.6], "std": [0.3, 0.2, 0.1]},
}


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory):
    """Hold a config, a vocabulary and random weights in half precision."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG))
    with gzip.open(folder / "bpe_vocabulary.txt.gz", "wt") as file:
        file.write("\n".join(["#version: test", *MERGES]))
    with torch.random.fork_rng():
        torch.manual_seed(5)
        model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    weights = {name: value.half() for name, value in model.state_dict().items()}
    save_file(weights, folder / "model.safetensors")
    return folder


STORY = (
    "Alice was beginning to get very tired of sitting by her sister on the bank and of "
    "having nothing to do once or twice she had peeped into the book her sister was "
    "reading but it had no pictures or conversations in it and what is the use of a "
    "book"
)


@pytest.fixture(scope="session")
def story():
    """Tell the words of a story."""
    return STORY.split()


def save_language_model(folder, network, tokenizer):
    """Save what transformers would read back, with a page that states a licence."""
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")


@pytest.fixture(scope="session")
def causal_folder(tmp_path_factory):
    """Hold a tiny GPT-2 with random weights, and sub-words of two or three letters."""
    import transformers
    from tokenizers import ByteLevelBPETokenizer

    cut = ByteLevelBPETokenizer()
    cut.train_from_iterator([STORY], vocab_size=290, special_tokens=["<start>"])
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=cut._tokenizer, bos_token="<start>", model_max_length=96
    )
    config = transformers.GPT2Config(
        vocab_size=300, n_positions=96, n_embd=16, n_layer=3, n_head=2
    )
    folder = tmp_path_factory.mktemp("causal")
    with torch.random.fork_rng():
        torch.manual_seed(3)
        save_language_model(folder, transformers.GPT2Model(config), tokenizer)
    return folder


@pytest.fixture(scope="session")
def two_sided_folder(tmp_path_factory):
    """Hold a tiny BERT with random weights, in lower case, with [CLS] and [SEP]."""
    import transformers
    from tokenizers import BertWordPieceTokenizer

    cut = BertWordPieceTokenizer(lowercase=True)
    cut.train_from_iterator([STORY], vocab_size=80)
    folder = tmp_path_factory.mktemp("two-sided")
    tokenizer = transformers.BertTokenizerFast(
        tokenizer_object=cut._tokenizer, vocab=cut.get_vocab(), model_max_length=64
    )
    config = transformers.BertConfig(
        vocab_size=len(cut.get_vocab()),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    with torch.random.fork_rng():
        torch.manual_seed(4)
        network = transformers.BertModel(config, add_pooling_layer=False)
        save_language_model(folder, network, tokenizer)
    return folder


SMALL = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 32}
PLACES = {"image_size": 32, "patch_size": 8}


@pytest.fixture(scope="session")
def vision_folders(tmp_path_factory):
    """Hold tiny image models of transformers, with random weights and transforms."""
    import transformers as hf

    crop = {"size": {"shortest_edge": 36}, "crop_size": {"height": 32, "width": 32}}
    whole = {"size": {"height": 32, "width": 32}}
    vision = {**SMALL, **PLACES, "num_hidden_layers": 2}
    models = {
        "vit": (hf.ViTConfig(**vision), hf.ViTImageProcessor(**whole)),
        "dino": (
            hf.Dinov2WithRegistersConfig(**vision, num_register_tokens=3),
            hf.BitImageProcessor(**crop),
        ),
        "clip": (
            hf.CLIPConfig(
                vision_config=vision, text_config={**SMALL, "num_hidden_layers": 1}
            ),
            hf.CLIPImageProcessor(**crop),
        ),
        "swin": (
            hf.SwinConfig(
                image_size=32,
                patch_size=2,
                embed_dim=8,
                depths=[1, 1],
                num_heads=[2, 2],
                window_size=4,
            ),
            hf.ViTImageProcessor(**whole),
        ),
        "resnet": (
            hf.ResNetConfig(
                embedding_size=8,
                hidden_sizes=[8, 16],
                depths=[1, 1],
                layer_type="basic",
            ),
            hf.ConvNextImageProcessor(size={"shortest_edge": 64}, crop_pct=0.875),
        ),
    }
    root = tmp_path_factory.mktemp("vision")
    with torch.random.fork_rng():
        torch.manual_seed(4)
        for name, (config, processor) in models.items():
            hf.AutoModel.from_config(config).save_pretrained(root / name)
            processor.save_pretrained(root / name)
    return root


@pytest.fixture(scope="session")
def transformer_folder(tmp_path_factory):
    """Hold the config of a small open_clip transformer of 4 x 4 places."""
    vision = {"width": 32, "layers": 2, "image_size": 32, "patch_size": 8}
    config = json.loads(json.dumps(CONFIG))
    config["model_cfg"]["vision_cfg"] = {**vision, "head_width": 16}
    folder = tmp_path_factory.mktemp("transformer")
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    return folder


def small_network(name):
    """Build networks that attend in windows and keep their channels last."""
    from timm.models.swin_transformer import SwinTransformer as TimmSwin
    from torchvision.models.swin_transformer import SwinTransformer

    from boldwise.features.backends.network import Network
    from boldwise.features.backends.preparation import Preparation
    from boldwise.features.backends.torch_backbone import TorchBackbone

    size, shape = (32, 32), {"embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2]}
    with torch.random.fork_rng():
        torch.manual_seed(6)
        if name == "timm-swin":
            network = TimmSwin(32, patch_size=2, window_size=4, **shape)
        else:
            windows = {"patch_size": [2, 2], "window_size": [4, 4]}
            network = SwinTransformer(**windows, **shape)
    prepare = Preparation(size, "none", size, "bilinear", (0.5,) * 3, (0.2,) * 3)
    network.eval()
    parts = Network(network, network, network, prepare, "timm", name, "none", "none")
    return TorchBackbone(parts, "cpu")


@pytest.fixture(scope="session")
def load(vision_folders, transformer_folder):
    """Load an untrained network by a short name, once for all tests."""
    from functools import cache

    from boldwise.features.backends.backbone import load_backbone

    @cache
    def by_name(name):
        kind, _, model = name.partition(":")
        if kind == "small":
            return small_network(model)
        places = {"huggingface": vision_folders / model, "open_clip": model}
        if model == "transformer":
            places["open_clip"] = transformer_folder
        options = {"model": str(places.get(kind, model)), "weights": "untrained"}
        return load_backbone(kind, {**options, "device": "cpu"})

    return by_name
