"""Time banded ridge against the random searches of himalaya.

Run it: ``python benchmarks/banded.py [--small] [--json] [--threads 2] [--repeats 3]``.
All run in this one process, with the same threads, on the same float32 arrays: feature
spaces with power-law spectra, targets that follow one, two or all of them or noise, 20
penalties over 7 decades, 5 contiguous folds. himalaya scores 50 random candidates, ours
40 that it searches for; the mean over targets of the best cross-validated R² is shown
beside the seconds. Ours is warmed up and the median of the repeats counts; himalaya,
which takes minutes, runs once after a warm-up of 1 candidate.
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
from himalaya.kernel_ridge import MultipleKernelRidgeCV
from himalaya.ridge import GroupRidgeCV
from himalaya.scoring import r2_score
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from boldwise.linear.banded_ridge import BandedRidgeCV

Fit = Callable[[int], Any]
"""Takes the number of candidates; gives a fitted model with cv_scores_."""

FULL = (4, 200, 2000, 2000)  # spaces, features of each, rows, targets
SMALL = (4, 40, 400, 400)
ALPHAS = np.logspace(-1, 6, 20)
N_RANDOM, N_OURS = 50, 40
BATCHES: dict[str, dict[str, int]] = {
    "": {},
    " in batches": {"n_targets_batch": 1000, "n_alphas_batch": 5},
}


class Problem:
    """Feature spaces, targets, and the share of each space in each target.

    Attributes
    ----------
    features : array of float32, shape (n_rows, n_spaces * width)
    targets : array of float32, shape (n_rows, n_targets)
    group : array of int, shape (n_spaces * width,)
    share : array of shape (n_spaces, n_targets)
        Of the variance of the signal; zeros for noise.
    """

    def __init__(self, shape: tuple[int, int, int, int], seed: int = 0) -> None:
        n_spaces, width, n_rows, n_targets = shape
        rng = np.random.default_rng(seed)
        spectrum = np.arange(1, width + 1) ** -0.5
        turns = np.linalg.qr(rng.standard_normal((n_spaces, width, width)))[0]
        spaces = (rng.standard_normal((n_spaces, n_rows, width)) * spectrum) @ turns
        self.share = self._draw_shares(rng, n_spaces, n_targets)
        targets = rng.standard_normal((n_rows, n_targets))
        targets *= rng.permutation(np.geomspace(0.5, 5, n_targets))
        for space, share in zip(spaces, self.share, strict=True):
            signal = space @ rng.standard_normal((width, n_targets))
            targets += signal / signal.std(axis=0) * np.sqrt(share)
        self.group = np.repeat(np.arange(n_spaces), width)
        self.features = np.concatenate(list(spaces), axis=1).astype("f4")
        self.targets = targets.astype("f4")

    @staticmethod
    def _draw_shares(
        rng: np.random.Generator, n_spaces: int, n_targets: int
    ) -> np.ndarray:
        """Four tenths follow one space, three two, two all, one is noise."""
        share = np.zeros((n_spaces, n_targets))
        for target, kind in enumerate(np.arange(n_targets) % 10):
            n_used = (1, 1, 1, 1, 2, 2, 2, n_spaces, n_spaces, 0)[kind]
            used = rng.permutation(n_spaces)[:n_used]
            share[used, target] = rng.dirichlet(np.full(n_used, 2.0)) if n_used else 0
        return share


def fit_ours(problem: Problem) -> Fit:
    """Search, choose and fit as boldwise does."""

    def fit(n_iter: int) -> BandedRidgeCV:
        model = BandedRidgeCV(problem.group, ALPHAS, cv=5, n_iter=n_iter)
        return model.fit(problem.features, problem.targets)

    return fit


def fit_group_ridge(problem: Problem, backend: str, batches: dict[str, int]) -> Fit:
    """Draw candidates at random, and decompose features."""

    def fit(n_iter: int) -> GroupRidgeCV:
        convert = set_backend(backend)
        options = {"n_iter": n_iter, "alphas": ALPHAS.astype("f4"), **batches}
        options |= {"score_func": r2_score, "progress_bar": False}
        model = GroupRidgeCV(
            groups=problem.group,
            solver_params=options,
            fit_intercept=True,
            cv=KFold(5),
            random_state=0,
        )
        return model.fit(*map(convert.asarray, (problem.features, problem.targets)))

    return fit


def fit_kernel_ridge(problem: Problem, backend: str, batches: dict[str, int]) -> Fit:
    """Draw candidates at random, and decompose kernels."""

    def fit(n_iter: int) -> MultipleKernelRidgeCV:
        convert = set_backend(backend)
        options = {"n_iter": n_iter, "alphas": ALPHAS.astype("f4"), **batches}
        options |= {"score_func": r2_score, "progress_bar": False}
        centred = problem.features - problem.features.mean(axis=0)
        parts = [centred[:, problem.group == g] for g in np.unique(problem.group)]
        kernels = np.stack([part @ part.T for part in parts])
        targets = problem.targets - problem.targets.mean(axis=0)
        model = MultipleKernelRidgeCV(
            kernels="precomputed", solver_params=options, cv=KFold(5), random_state=0
        )
        return model.fit(*map(convert.asarray, (kernels, targets)))

    return fit


def list_peers(problem: Problem) -> dict[str, Fit]:
    """Everything that is timed beside boldwise, by name."""
    peers = {}
    for backend in ("numpy", "torch"):
        for batch, options in BATCHES.items():
            group = fit_group_ridge(problem, backend, options)
            kernel = fit_kernel_ridge(problem, backend, options)
            peers[f"himalaya GroupRidgeCV {backend}{batch}"] = group
            peers[f"himalaya MultipleKernelRidgeCV {backend}{batch}"] = kernel
    return peers


def find_fastest(peers: dict[str, Fit]) -> str:
    """Name of the peer that takes least for 2 candidates, after 1 to warm up."""
    seconds = {}
    for name, fit in peers.items():
        fit(1)
        seconds[name] = time_fit(fit, 2, 1)[0]
    return min(seconds, key=lambda name: seconds[name])


def time_fit(fit: Fit, n_iter: int, repeats: int) -> tuple[float, Any]:
    """Median seconds, and the last model."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        model = fit(n_iter)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), model


def mean_best(model: Any) -> float:
    """Mean over targets of the best score of any candidate."""
    return float(np.nanmax(np.asarray(model.cv_scores_), axis=0).mean())


def measure_peak(fit: Fit) -> float:
    """Memory that a fit of ours allocates beside its input, in GiB."""
    tracemalloc.start()
    fit(4)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**30


def check_accuracy(problem: Problem, ours: BandedRidgeCV) -> dict[str, Any]:
    """Compare scores of equal candidates, and chosen spaces with those planted."""
    some, few = slice(0, None, 20), ours.candidates_[:3] + 1e-6
    few = few / few.sum(axis=1, keepdims=True)
    convert = set_backend("numpy")
    options = {"n_iter": few.astype("f4"), "alphas": ALPHAS.astype("f4")}
    options |= {"score_func": r2_score, "progress_bar": False}
    theirs = GroupRidgeCV(
        groups=problem.group, solver_params=options, fit_intercept=True, cv=KFold(5)
    ).fit(problem.features, convert.asarray(problem.targets[:, some]))
    mine = BandedRidgeCV(problem.group, ALPHAS, cv=5, n_iter=few)
    mine.fit(problem.features, problem.targets[:, some])
    alone = (problem.share.max(axis=0) == 1) & (ours.best_cv_score_ > 0.05)
    right = ours.deltas_.argmax(axis=0) == problem.share.argmax(axis=0)
    return {
        "largest_score_difference": float(
            np.abs(np.asarray(theirs.cv_scores_) - mine.cv_scores_).max()
        ),
        "planted_space_found": float(right[alone].mean()),
        "n_planted": int(alone.sum()),
    }


def compare(
    problem: Problem, case: str, repeats: int, every_peer: bool
) -> list[dict[str, Any]]:
    """Rows of one problem: the fastest peer (or every one) beside ours; accuracy."""
    ours, peers = fit_ours(problem), list_peers(problem)
    ours(2)
    ours_s, model = time_fit(ours, N_OURS, repeats)
    peak_gib = measure_peak(ours)
    names = list(peers) if every_peer else [find_fastest(peers)]
    rows = []
    for name in names:
        peers[name](1)
        peer_s, other = time_fit(peers[name], N_RANDOM, 1)
        rows.append(
            {
                "case": case,
                "peer": name,
                "ours_s": ours_s,
                "peer_s": peer_s,
                "ratio": peer_s / ours_s,
                "peak_gib": peak_gib,
                "ours_score": mean_best(model),
                "peer_score": mean_best(other),
            }
        )
    plain = {
        "ours_score": mean_best(model),
        "uniform_score": model.cv_scores_[0].mean(),
    }
    return [
        *rows,
        {"case": f"{case}: accuracy", **plain, **check_accuracy(problem, model)},
    ]


def show(rows: list[dict[str, Any]]) -> None:
    """Print a line per row."""
    for row in rows:
        numbers = [f"{k}={v:.4g}" for k, v in row.items() if not isinstance(v, str)]
        print(row["case"], row.get("peer", ""), *numbers, sep="  ")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a problem of seconds")
    parser.add_argument(
        "--every-peer", action="store_true", help="not the fastest only"
    )
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0, help="of the problem")
    options = parser.parse_args()
    with threadpool_limits(options.threads):
        shape = SMALL if options.small else FULL
        case = "{} spaces x {} features, n={} V={}".format(*shape)
        problem = Problem(shape, options.seed)
        rows = compare(problem, case, options.repeats, options.every_peer)
    if options.json:
        print(json.dumps({"rows": rows}, indent=1, default=float))
    else:
        show(rows)


if __name__ == "__main__":
    main()
