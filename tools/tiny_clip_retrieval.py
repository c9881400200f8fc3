"""What the tiny CLIP has learnt: retrieval over scenes that it never saw.

Letters for shapes: B or n scenes, D embedding width.
"""

from pathlib import Path

import numpy as np
import open_clip
import torch
from tiny_clip_captions import KINDS, contradict
from torch import Tensor, nn

from boldwise.simulate.scenes import draw_scenes

N_HELD_OUT = 1000
VOCABULARY_FILE = "bpe_vocabulary.txt.gz"
PREPROCESS = {
    "size": 64,
    "mean": list(open_clip.OPENAI_DATASET_MEAN),
    "std": list(open_clip.OPENAI_DATASET_STD),
    "interpolation": "bicubic",
    "resize_mode": "shortest",
}


def load_tokenizer(folder: Path) -> open_clip.SimpleTokenizer:
    """Load open_clip's tokenizer with the vocabulary of a folder."""
    bpe_path = str(folder / VOCABULARY_FILE)
    return open_clip.get_tokenizer(f"local-dir:{folder}", bpe_path=bpe_path)


def to_input(image: np.ndarray) -> Tensor:
    """Turn images, uint8 (B, 64, 64, 3), into pixels (B, 3, 64, 64) of about +-2."""
    mean, std = torch.tensor(PREPROCESS["mean"]), torch.tensor(PREPROCESS["std"])
    unit = (torch.from_numpy(image).float() / 255 - mean) / std
    return unit.permute(0, 3, 1, 2).contiguous()


def draw_distinct(seed: int) -> tuple[np.ndarray, list[str]]:
    """Draw held-out scenes of which no two share a caption.

    Parameters
    ----------
    seed : int

    Returns
    -------
    image : array of uint8, shape (1000, 64, 64, 3)
    caption : list of str
        1000 different ones.
    """
    scenes = draw_scenes(N_HELD_OUT + 100, seed=seed)
    _, first = np.unique(scenes.caption, return_index=True)
    kept = np.sort(first)[:N_HELD_OUT]
    return scenes.image[kept], scenes.caption[kept].tolist()


@torch.inference_mode()
def measure_retrieval(
    model: nn.Module, tokenizer: open_clip.SimpleTokenizer, *, seed: int
) -> dict[str, float]:
    """Find each held-out scene's caption among 1000, and the other way.

    Parameters
    ----------
    model : open_clip model
    tokenizer : open_clip tokenizer
    seed : int
        Of the scenes.

    Returns
    -------
    shares : dict of float
        Share of scenes (captions) whose partner is the most similar one, or among the
        five most similar ones; and, for each kind of word, share of scenes that are
        more similar to their caption than to the same with one such word changed.
    """
    image, caption = draw_distinct(seed)
    device = model.logit_scale.device
    model.eval()
    by_image = model.encode_image(to_input(image).to(device), normalize=True)  # (n, D)
    by_text = model.encode_text(tokenizer(caption).to(device), normalize=True)
    similarity = by_image @ by_text.T
    true, shares = similarity.diagonal(), {}
    ways = {"image_to_text": similarity, "text_to_image": similarity.T}
    for name, table in ways.items():
        rank = (table > true[:, None]).sum(1)
        for top in (1, 5):
            shares[f"{name}_top{top}"] = _share(rank < top)
    for kind in KINDS:
        rng = np.random.default_rng(seed)
        false = [contradict(text, kind, rng) for text in caption]
        says = torch.tensor([a != b for a, b in zip(caption, false, strict=True)])
        by_false = model.encode_text(tokenizer(false).to(device), normalize=True)
        shares[f"against_wrong_{kind}"] = _share(
            (true > (by_image * by_false).sum(1))[says]
        )
    model.train()
    return shares


def _share(hits: Tensor) -> float:
    return round(float(hits.float().mean()), 4)
