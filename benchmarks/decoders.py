"""Time a training step of the shared-latent decoder beside a plain implementation.

Run it: ``python benchmarks/decoders.py [--json] [--cases step stream optimiser]
[--small]``. Sizes on a processor: 7 subjects of 15,724 voxels, 9 trials of each, a
latent space of 1024, one target of 257 x 768 tokens (``--small``: a sixteenth of the
voxels, a quarter of the latent space and of the tokens' width). ``--device cuda`` takes
the published size: latent 4096, targets of 1280 numbers and of 257 x 768.

- ``step``: loss, forward and backward, while brains are mixed (BiMixCo). The plain
  implementation follows the published equations as they stand: normalised copies of
  all embeddings, label matrices filled row by row, one loss after the other. Both have
  equal weights and equal mixtures; the table gives the difference of their losses.
- ``optimiser``: AdamW over the same parameters, timed apart; the peer is torch's own.
- ``stream``: the training loop on betas and targets in HDF5; ``busy`` is the share of
  its time in which it does not wait for them.

Each measurement runs in a process of its own, one after another. Memory is the largest
resident size less that after imports. Operations are those of the matrix products that
the mathematics needs, forward and backward (responses need no gradient); ``share`` is
their number per second over the rate of a product of 2048 x 2048 matrices in the same
process.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from decoders_cases import SIZES, Plain, Sizes

from boldwise.decoders.balanced_batches import BalancedBatches, SubjectRows
from boldwise.io.stores import open_store, write_store
from boldwise.training.loop import train
from boldwise.training.memory import kept_memory
from boldwise.training.optimiser import make_optimiser
from boldwise.training.options import TrainingOptions


def gemm_rate(device: str) -> float:
    """GFLOP/s of a large product in float32."""
    a, b = torch.randn(2, 2048, 2048, device=device).unbind()
    return 2e-9 * 2048**3 / fastest(lambda: a @ b, 4, device)


def fastest(call: Any, repeats: int, device: str) -> float:
    """Seconds of the fastest of some calls, after one that is not counted."""
    seconds = []
    for _ in range(1 + repeats):
        start = time.perf_counter()
        call()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


def memory_gib(what: str, device: str) -> float:
    """Memory now (``VmRSS``) or at most (``VmHWM``), in GiB."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated() / 2**30
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 2**20


def run_step(sizes: Sizes, who: str, options: argparse.Namespace) -> dict[str, Any]:
    """Forward and backward."""
    device = options.device
    ours = sizes.model().to(device)
    model, batch = ours if who == "ours" else Plain(ours), sizes.batch_of(device)
    losses = []

    def step() -> None:
        torch.manual_seed(2)
        for one in model.parameters():
            one.grad = None
        loss = model.loss(batch)[0]
        loss.backward()
        losses.append(loss.item())

    # The loop keeps memory between steps; the plain one leaves it to the C library.
    with kept_memory() if who == "ours" else nullcontext():
        seconds = fastest(step, options.repeats, device)
    return {"seconds": seconds, "loss": losses[0]}


def run_optimiser(
    sizes: Sizes, who: str, options: argparse.Namespace
) -> dict[str, Any]:
    """One move of all parameters."""
    model = sizes.model().to(options.device)
    for one in model.parameters():
        one.grad = torch.full_like(one, 1e-3)
    if who == "ours":
        call = make_optimiser(model, learning_rate=1e-3, weight_decay=0.01).step
    else:
        call = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True).step
    return {"seconds": fastest(call, options.repeats, options.device), "loss": 0.0}


def run_stream(sizes: Sizes, who: str, options: argparse.Namespace) -> dict[str, Any]:
    """Train on responses and targets that lie on disk, or (the peer) in memory."""
    n_steps = 2 + options.repeats
    n_trials = n_steps * sizes.batch
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder, "stream.h5")
        arrays = {
            name: rng.standard_normal((n_trials, sizes.n_voxels), np.float32)
            for name in sizes.subjects
        }
        n_stimuli = n_trials * sizes.n_subjects
        for place, shape in enumerate(sizes.targets):
            token = rng.standard_normal((n_stimuli, *shape), np.float32)
            arrays[f"t{place}"] = token.astype(np.float16)
        write_store(path, arrays, schema="features")
        with open_store(path, schema="features") as store:
            source = {k: store[k] if who == "ours" else arrays[k] for k in arrays}
            if who == "ours":
                arrays.clear()
            history = train(
                sizes.model(mixed=1 / 3),
                _batches(sizes, source, n_trials),
                options=TrainingOptions(
                    n_epochs=1,
                    batch_size=sizes.batch,
                    device=options.device,
                    threads=options.threads,
                ),
            )
    busy = 1 - history.waiting_s[0] / history.seconds[0]
    seconds = history.seconds[0] / n_steps
    return {"seconds": seconds, "loss": history.loss["loss"][0], "busy": busy}


def _batches(sizes: Sizes, source: Mapping[str, Any], n_trials: int) -> BalancedBatches:
    trials = np.arange(n_trials)
    subjects = {
        name: SubjectRows(source[name], place * n_trials + trials, trials, trials[:0])
        for place, name in enumerate(sizes.subjects)
    }
    targets = {k: source[k] for k in source if k.startswith("t")}
    return BalancedBatches(subjects, targets)


RUNS = {"step": run_step, "optimiser": run_optimiser, "stream": run_stream}
PEERS = {
    "step": "plain implementation",
    "optimiser": "torch AdamW, fused",
    "stream": "arrays in memory",
}


def compare(case: str, options: argparse.Namespace) -> dict[str, Any]:
    """Row of one case."""
    found = {who: _apart(case, who, options) for who in ("ours", "plain")}
    ours, plain = found["ours"], found["plain"]
    row = {
        "case": case + " (small)" * options.small,
        "peer": PEERS[case],
        "ours_s": ours["seconds"],
        "peer_s": plain["seconds"],
        "ratio": plain["seconds"] / ours["seconds"],
        "peak_gib": ours["peak_gib"],
        "peer_peak_gib": plain["peak_gib"],
    }
    if case == "step":
        gflop = _sizes(options).gflop()
        row |= {
            "loss_difference": abs(ours["loss"] / plain["loss"] - 1),
            "gflop_step": gflop,
            "gemm_gflop_per_s": ours["gemm"],
            "share_of_gemm": gflop / ours["seconds"] / ours["gemm"],
        }
    if case == "stream":
        row["busy"] = ours["busy"]
    return row


def _sizes(options: argparse.Namespace) -> Sizes:
    return SIZES["small" if options.small else options.device]


def _apart(case: str, who: str, options: argparse.Namespace) -> dict[str, Any]:
    """Run this file again for one measurement."""
    command = [sys.executable, __file__, "--one", case, who, "--device"]
    command += [options.device, "--threads", options.threads, "--repeats"]
    command += [options.repeats, *["--small"] * options.small]
    command += ["--folder", options.folder] if options.folder else []
    done = subprocess.run(
        [str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(case: str, who: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one implementation in this process."""
    torch.set_num_threads(options.threads)
    rates = [gemm_rate(options.device)]
    before = 0.0 if options.device == "cuda" else memory_gib("VmRSS", options.device)
    found = RUNS[case](_sizes(options), who, options)
    found["peak_gib"] = memory_gib("VmHWM", options.device) - before
    rates.append(gemm_rate(options.device))
    return {**found, "gemm": float(np.mean(rates))}


def show(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table."""
    print(
        f"{'case':18} {'peer':21} {'ours s':>7} {'peer s':>7} {'ratio':>6} "
        f"{'GiB':>6} {'peer':>6}  more"
    )
    for row in rows:
        more = [f"{k} {row[k]:.3g}" for k in list(row)[7:]]
        print(
            f"{row['case']:18} {row['peer']:21} {row['ours_s']:7.3f} "
            f"{row['peer_s']:7.3f} {row['ratio']:6.2f} {row['peak_gib']:6.2f} "
            f"{row['peer_peak_gib']:6.2f}  {', '.join(more)}"
        )


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", default=list(RUNS), choices=RUNS)
    parser.add_argument("--small", action="store_true", help="sizes of seconds")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--repeats", type=int, default=3, help="steps timed")
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--folder", help="where 0.3 GB of scratch may lie")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one, options)))
        return
    rows = [compare(case, options) for case in options.cases]
    print(json.dumps({"rows": rows}, indent=1)) if options.json else show(rows)


if __name__ == "__main__":
    main()
