"""Train the tiny CLIP that ships with boldwise, on simulated scenes.

Usage: train_tiny_clip.py [--out FOLDER] [--device cpu|cuda] [--threads N]
                          [--steps N] [--batch B]

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
    N_HELD_OUT,
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
TRAINING_SEED = 1_000_000_000  # of the first batch; step i draws seed + i
HELD_OUT_SEED = 1_900_000_000  # reported; nothing was chosen by it
VALIDATION_SEED = 1_900_000_001  # watched while the recipe was chosen

RECIPE: dict[str, Any] = {
    "seed": 0,
    "steps": 800,
    "batch": 256,
    # Captions of other scenes differ in so much that places need not be learnt, so
    # each scene also meets its own with a wrong category, place, and any wrong word.
    "false_captions": ["category", "place", "any"],
    "peak_learning_rate": 1.5e-3,
    "warmup_steps": 30,
    "weight_decay": 0.05,
    "clip_norm": 1.0,
}
IMAGE_TOWER = {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "head_width": 64}
TEXT_TOWER = {"context_length": 44, "width": 128, "heads": 4, "layers": 2}
EMBEDDING_WIDTH = 128


def write_assets(folder: Path) -> None:
    """Write the vocabulary and the configuration, in open_clip's formats.

    Parameters
    ----------
    folder : path
        Made if absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n_tokens = write_vocabulary(folder / VOCABULARY_FILE, VOCABULARY)
    model = {
        "embed_dim": EMBEDDING_WIDTH,
        "vision_cfg": IMAGE_TOWER,
        "text_cfg": {**TEXT_TOWER, "vocab_size": n_tokens},
    }
    config = {"model_cfg": model, "preprocess_cfg": PREPROCESS}
    path = folder / "open_clip_config.json"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def rate_at(step: int, recipe: dict[str, Any]) -> float:
    """Learning rate of a step, in shares of the peak: linear up, half a cosine down."""
    warmup, steps = recipe["warmup_steps"], recipe["steps"]
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(steps - warmup, 1)))


def build_optimiser(
    model: nn.Module, recipe: dict[str, Any]
) -> tuple[torch.optim.Optimizer, LambdaLR]:
    """AdamW, with weight decay on matrices only."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": recipe["weight_decay"]},
        {"params": others, "weight_decay": 0.0},
    ]
    peak = recipe["peak_learning_rate"]
    optimiser = torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98))
    return optimiser, LambdaLR(optimiser, lambda step: rate_at(step, recipe))


def train(folder: Path, recipe: dict[str, Any], *, device: str) -> nn.Module:
    """Pull matching scenes and captions together, others and false ones apart.

    Parameters
    ----------
    folder : path
        Holds the configuration and the vocabulary.
    recipe : dict
        As ``RECIPE``.
    device : str

    Returns
    -------
    model : open_clip model
    """
    torch.manual_seed(recipe["seed"])
    model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    tokenizer = load_tokenizer(folder)
    optimiser, schedule = build_optimiser(model.to(device).train(), recipe)
    start = time.monotonic()
    for step in range(recipe["steps"]):
        pixels, tokens = draw_batch(tokenizer, recipe, seed=TRAINING_SEED + step)
        loss = loss_of(model, pixels.to(device), tokens.to(device))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), recipe["clip_norm"])
        optimiser.step()
        schedule.step()
        if step % 100 == 99:
            watched = measure_retrieval(model, tokenizer, seed=VALIDATION_SEED)
            minutes = (time.monotonic() - start) / 60
            print(f"{step + 1}: {minutes:.1f} min, {loss.detach():.3f}, {watched}")
    return model


def draw_batch(
    tokenizer: open_clip.SimpleTokenizer, recipe: dict[str, Any], *, seed: int
) -> tuple[Tensor, Tensor]:
    """Draw scenes with their captions, then the false captions of each.

    Parameters
    ----------
    tokenizer : open_clip tokenizer
    recipe : dict
        As ``RECIPE``.
    seed : int

    Returns
    -------
    pixels : tensor of shape (B, 3, 64, 64)
    tokens : tensor of shape (B * (1 + n_false), C)
    """
    scenes, rng = draw_scenes(recipe["batch"], seed=seed), np.random.default_rng(seed)
    kinds = recipe["false_captions"]
    false = [contradict(true, kind, rng) for true in scenes.caption for kind in kinds]
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
    """Tell everything about the weights in a folder, measured as stored."""
    weights = folder / "model.safetensors"
    model = open_clip.create_model(f"local-dir:{folder}")
    shares = measure_retrieval(model, load_tokenizer(folder), seed=HELD_OUT_SEED)
    return {
        "model": "tiny-clip",
        "recipe": recipe,
        "n_training_scenes": recipe["steps"] * recipe["batch"],
        "training_seeds": [TRAINING_SEED, TRAINING_SEED + recipe["steps"] - 1],
        "validation_seed": VALIDATION_SEED,
        "held_out": {"seed": HELD_OUT_SEED, "n_captions": N_HELD_OUT, **shares},
        "n_parameters": sum(weight.numel() for weight in model.parameters()),
        "n_bytes": weights.stat().st_size,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "versions": {"torch": torch.__version__, "open_clip": open_clip.__version__},
    }


def main(arguments: list[str] | None = None) -> None:
    """Train, store, measure what was stored, write it down."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ASSETS)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=RECIPE["steps"])
    parser.add_argument("--batch", type=int, default=RECIPE["batch"])
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    hardware = f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
    if given.device == "cuda":
        hardware = torch.cuda.get_device_name()
    recipe = {**RECIPE, "steps": given.steps, "batch": given.batch}

    write_assets(given.out)
    start = time.monotonic()
    model = train(given.out, recipe, device=given.device)
    recipe["minutes"] = round((time.monotonic() - start) / 60, 1)
    recipe |= {"hardware": hardware, "threads": given.threads}
    save_half(model, given.out / "model.safetensors")
    report = json.dumps(report_on(given.out, recipe), indent=2) + "\n"
    (given.out / "recipe.json").write_text(report, encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main()
