"""Measure the memory and the time of fits from HDF5 that do not fit into memory.

Run it: ``python benchmarks/memory.py [--json] [--targets 200000 1000000]``. Targets of
n = 2000 rows are simulated straight into a file (8 GB for a million), which is removed
afterwards; p = 500 features, 20 penalties, 5 folds. Each fit runs in a process of its
own. Its memory is the largest resident size (``VmHWM``, which counts memory maps but
not the cache of the disk) less the resident size after imports. Time per target is
compared with the same solver on 20,000 targets in memory, in the same run; on a busy
machine compare the time of the processor, which counts reading although it overlaps.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from threadpoolctl import threadpool_limits

from boldwise.io.columns import open_spool
from boldwise.io.progress import show_progress
from boldwise.io.stores import open_store, write_store
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.plan import RidgePlan, plan_ridge
from boldwise.linear.stream import Wanted, fit_block, stream_fit

N_ROWS, N_FEATURES, N_NEW = 2000, 500, 100
N_TARGETS = (50_000, 200_000)
IN_MEMORY = 20_000
ALPHAS = np.logspace(-1, 6, 20)
MEMORY_GB = 1.0


class Simulated:
    """Noisy targets (N_ROWS, n_targets) that are drawn when columns are sliced."""

    def __init__(self, features: np.ndarray, n_targets: int) -> None:
        self._features = features[:N_ROWS]
        self.shape, self.dtype = (N_ROWS, n_targets), np.dtype("f4")

    def __getitem__(self, key: Any) -> np.ndarray:
        start, stop, _ = key[-1].indices(self.shape[1])
        rng = np.random.default_rng(start)
        weight = rng.standard_normal((N_FEATURES, stop - start), "f4")
        noise = rng.standard_normal((N_ROWS, stop - start), "f4")
        return np.asarray(self._features @ weight + noise)


def draw_features() -> np.ndarray:
    """Features of the rows to fit and of the new ones, (N_ROWS + N_NEW, N_FEATURES)."""
    rng = np.random.default_rng(0)
    spectrum = np.arange(1, N_FEATURES + 1) ** -0.5
    return (rng.standard_normal((N_ROWS + N_NEW, N_FEATURES)) * spectrum).astype("f4")


def plan() -> tuple[RidgePlan, Wanted]:
    """Decompose the features; ask for predictions of the new rows."""
    features = draw_features()
    folds = contiguous_folds(N_ROWS, 5)
    wanted = Wanted(features=features[N_ROWS:])
    return plan_ridge(features[:N_ROWS], folds, alphas=ALPHAS), wanted


def resident_gib(what: str) -> float:
    """Resident size of this process now (``VmRSS``) or at most (``VmHWM``), in GiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 2**20


def fit_from_store(source: Path, target: Path) -> dict[str, float]:
    """Fit all targets of a store; seconds, and peak memory above that of imports."""
    before, start, cpu = resident_gib("VmRSS"), time.perf_counter(), time.process_time()
    with open_store(source, schema="targets") as store, open_spool(target) as spool:
        targets = store["target"]
        ridge, wanted = plan()
        with show_progress(targets.shape[1]) as progress:
            stream_fit(
                *(ridge, targets, spool),
                wanted=wanted,
                memory_gb=MEMORY_GB,
                progress=progress,
            )
        write_store(target, spool.results, schema="fit")
    return {
        "seconds": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "peak_gib": resident_gib("VmHWM") - before,
    }


def fit_in_memory(source: Path) -> dict[str, float]:
    """Fit some targets that are read beforehand; seconds for the plan, and for them."""
    with h5py.File(source, "r") as file:
        targets = file["target"][:, :IN_MEMORY]
    clocks = time.perf_counter, time.process_time
    start = [clock() for clock in clocks]
    ridge, wanted = plan()
    planned = [clock() for clock in clocks]
    fit_block(ridge, targets, wanted=wanted)
    done = [clock() for clock in clocks]
    passed = np.diff([start, planned, done], axis=0).tolist()
    names = ("plan_s", "plan_cpu_s", "seconds", "cpu_s")
    return dict(zip(names, passed[0] + passed[1], strict=True))


def in_its_own_process(*words: Any) -> dict[str, float]:
    """Run this file again for one measurement."""
    command = [sys.executable, __file__, "--one", *map(str, words)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def simulated_store(folder: str | None, n_targets: int) -> Iterator[Path]:
    """Keep a store of targets in a temporary folder for as long as it is needed."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary, "targets.h5")
        targets = Simulated(draw_features(), n_targets)
        write_store(path, {"target": targets}, schema="targets")
        yield path


def measure(n_targets: int, folder: str | None) -> dict[str, Any]:
    """Row of one case: the streamed fit beside the fit in memory, per target."""
    with simulated_store(folder, n_targets) as source:
        peer = in_its_own_process("memory", source)
        ours = in_its_own_process("store", source, source.with_name("fit.h5"))
    more = n_targets / IN_MEMORY
    peer_s = peer["plan_s"] + more * peer["seconds"]
    return {
        "case": f"n={N_ROWS} p={N_FEATURES} V={n_targets} memory_gb={MEMORY_GB:g}",
        "peer": f"boldwise in memory, V={IN_MEMORY}, per target",
        "ours_s": ours["seconds"],
        "peer_s": peer_s,
        "ratio": peer_s / ours["seconds"],
        "peak_gib": ours["peak_gib"],
        "ours_cpu_s": ours["cpu_s"],
        "peer_cpu_s": peer["plan_cpu_s"] + more * peer["cpu_s"],
    }


def show(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table, and how much the memory differs between its rows."""
    form = "{case:42} {ours_s:7.1f} {peer_s:9.1f} {ours_cpu_s:7.1f} {peer_cpu_s:9.1f}"
    print(f"{'case':42} {'ours s':>7} in memory ours cpu in memory peak GiB")
    for row in rows:
        print(form.format(**row), f"{row['peak_gib']:8.3f}")
    peaks = [row["peak_gib"] for row in rows]
    print(f"memory differs by {max(peaks) / min(peaks) - 1:.1%}")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--targets", type=int, nargs="+", default=N_TARGETS)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", help="where 2 to 9 GB of scratch may lie")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        fits: dict[str, Callable[..., dict[str, float]]]
        fits = {"memory": fit_in_memory, "store": fit_from_store}
        kind, *paths = options.one
        with threadpool_limits(options.threads):
            print(json.dumps(fits[kind](*map(Path, paths))))
        return
    rows = [measure(n, options.folder) for n in options.targets]
    if options.json:
        print(json.dumps({"rows": rows}, indent=1))
    else:
        show(rows)


if __name__ == "__main__":
    main()
