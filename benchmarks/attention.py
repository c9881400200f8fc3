"""Time a training step of the attention encoders beside a plain implementation.

Run it: ``python benchmarks/attention.py [--json] [--cases region voxel] [--small]``.
At published sizes (``--small``: a sixteenth of the voxels, half the batch):

- ``region``: 961 x 768 tokens, 50 queries of 16 heads, a feed-forward layer of 1024,
  39,548 voxels of which a tenth lie in two regions, batch 16;
- ``voxel``: 5 levels x 257 x 1024 tokens, 8 subjects of 39,500 voxels each, 5,000
  drawn per stimulus, 4 stimuli of each subject (batch 32).

The plain implementation follows the published equations as they stand: keys and
values of all tokens; every query through every voxel's readout, then masked; every
voxel's query, functional weights and MLP for every stimulus; autograd keeps all maps.
Both read float16 tokens from a store, a step ahead as the loop does, start from the
same weights, and are moved by the same optimiser (the loop's AdamW, its time
included); the table gives the largest difference of their losses over the steps. Each
runs in a process of its own.
Memory is the largest resident size less that after imports; weights and the
optimiser's state count. Operations are those of the matrix products of forward and
backward pass in the cheapest exact order, not in that of either implementation;
``share`` is their number per second over the rate of a product of 2048 x 2048
matrices in the same process.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from attention_cases import CASES, N_SUBJECTS, Region, Voxel, draw
from torch import nn
from torch.nn.functional import cosine_similarity, gelu, layer_norm, relu

from boldwise.encoders.region_query import RegionQueryEncoder
from boldwise.encoders.voxel_embedding import VoxelEmbeddingEncoder
from boldwise.io.stores import open_store, write_store
from boldwise.training.options import TrainingOptions
from boldwise.training.prefetch import read_ahead
from boldwise.training.steps import Stepper


class PlainRegion(nn.Module):
    """Equations (1) to (4) of ``region_query`` as they stand, on the same weights."""

    def __init__(self, ours: RegionQueryEncoder, case: Region) -> None:
        super().__init__()
        self.ours = ours
        member = torch.from_numpy(case.member()).float()  # (R, V)
        self.register_buffer("member", member[:, ours.readout.order])

    def loss(self, batch: dict[str, Any]) -> tuple[torch.Tensor, dict[str, Any]]:
        """Squared error, with keys, values, maps and (B, R, V) responses formed."""
        layer, read = self.ours.attention, self.ours.readout
        standard = (batch["tokens"] - layer.mean) / layer.scale  # (B, T, D)
        key = layer.to_key(standard + layer.position)  # (B, T, D)
        value, query = layer.to_value(standard), layer.to_query(layer.query)
        q, k, v = (
            x.unflatten(-1, (layer.n_heads, -1)).transpose(-2, -3)
            for x in (query, key, value)
        )
        attention = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1)  # (B, H, R, T)
        z = layer.to_output((attention @ v).transpose(1, 2).flatten(2))  # (B, R, D)
        behind = layer.feed_forward
        z = z + behind.narrow(relu(behind.widen(behind.norm(z))))
        each = z @ read.weight.T  # (B, R, V)
        response = (each * self.member).sum(1) + read.bias  # (B, V)
        error = response[:, read.place] - batch["responses"]
        return error.square().mean(), {}


class PlainVoxel(nn.Module):
    """Equations (1) to (6) of ``voxel_embedding`` as they stand, same weights."""

    def __init__(self, ours: VoxelEmbeddingEncoder, case: Voxel) -> None:
        super().__init__()
        self.ours = ours

    def loss(self, batch: dict[str, Any]) -> tuple[torch.Tensor, dict[str, Any]]:
        """Squared error less a cosine, all stimuli and voxels at once."""
        joined = {
            name: torch.cat([part[name] for part in batch.values()])
            for name in ("tokens", "responses")
        }
        e = torch.stack(
            [
                self.ours.embedding[name][part["responses_column"]]
                for name, part in batch.items()
                for _ in part["responses"]
            ]
        )  # (B, N, E)
        query = self.ours.to_query(e)  # (B, N, E)
        parts = [
            self._level(joined["tokens"][:, level], query, level)
            for level in range(len(self.ours.place))
        ]
        weight = e @ self.ours.functional.transpose(0, 1).flatten(1)  # (B, N, L C)
        prediction = (weight * torch.cat(parts, 2)).sum(2)  # (B, N)
        error = (prediction - joined["responses"]).square().mean()
        alike = cosine_similarity(prediction, joined["responses"], dim=1).mean()
        return error - self.ours.sizes.cosine * alike, {}

    def _level(
        self, tokens: torch.Tensor, query: torch.Tensor, level: int
    ) -> torch.Tensor:
        """Tell what voxels find on one level, (B, N, C)."""
        m = self.ours
        x = (
            layer_norm(tokens, tokens.shape[2:]) @ m.narrow[level]
            + m.narrow_bias[level]
        )
        key = x @ m.to_key[level] + m.place[level]  # (B, T, E)
        found = (query @ key.mT).softmax(2) @ x  # (B, N, C)
        f = layer_norm(found, found.shape[2:], m.norm_scale[level], m.norm_shift[level])
        hidden = gelu(f @ m.widen[level].T + m.widen_bias[level])  # (B, N, H)
        return f + hidden @ m.out[level].T + m.out_bias[level]


def gemm_rate() -> float:
    """GFLOP/s of a large product in float32, with the threads of this process."""
    a, b = torch.randn(2, 2048, 2048).unbind()
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        a @ b
        seconds.append(time.perf_counter() - start)
    return 2e-9 * 2048**3 / min(seconds)


def resident_gib(what: str) -> float:
    """Resident size of this process now (``VmRSS``) or at most (``VmHWM``), in GiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 2**20


@contextmanager
def stored_tokens(case: Region | Voxel, folder: Path) -> Iterator[dict[str, Any]]:
    """Tokens as they lie on disk, by name."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                open_store(folder / f"{name}.h5", schema="features")
            )["token"]
            for name in case.arrays()
        }


def run_one(case: Region | Voxel, who: str, folder: Path, repeats: int) -> dict:
    """Train some steps; seconds of the fastest, losses, memory, rate of GEMM."""
    rates, before = [gemm_rate()], resident_gib("VmRSS")
    torch.manual_seed(0)
    model, plain = case.model(), {"region": PlainRegion, "voxel": PlainVoxel}
    stepper = Stepper(
        model if who == "ours" else plain[case.name](model, case),
        TrainingOptions(batch_size=1, weight_decay=1e-4),
    )
    size = case.batch if isinstance(case, Region) else case.batch // N_SUBJECTS
    losses, seconds = [], []
    with stored_tokens(case, folder) as tokens:
        read = case.batches(tokens).training(0, batch_size=size, seed=0, start=0)
        with read_ahead(read, 1) as source:
            for _ in range(1 + repeats):
                start = time.perf_counter()
                losses.append(float(stepper.step(next(source).arrays, 1e-3)["loss"]))
                seconds.append(time.perf_counter() - start)
    peak = resident_gib("VmHWM") - before
    rates.append(gemm_rate())
    return {
        "seconds": min(seconds[1:]),
        "loss": losses,
        "peak_gib": peak,
        "gemm": float(np.mean(rates)),
    }


def compare(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Row of one case."""
    case = CASES[name][options.small]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for one, shape in case.arrays().items():
            token = draw(*shape).astype(np.float16)
            write_store(Path(folder, f"{one}.h5"), {"token": token}, schema="features")
        found = {who: _apart(name, who, folder, options) for who in ("ours", "plain")}
    ours, plain, cost = found["ours"], found["plain"], case.operations()
    rate = cost["step"] / ours["seconds"]
    return {
        "case": name + " (small)" * options.small,
        "peer": "plain implementation",
        "ours_s": ours["seconds"],
        "peer_s": plain["seconds"],
        "ratio": plain["seconds"] / ours["seconds"],
        "peak_gib": ours["peak_gib"],
        "peer_peak_gib": plain["peak_gib"],
        "memory_share": ours["peak_gib"] / plain["peak_gib"],
        "loss_difference": max(
            abs(a / b - 1) for a, b in zip(ours["loss"], plain["loss"], strict=True)
        ),
        "gflop_step": cost["step"],
        "gflop_plain_forward": cost["plain_forward"],
        "gflop_per_s": rate,
        "gemm_gflop_per_s": ours["gemm"],
        "share_of_gemm": rate / ours["gemm"],
    }


def _apart(name: str, who: str, folder: str, options: argparse.Namespace) -> dict:
    """Run this file again for one measurement."""
    command = [sys.executable, __file__, "--one", name, who, folder]
    command += ["--threads", options.threads, "--repeats", options.repeats]
    command += ["--small"] * options.small
    done = subprocess.run(
        [str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def show(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table."""
    print(
        f"{'case':15} {'ours s':>7} {'plain s':>7} {'ratio':>6} {'ours GiB':>8} "
        f"{'plain GiB':>9} {'loss off by':>11} {'GFLOP':>6} {'GFLOP/s':>8} "
        f"{'GEMM':>6} {'share':>6}"
    )
    form = (
        "{case:15} {ours_s:7.2f} {peer_s:7.2f} {ratio:6.2f} {peak_gib:8.2f} "
        "{peer_peak_gib:9.2f} {loss_difference:11.1e} {gflop_step:6.0f} "
        "{gflop_per_s:8.0f} {gemm_gflop_per_s:6.0f} {share_of_gemm:6.1%}"
    )
    for row in rows:
        print(form.format(**row))


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=CASES)
    parser.add_argument("--small", action="store_true", help="sizes of a minute")
    parser.add_argument("--repeats", type=int, default=2, help="at most 3 steps timed")
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--folder", help="where 0.4 GB of scratch may lie")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, who, folder = options.one
        torch.set_num_threads(options.threads)
        case = CASES[name][options.small]
        print(json.dumps(run_one(case, who, Path(folder), options.repeats)))
        return
    rows = [compare(name, options) for name in options.cases]
    print(json.dumps({"rows": rows}, indent=1)) if options.json else show(rows)


if __name__ == "__main__":
    main()
