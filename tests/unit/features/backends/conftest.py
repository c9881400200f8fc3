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
