"""Time ridge with a penalty per target against himalaya and scikit-learn.

Run it: ``python benchmarks/ridge.py [--cases 0 1 2 3] [--json] [--threads 2]
[--plot FILE]``. All run in this one process, with the same threads, on the same
float32 arrays: features with a power-law spectrum, 20 penalties over 7 decades, 5
contiguous folds. Every peer runs once; the fastest and ours then count by the
median of three runs. himalaya's KernelRidgeCV, which himalaya itself advises against
with more rows than features, runs where there are fewer. scikit-learn leaves one row
out, another question with the same use; himalaya answers ours.

The share of the GEMM rate is what the counted operations would take as matrix
products, over what they took. Counted are those that the method needs (moments,
projections, and pairs of directions or else terms of the shrinkage and their mixtures
in single precision; Gram matrices and 9 q³ for the eigenvectors of a q by q matrix in
double precision).
"""

import argparse
import json
import statistics
import time
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from himalaya.backend import set_backend
from himalaya.kernel_ridge import KernelRidgeCV
from himalaya.ridge import RidgeCV as HimalayaRidgeCV
from himalaya.scoring import r2_score
from sklearn.linear_model import Ridge
from sklearn.linear_model import RidgeCV as SklearnRidgeCV
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from boldwise.linear.folds import contiguous_folds
from boldwise.linear.plan import plan_ridge
from boldwise.linear.ridge import RidgeCV

Problem = tuple[np.ndarray, np.ndarray]
Fit = Callable[[np.ndarray, np.ndarray], Any]

CASES = [(3000, 300, 4000), (3000, 1000, 2000), (6000, 768, 3000), (1500, 4000, 2000)]
BASE = (2000, 300, 2000)  # Of the plot, which varies one of the three at a time.
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
    """Penalties (n_targets,) that boldwise chooses, with the weights formed too."""
    model = RidgeCV(ALPHAS, cv=5).fit(features, targets)
    assert model.coef_.shape == (features.shape[1], targets.shape[1])
    return np.asarray(model.alpha_)


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


def list_peers(backends: list[str]) -> dict[str, Fit]:
    """Everything that is timed beside boldwise, by name."""
    peers: dict[str, Fit] = {"scikit-learn RidgeCV": fit_sklearn}
    for backend in backends:
        for kernel in (False, True):
            for batch, options in BATCHES.items():
                name = f"himalaya {'KernelRidgeCV' if kernel else 'RidgeCV'}"
                fit = fit_himalaya(kernel, backend, options)
                peers[f"{name} {backend}{batch}"] = fit
    return peers


def time_once(fit: Fit, problem: Problem) -> tuple[float, np.ndarray]:
    """Seconds of one run, and the penalties (n_targets,)."""
    start = time.perf_counter()
    alpha = fit(*problem)
    return time.perf_counter() - start, alpha


def time_fit(fit: Fit, problem: Problem) -> float:
    """Median seconds of three runs; the first that was ever is not among them."""
    return statistics.median(time_once(fit, problem)[0] for _ in range(3))


def measure_peak(problem: Problem) -> float:
    """Memory that a fit of ours allocates beside its input, in GiB."""
    tracemalloc.start()
    fit_ours(*problem)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**30


def measure_gemm(dtype: str) -> float:
    """Operations per second of a product of two matrices of 2048 by 2048."""
    values = np.random.default_rng(0).standard_normal((2048, 2048)).astype(dtype)
    best = min(time_once(np.matmul, (values, values))[0] for _ in range(5))
    return 2 * 2048**3 / best


def count_operations(shape: tuple[int, int, int]) -> tuple[float, float]:
    """Operations in single and in double precision that a fit needs."""
    n, p, n_targets = shape
    features, _ = draw_problem(n, p, 1)
    folds = contiguous_folds(n, 5)
    plan = plan_ridge(features, folds, alphas=ALPHAS)
    q, k = plan.into.shape
    single = q * k * n_targets + p * k * n_targets
    double = min(n, p) * n * p + 9 * min(n, p) ** 3 / 2
    single += 0 if plan.rows is None else n * q * n_targets
    for fold in plan.folds:
        q, k = fold.into.shape
        turned, n_seen = fold.lean is not None, fold.seen.shape[1]
        single += q * k * n_targets
        single += (q if turned else fold.n_validate) * k * n_targets
        if fold.pairs is not None:
            single += k * (k + 3 * 20) * n_targets
        for band in fold.bands:
            reach = min(band.directions.stop, n_seen)
            width = band.directions.stop - band.directions.start
            single += len(band.basis) * (width * reach + 20 * n_seen) * n_targets
        double += fold.n_validate * (p * p + p * k) * (p < n) + 9 * min(k, p) ** 3 / 2
        double += fold.n_validate * fold.n_fit * k * (p > n)
    return 2.0 * single, 2.0 * double


def compare_predictions(problem: Problem) -> float:
    """Largest distance of predictions from double precision, in SDs of the targets.

    The reference is scikit-learn's ridge in double precision with our penalties.
    """
    features, targets = problem
    new = features[::7] + features[3:4]
    model = RidgeCV(ALPHAS, cv=5).fit(features, targets)
    exact = Ridge(alpha=model.alpha_, solver="svd")
    exact.fit(features.astype("f8"), targets.astype("f8"))
    predicted, expected = model.predict(new), exact.predict(new)
    return float((np.abs(predicted - expected) / targets.std(0)).max())


def compare_choices(problem: Problem, alpha: np.ndarray) -> tuple[float, float]:
    """Share of equal penalties, and the largest loss of score where they differ."""
    model = RidgeCV(ALPHAS, cv=5).fit(*problem)
    theirs = np.abs(np.log(ALPHAS)[:, None] - np.log(alpha)).argmin(0)
    score = model.cv_scores_[theirs, np.arange(len(alpha))]
    same = np.isclose(alpha, model.alpha_)
    return float(same.mean()), float(np.abs(model.best_cv_score_ - score).max())


def compare(
    shape: tuple[int, int, int], peers: dict[str, Fit], rates: tuple[float, float]
) -> list[dict[str, Any]]:
    """Rows of one case: every peer beside ours."""
    problem = draw_problem(*shape)
    if shape[0] > shape[1]:  # There the kernel takes three times as long or more.
        peers = {name: fit for name, fit in peers.items() if "Kernel" not in name}
    once = {name: time_once(fit, problem) for name, fit in peers.items()}
    seconds = {name: found[0] for name, found in once.items()}
    himalaya = {name: s for name, s in seconds.items() if name.startswith("himalaya")}
    fastest = min(himalaya, key=himalaya.__getitem__)
    seconds[fastest] = time_fit(peers[fastest], problem)
    fit_ours(*problem)
    ours_s = time_fit(fit_ours, problem)
    ideal = sum(c / r for c, r in zip(count_operations(shape), rates, strict=True))
    shared = {
        "case": "n={} p={} V={}".format(*shape),
        "ours_s": ours_s,
        "peak_gib": measure_peak(problem),
        "gemm_share": ideal / ours_s,
        "prediction_error": compare_predictions(problem),
    }
    rows = []
    for name, peer_s in seconds.items():
        same, loss = compare_choices(problem, once[name][1])
        row = {"peer": name, "peer_s": peer_s, "ratio": peer_s / ours_s}
        row |= {"same_penalty": same, "score_lost": loss, "fastest": name == fastest}
        rows.append({**shared, **row})
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    """Print a table, and the geometric mean against the fastest of each case."""
    print(f"{'case':21} {'peer':40}  ours s  peer s  ratio  same  score lost")
    for row in rows:
        print(
            "{case:21} {peer:40} {ours_s:7.3f} {peer_s:7.2f} {ratio:6.1f} "
            "{same_penalty:6.1%} {score_lost:8.0e}".format(**row)
        )
    fastest = [row for row in rows if row["fastest"]]
    for row in fastest:
        print(
            "{case:21} {gemm_share:.0%} of the GEMM rate, peak {peak_gib:.2f} GiB, "
            "predictions within {prediction_error:.0e} SD of double precision".format(
                **row
            )
        )
    mean = statistics.geometric_mean(row["ratio"] for row in fastest)
    shown = ", ".join(f"{row['ratio']:.1f}" for row in fastest)
    print(f"against the fastest himalaya: {shown}; geometric mean {mean:.1f}")


def plot(path: str) -> None:
    """Draw seconds against n, p and V for ours and himalaya's RidgeCV in batches."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    peer = fit_himalaya(False, "torch", BATCHES[" in batches"])
    figure, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True, layout="constrained")
    for axis, place, name in zip(axes, range(3), "npV", strict=True):
        values = [BASE[place] * factor // 4 for factor in (1, 2, 4, 8)]
        for label, fit in (("boldwise", fit_ours), ("himalaya, torch", peer)):
            seconds = []
            for value in values:
                problem = draw_problem(*(*BASE[:place], value, *BASE[place + 1 :]))
                seconds.append(min(time_once(fit, problem)[0] for _ in range(2)))
            axis.loglog(values, seconds, "o-", label=label)
        fixed = ", ".join(
            f"{letter}={value}"
            for letter, value in zip("npV", BASE, strict=True)
            if letter != name
        )
        axis.set(xlabel=f"{name} ({fixed})", xticks=values, xticklabels=values)
        axis.minorticks_off()
    axes[0].set_ylabel("seconds")
    axes[0].legend(frameon=False)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, nargs="+", default=range(len(CASES)))
    parser.add_argument("--backends", nargs="+", default=["torch", "numpy"])
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--plot", help="file to draw the cost to, instead")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="himalaya")
    with threadpool_limits(options.threads):
        if options.plot:
            plot(options.plot)
            return
        rates = measure_gemm("f4"), measure_gemm("f8")
        peers = list_peers(options.backends)
        rows = [row for n in options.cases for row in compare(CASES[n], peers, rates)]
    if options.json:
        print(json.dumps({"rows": rows}, indent=1))
    else:
        show(rows)


if __name__ == "__main__":
    main()
