"""Train the tiny CLIP that ships with boldwise, on simulated scenes.

Usage: train_tiny_clip.py [--out FOLDER] [--device cpu|cuda] [--threads N] [--steps N]

Writes what open_clip needs to load it from FOLDER (configuration, vocabulary,
weights), and recipe.json with what was measured. Every batch is drawn afresh from
its own seed; no seed from 1,000,000,000 on may serve a dataset.

Letters for shapes: B pairs of a batch, C context length, D embedding width.
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
from tiny_clip_captions import KINDS, contradict
from tiny_clip_vocabulary import write_vocabulary
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy, normalize
from torch.optim.lr_scheduler import LambdaLR

from boldwise.simulate.captions import VOCABULARY
from boldwise.simulate.scenes import draw_scenes

ASSETS = Path(__file__).parents[1] / "src/boldwise/features/backends/tiny_clip"
TRAINING_SEED = 1_000_000_000  # of the first batch; step i draws seed + i
HELD_OUT_SEED = 1_900_000_000  # measured once, when everything else was chosen
VALIDATION_SEED = 1_900_000_001  # watched while the recipe was chosen
N_HELD_OUT = 1000
VOCABULARY_FILE = "bpe_vocabulary.txt.gz"

RECIPE = {
    "seed": 0,
    "steps": 1000,
    "batch": 256,
    "false_captions": 2,
    "peak_learning_rate": 1.5e-3,
    "warmup_steps": 50,
    "weight_decay": 0.05,
    "clip_norm": 1.0,
}
TOWER = {"width": 128, "layers": 4}
MODEL = {
    "embed_dim": 128,
    "vision_cfg": {**TOWER, "image_size": 64, "patch_size": 8, "head_width": 32},
    "text_cfg": {**TOWER, "layers": 2, "context_length": 44, "heads": 4},
}
PREPROCESS = {
    "size": 64,
    "mean": list(open_clip.OPENAI_DATASET_MEAN),
    "std": list(open_clip.OPENAI_DATASET_STD),
    "interpolation": "bicubic",
    "resize_mode": "shortest",
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


def load_tokenizer(folder: Path) -> open_clip.SimpleTokenizer:
    """Load open_clip's tokenizer with the vocabulary of a folder."""
    bpe_path = str(folder / VOCABULARY_FILE)
    return open_clip.get_tokenizer(f"local-dir:{folder}", bpe_path=bpe_path)


def to_input(image: np.ndarray, device: str | torch.device) -> Tensor:
    """Turn images, uint8 (B, 64, 64, 3), into pixels (B, 3, 64, 64) of about +-2."""
    mean, std = torch.tensor(PREPROCESS["mean"]), torch.tensor(PREPROCESS["std"])
    unit = (torch.from_numpy(image).float() / 255 - mean) / std
    return unit.permute(0, 3, 1, 2).contiguous().to(device)


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
        Share of scenes (captions) whose partner is the most similar one, or
        among the five most similar ones.
    """
    image, caption = draw_distinct(seed)
    device = model.logit_scale.device
    model.eval()
    by_image = model.encode_image(to_input(image, device), normalize=True)  # (n, D)
    by_text = model.encode_text(tokenizer(caption).to(device), normalize=True)
    similarity = by_image @ by_text.T
    true, shares = similarity.diagonal(), {}
    ways = {"image_to_text": similarity, "text_to_image": similarity.T}
    for name, table in ways.items():
        rank = (table > true[:, None]).sum(1)
        for top in (1, 5):
            shares[f"{name}_top{top}"] = round(float((rank < top).float().mean()), 4)
    for kind in KINDS:
        rng = np.random.default_rng(seed)
        false = [contradict(text, rng, kind=kind) for text in caption]
        told = torch.tensor([a != b for a, b in zip(caption, false, strict=True)])
        by_false = model.encode_text(tokenizer(false).to(device), normalize=True)
        won = true > (by_image * by_false).sum(1)
        shares[f"against_wrong_{kind}"] = round(float(won[told].float().mean()), 4)
    model.train()
    return shares


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
    schedule = LambdaLR(optimiser, lambda step: rate_at(step, recipe))
    return optimiser, schedule


def train(folder: Path, recipe: dict[str, Any], *, device: str) -> nn.Module:
    """Pull matching scenes and captions together (symmetric InfoNCE [1]_).

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

    References
    ----------
    .. [1] Radford et al. (2021), "Learning transferable visual models from natural
       language supervision", ICML, figure 3.
    """
    torch.manual_seed(recipe["seed"])
    model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    model.to(device).train()
    tokenizer = load_tokenizer(folder)
    optimiser, schedule = build_optimiser(model, recipe)
    n_false = range(recipe["false_captions"])
    start = time.monotonic()
    for step in range(recipe["steps"]):
        scenes = draw_scenes(recipe["batch"], seed=TRAINING_SEED + step)
        rng = np.random.default_rng(TRAINING_SEED + step)
        false = [contradict(true, rng) for true in scenes.caption for _ in n_false]
        tokens = tokenizer([*scenes.caption, *false]).to(device)
        loss = loss_of(model, to_input(scenes.image, device), tokens)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), recipe["clip_norm"])
        optimiser.step()
        schedule.step()
        if step % 50 == 49:
            watched = measure_retrieval(model, tokenizer, seed=VALIDATION_SEED)
            minutes = (time.monotonic() - start) / 60
            print(f"{step + 1}: {minutes:.1f} min, loss {loss:.3f}, {watched}")
    return model


def loss_of(model: nn.Module, pixels: Tensor, tokens: Tensor) -> Tensor:
    """Symmetric contrastive loss of one batch, with false captions as more distractors.

    Parameters
    ----------
    model : open_clip model
    pixels : tensor of shape (B, 3, 64, 64)
    tokens : tensor of shape (B * (1 + n_false), C)
        First the true captions, in the order of the scenes.

    Returns
    -------
    loss : tensor of shape ()
    """
    with torch.no_grad():
        model.logit_scale.clamp_(0, math.log(100))  # the bound of [1]_ of train
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


def report_on(folder: Path, recipe: dict[str, Any], minutes: float) -> dict[str, Any]:
    """Everything to know about the weights in a folder, measured as stored.

    Parameters
    ----------
    folder : path
    recipe : dict
        As ``RECIPE``, with the hardware.
    minutes : float
        What the training took.

    Returns
    -------
    report : dict
        The content of recipe.json.
    """
    weights = folder / "model.safetensors"
    model = open_clip.create_model(f"local-dir:{folder}")
    shares = measure_retrieval(model, load_tokenizer(folder), seed=HELD_OUT_SEED)
    return {
        "model": "tiny-clip",
        "recipe": recipe,
        "minutes": round(minutes, 1),
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
    minutes = (time.monotonic() - start) / 60
    save_half(model, given.out / "model.safetensors")
    recipe |= {"hardware": hardware, "threads": given.threads}
    report = json.dumps(report_on(given.out, recipe, minutes), indent=2) + "\n"
    (given.out / "recipe.json").write_text(report, encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main()
