"""Time ridge with a penalty per target against himalaya and scikit-learn.

Run it: ``python benchmarks/ridge.py [--full] [--json] [--threads 1] [--repeats 3]``.
All run in this one process, with the same threads, on the same float32 arrays:
features with a power-law spectrum, 20 penalties over 7 decades, 5 contiguous folds.
Each is warmed up once; the median of the repeats counts. scikit-learn scores by
leaving one out, which is another question with the same use; himalaya answers ours.
"""

import argparse
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from himalaya.backend import set_backend
from himalaya.kernel_ridge import KernelRidgeCV
from himalaya.ridge import RidgeCV as HimalayaRidgeCV
from himalaya.scoring import r2_score
from sklearn.linear_model import RidgeCV as SklearnRidgeCV
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from boldwise.linear.ridge import RidgeCV

Problem = tuple[np.ndarray, np.ndarray]
Fit = Callable[[np.ndarray, np.ndarray], Any]

SMALL = [(400, 300, 1300), (600, 100, 2000), (300, 800, 1000)]
FULL = [(3000, 300, 4000), (3000, 1000, 2000), (6000, 768, 3000), (1500, 4000, 2000)]
ALPHAS = np.logspace(-1, 6, 20)
BATCHES: dict[str, dict[str, int]] = {
    "": {},
    " in batches": {"n_targets_batch": 1000, "n_alphas_batch": 5},
}


def draw_problem(n_rows: int, n_features: int, n_targets: int) -> Problem:
    """Features (n_rows, n_features) with a power-law spectrum, noisy targets."""
    rng = np.random.default_rng(0)
    spectrum = np.arange(1, n_features + 1) ** -0.5
    turn, _ = np.linalg.qr(rng.standard_normal((n_features, n_features)))
    features = (rng.standard_normal((n_rows, n_features)) * spectrum) @ turn
    weight = rng.standard_normal((n_features, n_targets)) / np.sqrt(n_features)
    noise = rng.standard_normal((n_rows, n_targets)) * np.geomspace(0.1, 10, n_targets)
    return features.astype("f4"), (features @ weight + noise).astype("f4")


def fit_ours(features: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Penalties (n_targets,) that boldwise chooses."""
    return np.asarray(RidgeCV(ALPHAS, cv=5).fit(features, targets).alpha_)


def fit_sklearn(features: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Penalties (n_targets,) that scikit-learn chooses, leaving one out."""
    model = SklearnRidgeCV(ALPHAS, alpha_per_target=True).fit(features, targets)
    return np.asarray(model.alpha_)


def fit_himalaya(kernel: bool, backend: str, batches: dict[str, int]) -> Fit:
    """Penalties (n_targets,) that himalaya chooses, by primal or kernel ridge."""

    def fit(features: np.ndarray, targets: np.ndarray) -> np.ndarray:
        convert = set_backend(backend)
        options = {"score_func": r2_score, **batches}
        common = {"alphas": ALPHAS, "cv": KFold(5), "solver_params": options}
        if kernel:
            features, targets = features - features.mean(0), targets - targets.mean(0)
            model = KernelRidgeCV(**common)
        else:
            options["warn"] = False
            model = HimalayaRidgeCV(fit_intercept=True, **common)
        model.fit(convert.asarray(features), convert.asarray(targets))
        return np.asarray(convert.to_numpy(model.best_alphas_))

    return fit


def list_peers() -> dict[str, Fit]:
    """Everything that is timed beside boldwise, by name."""
    peers: dict[str, Fit] = {"scikit-learn RidgeCV": fit_sklearn}
    for backend in ("numpy", "torch"):
        for kernel in (False, True):
            for batch, options in BATCHES.items():
                name = f"himalaya {'KernelRidgeCV' if kernel else 'RidgeCV'}"
                fit = fit_himalaya(kernel, backend, options)
                peers[f"{name} {backend}{batch}"] = fit
    return peers


def time_fit(fit: Fit, problem: Problem, repeats: int) -> tuple[float, np.ndarray]:
    """Median seconds after one warm-up, and the penalties (n_targets,)."""
    alpha = fit(*problem)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        fit(*problem)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), alpha


def measure_peak(problem: Problem) -> float:
    """Memory that a fit of ours allocates beside its input, in GiB."""
    tracemalloc.start()
    fit_ours(*problem)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**30


def compare(shape: tuple[int, int, int], repeats: int) -> list[dict[str, Any]]:
    """Rows of one case: every peer beside ours."""
    problem = draw_problem(*shape)
    ours_s, ours = time_fit(fit_ours, problem, repeats)
    peak_gib = measure_peak(problem)
    rows = []
    for name, fit in list_peers().items():
        peer_s, alpha = time_fit(fit, problem, repeats)
        rows.append(
            {
                "case": "n={} p={} V={}".format(*shape),
                "peer": name,
                "ours_s": ours_s,
                "peer_s": peer_s,
                "ratio": peer_s / ours_s,
                "peak_gib": peak_gib,
                "same_penalty": float(np.isclose(alpha, ours).mean()),
            }
        )
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    """Print a table, and the geometric mean against the fastest of each case."""
    form = "{case:24} {peer:42} {ours_s:8.3f} {peer_s:8.3f} {ratio:7.1f} {same:6.1%}"
    header = f"{'case':24} {'peer':42} {'ours s':>8} {'peer s':>8} {'ratio':>7} same"
    print(header, *(form.format(same=r["same_penalty"], **r) for r in rows), sep="\n")
    himalaya = [row for row in rows if row["peer"].startswith("himalaya")]
    cases = dict.fromkeys(row["case"] for row in rows)
    fastest = [min(r["ratio"] for r in himalaya if r["case"] == case) for case in cases]
    mean = statistics.geometric_mean(fastest)
    shown = ", ".join(f"{ratio:.1f}" for ratio in fastest)
    print(f"against the fastest himalaya: {shown}; geometric mean {mean:.1f}")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="sizes of whole data sets")
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with threadpool_limits(options.threads):
        rows = [
            row
            for shape in (FULL if options.full else SMALL)
            for row in compare(shape, options.repeats)
        ]
    if options.json:
        print(json.dumps({"rows": rows}, indent=1))
    else:
        show(rows)


if __name__ == "__main__":
    main()
