"""Train the tiny CLIP that ships with boldwise, on simulated scenes.

Usage: train_tiny_clip.py [--out FOLDER] [--device cpu|cuda] [--threads N]
                          [--steps N] [--from-stage 1]

Writes what open_clip needs to load it from FOLDER (configuration, vocabulary,
weights), and recipe.json with what was measured. Every batch is drawn afresh from
its own seed; no seed from 1,000,000,000 on may serve a dataset.

Letters for shapes: B scenes of a batch, C context length, D embedding width.
"""

import argparse
import hashlib
import json
import math
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from safetensors.torch import save_file
from tiny_clip_captions import contradict
from tiny_clip_retrieval import (
    PREPROCESS,
    VOCABULARY_FILE,
    load_tokenizer,
    measure_retrieval,
    to_input,
)
from tiny_clip_vocabulary import write_vocabulary
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy, normalize
from torch.optim.lr_scheduler import LambdaLR

from boldwise.simulate.captions import VOCABULARY
from boldwise.simulate.scenes import draw_scenes

ASSETS = Path(__file__).parents[1] / "src/boldwise/features/backends/tiny_clip"
SEED = 0  # of the initial weights
TRAINING_SEED = 1_000_000_000  # of the first batch; step i draws seed + i
HELD_OUT_SEED = 1_900_000_000  # measured once, when everything else was chosen
VALIDATION_SEED = 1_900_000_001  # watched while the recipe was chosen

# Other scenes' captions can be told apart without a look at where things are.
# The second stage adds captions that are false in one place, and in any one word.
STAGES: tuple[dict[str, Any], ...] = (
    {"steps": 1000, "batch": 256, "peak_learning_rate": 1.5e-3, "false": []},
    {
        "steps": 600,
        "batch": 128,
        "peak_learning_rate": 1.5e-3,
        "false": ["place", "any"],
    },
)
OPTIMISER = {"warmup_steps": 50, "weight_decay": 0.05, "clip_norm": 1.0}
TOWER = {"width": 128, "layers": 4}
MODEL = {
    "embed_dim": 128,
    "vision_cfg": {**TOWER, "image_size": 64, "patch_size": 8, "head_width": 32},
    "text_cfg": {**TOWER, "layers": 2, "context_length": 44, "heads": 4},
}


def write_assets(folder: Path) -> None:
    """Write the vocabulary and the configuration, in open_clip's formats.

    Parameters
    ----------
    folder : path
        Made if absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n_tokens = write_vocabulary(folder / VOCABULARY_FILE, VOCABULARY)
    text = {**MODEL["text_cfg"], "vocab_size": n_tokens}
    config = {"model_cfg": {**MODEL, "text_cfg": text}, "preprocess_cfg": PREPROCESS}
    path = folder / "open_clip_config.json"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def rate_at(step: int, *, steps: int, warmup: int) -> float:
    """Learning rate of a step, in shares of the peak: linear up, half a cosine down."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(steps - warmup, 1)))


def build_optimiser(
    model: nn.Module, stage: dict[str, Any]
) -> tuple[torch.optim.Optimizer, LambdaLR]:
    """AdamW, with weight decay on matrices only."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": OPTIMISER["weight_decay"]},
        {"params": others, "weight_decay": 0.0},
    ]
    peak, steps = stage["peak_learning_rate"], stage["steps"]
    warmup = int(OPTIMISER["warmup_steps"])
    optimiser = torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98))
    schedule = LambdaLR(optimiser, lambda k: rate_at(k, steps=steps, warmup=warmup))
    return optimiser, schedule


def train(
    model: nn.Module,
    tokenizer: open_clip.SimpleTokenizer,
    stage: dict[str, Any],
    *,
    first_seed: int,
) -> None:
    """Pull matching scenes and captions together, false ones apart.

    Parameters
    ----------
    model : open_clip model
        Changed.
    tokenizer : open_clip tokenizer
    stage : dict
        One of ``STAGES``.
    first_seed : int
        Of the scenes of the first step.
    """
    optimiser, schedule = build_optimiser(model.train(), stage)
    device = model.logit_scale.device
    start = time.monotonic()
    for step in range(stage["steps"]):
        pixels, tokens = draw_batch(tokenizer, stage, seed=first_seed + step)
        loss = loss_of(model, pixels.to(device), tokens.to(device))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), OPTIMISER["clip_norm"])
        optimiser.step()
        schedule.step()
        if step % 100 == 99:
            watched = measure_retrieval(model, tokenizer, seed=VALIDATION_SEED)
            minutes = (time.monotonic() - start) / 60
            print(f"{step + 1}: {minutes:.1f} min, {loss.detach():.3f}, {watched}")


def draw_batch(
    tokenizer: open_clip.SimpleTokenizer, stage: dict[str, Any], *, seed: int
) -> tuple[Tensor, Tensor]:
    """Draw scenes with their captions, then the false captions of each.

    Parameters
    ----------
    tokenizer : open_clip tokenizer
    stage : dict
        One of ``STAGES``.
    seed : int

    Returns
    -------
    pixels : tensor of shape (B, 3, 64, 64)
    tokens : tensor of shape (B * (1 + n_false), C)
    """
    scenes, rng = draw_scenes(stage["batch"], seed=seed), np.random.default_rng(seed)
    kinds = [None if kind == "any" else kind for kind in stage["false"]]
    false = [contradict(true, rng, kind=k) for true in scenes.caption for k in kinds]
    return to_input(scenes.image), tokenizer([*scenes.caption, *false])


def loss_of(model: nn.Module, pixels: Tensor, tokens: Tensor) -> Tensor:
    """Symmetric contrastive loss [1]_ with false captions as more distractors [2]_.

    Parameters
    ----------
    model : open_clip model
    pixels : tensor of shape (B, 3, 64, 64)
    tokens : tensor of shape (B * (1 + n_false), C)
        First the true captions, in the order of the scenes.

    Returns
    -------
    loss : tensor of shape ()

    References
    ----------
    .. [1] Radford et al. (2021), "Learning transferable visual models from natural
       language supervision", ICML, figure 3.
    .. [2] Yuksekgonul et al. (2023), "When and why vision-language models behave like
       bags-of-words, and what to do about it?", ICLR.
    """
    with torch.no_grad():
        model.logit_scale.clamp_(0, math.log(100))  # the bound of [1]_
    # On sequences this short the plain attention is twice as fast on a CPU.
    half = torch.autocast(pixels.device.type, torch.bfloat16)
    with half, sdpa_kernel(SDPBackend.MATH):
        by_image = model.encode_image(pixels)  # (B, D)
        by_text = model.encode_text(tokens)  # (B * (1 + n_false), D)
    by_image, by_text = normalize(by_image.float()), normalize(by_text.float())
    logits = model.logit_scale.exp() * by_image @ by_text.T
    own = torch.arange(len(pixels), device=pixels.device)
    to_text = cross_entropy(logits, own)
    return (to_text + cross_entropy(logits[:, : len(own)].T, own)) / 2


def save_half(model: nn.Module, path: Path) -> None:
    """Store the weights in half precision; open_clip loads them into float32."""
    state = model.state_dict()
    half = {name: state[name].detach().cpu().half().contiguous() for name in state}
    save_file(half, str(path))


def report_on(folder: Path, recipe: dict[str, Any]) -> dict[str, Any]:
    """Everything to know about the weights in a folder, measured as stored."""
    weights = folder / "model.safetensors"
    model = open_clip.create_model(f"local-dir:{folder}")
    shares = measure_retrieval(model, load_tokenizer(folder), seed=HELD_OUT_SEED)
    stages = recipe["stages"]
    last = TRAINING_SEED + sum(stage["steps"] for stage in stages) - 1
    return {
        "model": "tiny-clip",
        "recipe": recipe,
        "n_training_scenes": sum(s["steps"] * s["batch"] for s in stages),
        "training_seeds": [TRAINING_SEED, last],
        "validation_seed": VALIDATION_SEED,
        "held_out": {"seed": HELD_OUT_SEED, **shares},
        "n_parameters": sum(weight.numel() for weight in model.parameters()),
        "n_bytes": weights.stat().st_size,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "versions": {"torch": torch.__version__, "open_clip": open_clip.__version__},
    }


def run_stages(folder: Path, stages: list[dict[str, Any]], given: argparse.Namespace) -> list[float]:
    """Train stage after stage, each from the stored weights of the one before."""
    torch.manual_seed(SEED)
    seed, minutes = TRAINING_SEED, []
    for number, stage in enumerate(stages):
        start = time.monotonic()
        if number >= given.from_stage:
            model = open_clip.create_model(f"local-dir:{folder}", load_weights=number > 0)
            train(model.to(given.device), load_tokenizer(folder), stage, first_seed=seed)
            save_half(model, folder / "model.safetensors")
        seed += stage["steps"]
        minutes.append(round((time.monotonic() - start) / 60, 1))
    return minutes
