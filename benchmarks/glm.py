"""The single-trial GLM: a whole-brain session within 4 GiB, and LSS beside refitting.

Run it: ``python benchmarks/glm.py [--json] [--voxels 300000] [--threads 1]``. A session
of 12 runs, 250 volumes and 63 trials each is simulated straight to disk (int16, in a
temporary folder that is removed). The full recipe then runs in a process of its own,
whose peak is that of its resident memory, mapped files included. On a subset of voxels,
in one process with the same threads and the same designs, least squares all and
separate are timed beside nilearn's FirstLevelModel (ordinary least squares, its designs
given) and beside a loop that refits a model per trial.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pandas as pd
from nilearn.glm.first_level import FirstLevelModel
from threadpoolctl import threadpool_limits

from boldwise.responses.cleaning import percent_signal_change
from boldwise.responses.glm_plan import RunPlan, plan_glm
from boldwise.responses.records import Voxels
from boldwise.responses.ridge_responses import ridge_responses
from boldwise.responses.runs import Recipe, Run
from boldwise.responses.single_trial import least_squares_all, least_squares_separate
from boldwise.simulate.trial_series import (
    SeriesDesign,
    draw_series,
    plan_series,
    runs_of,
)

DESIGN = SeriesDesign(n_runs=12, trials_per_run=63, spacing_s=4.0, tr_s=1.205)
BLOCK = 5_000
SUBSET = 4_000
RECIPE = Recipe("single_trial_ridge", hrf="library")
Estimate = Callable[[list[RunPlan], list[np.ndarray]], np.ndarray]


def open_runs(folder: Path) -> list[Run]:
    """Open runs whose BOLD lies on disk; the same trials for the same seed."""
    plans = plan_series(DESIGN, rng=np.random.default_rng(0))
    paths = [folder / f"{number}.npy" for number in range(DESIGN.n_runs)]
    return runs_of(DESIGN, plans, [np.load(path, mmap_mode="r") for path in paths])


def simulate(folder: Path, n_voxels: int) -> None:
    """Draw a session block by block; a third of the voxels respond."""
    plans = plan_series(DESIGN, rng=np.random.default_rng(0))
    shape = (DESIGN.n_volumes, n_voxels)
    for number in range(DESIGN.n_runs):
        np.lib.format.open_memmap(folder / f"{number}.npy", "w+", np.int16, shape)
    rng = np.random.default_rng(1)
    for start in range(0, n_voxels, BLOCK):
        columns = slice(start, min(start + BLOCK, n_voxels))
        responsive = np.arange(columns.start, columns.stop) % 3 == 0
        bold, _ = draw_series(DESIGN, plans, responsive, snr=1.0, rng=rng)
        for number, values in enumerate(bold):
            file = np.load(folder / f"{number}.npy", mmap_mode="r+")
            file[:, columns] = np.rint(values)


def fit_full(folder: Path, threads: int, answer: Any) -> None:
    """Fit the full recipe to the files; tell seconds, peak in GiB and choices."""

    def allocate(shape: tuple[int, int]) -> np.ndarray:
        return np.lib.format.open_memmap(folder / "beta.npy", "w+", np.float32, shape)

    runs = open_runs(folder)
    n_voxels = runs[0].bold.shape[1]
    voxels = Voxels(np.column_stack([np.arange(n_voxels)] * 3), (n_voxels,) * 3)
    with threadpool_limits(threads):
        start = time.perf_counter()
        responses = ridge_responses(runs, voxels, RECIPE, allocate=allocate)
        seconds = time.perf_counter() - start
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    told = {"n_components": responses.notes["n_noise_components"]}
    answer.put((seconds, peak_gib, {**told, "trials": len(responses.trials)}))


def ours(weigh: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Estimate:
    """Weights over volumes, once for all voxels; then one product per run."""

    def estimate(plans: list[RunPlan], signals: list[np.ndarray]) -> np.ndarray:
        weights = [weigh(p.regressors[0].astype("f8"), p.nuisance) for p in plans]
        pairs = zip(weights, signals, strict=True)
        return np.concatenate([w.astype(np.float32) @ y for w, y in pairs])

    return estimate


def refit(plans: list[RunPlan], signals: list[np.ndarray]) -> np.ndarray:
    """Least squares separate as it is told: a model per trial, by numpy's lstsq."""
    return np.stack(
        [
            np.linalg.lstsq(model, signal, rcond=None)[0][0]
            for plan, signal in zip(plans, signals, strict=True)
            for model in separate_models(plan)
        ]
    )


def invert(plans: list[RunPlan], signals: list[np.ndarray]) -> np.ndarray:
    """Run the same loop at its fastest: one row of a pseudo-inverse per trial."""
    return np.stack(
        [
            np.linalg.pinv(model)[0].astype(np.float32) @ signal
            for plan, signal in zip(plans, signals, strict=True)
            for model in separate_models(plan)
        ]
    )


def separate_models(plan: RunPlan) -> list[np.ndarray]:
    """Models (n_volumes, 2 + n_nuisance): this trial, all others, nuisance."""
    regressors = plan.regressors[0].astype("f8")
    total = regressors.sum(axis=1)
    return [np.column_stack([one, total - one, plan.nuisance]) for one in regressors.T]


def by_nilearn(separate: bool, n_runs: int) -> Estimate:
    """Take nilearn's FirstLevelModel on the first runs; betas of the trials."""

    def estimate(plans: list[RunPlan], signals: list[np.ndarray]) -> np.ndarray:
        found = []
        for plan, signal in zip(plans[:n_runs], signals[:n_runs], strict=True):
            regressors = plan.regressors[0]
            models = [np.column_stack([regressors, plan.nuisance])]
            if separate:
                models = separate_models(plan)
            n_wanted = 1 if separate else regressors.shape[1]
            found += [fit_nilearn(model, signal, n_wanted) for model in models]
        return np.concatenate(found)

    return estimate


def fit_nilearn(model: np.ndarray, signal: np.ndarray, n_wanted: int) -> np.ndarray:
    """Betas (n_wanted, n_voxels) of the first regressors."""
    image = nib.Nifti1Image(signal.T.reshape(-1, 1, 1, len(signal)), np.eye(4))
    mask = nib.Nifti1Image(np.ones(image.shape[:3], np.int8), np.eye(4))
    names = [f"x{k}" for k in range(model.shape[1])]
    glm = FirstLevelModel(
        mask_img=mask, noise_model="ols", signal_scaling=False, minimize_memory=True
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        glm.fit(image, design_matrices=pd.DataFrame(model, columns=names))
    results = glm.results_[0]
    labels = glm.labels_[0]
    beta = np.zeros((n_wanted, signal.shape[1]))
    for label, result in results.items():
        beta[:, labels == label] = result.theta[:n_wanted]
    return beta


def time_of(estimate: Estimate, *given: Any, repeats: int) -> tuple[float, np.ndarray]:
    """Median seconds, and what came of it."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = estimate(*given)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), found


def compare(folder: Path) -> list[dict[str, Any]]:
    """Rows of the subset: least squares all and separate beside their peers."""
    plans = plan_glm(open_runs(folder), ["glover"], high_pass_hz=0.01, detrend_order=1)
    subset = slice(0, min(SUBSET, plans[0].run.bold.shape[1]))
    signals = [percent_signal_change(plan.run.bold[:, subset])[0] for plan in plans]
    width, n_runs = subset.stop, len(plans)
    cases = [
        (
            "least squares separate",
            ours(least_squares_separate),
            "refit",
            refit,
            n_runs,
        ),
        (
            "least squares separate",
            ours(least_squares_separate),
            "pinv",
            invert,
            n_runs,
        ),
        (
            "least squares separate",
            ours(least_squares_separate),
            "nilearn FirstLevelModel, 1 run",
            by_nilearn(True, 1),
            1,
        ),
        (
            "least squares all",
            ours(least_squares_all),
            "nilearn FirstLevelModel",
            by_nilearn(False, n_runs),
            n_runs,
        ),
    ]
    rows = []
    for case, mine, peer, theirs, used in cases:
        part = (plans[:used], signals[:used])
        ours_s, beta = time_of(mine, *part, repeats=5)
        peer_s, other = time_of(theirs, *part, repeats=1)
        rows.append(row(f"{case}, {width:,} voxels", peer, ours_s, peer_s))
        rows[-1]["largest_difference"] = float(np.abs(beta - other).max())
        rows[-1]["us_per_voxel"] = 1e6 * ours_s / width
    return rows


def row(case: str, peer: str, ours_s: float, peer_s: float) -> dict[str, Any]:
    """Make a row of the table."""
    seconds = {"ours_s": ours_s, "peer_s": peer_s, "ratio": peer_s / ours_s}
    return {"case": case, "peer": peer, **seconds, "peak_gib": None}


def measure(folder: Path, n_voxels: int, threads: int) -> list[dict[str, Any]]:
    """Simulate, fit in another process, compare on a subset."""
    simulate(folder, n_voxels)
    spawn = multiprocessing.get_context("spawn")
    answer = spawn.Queue()
    child = spawn.Process(target=fit_full, args=(folder, threads, answer))
    child.start()
    seconds, peak_gib, told = answer.get()
    child.join()
    with threadpool_limits(threads):
        rows = compare(folder)
    nilearn = next(one for one in rows if one["peer"] == "nilearn FirstLevelModel")
    width = min(SUBSET, n_voxels)
    peer_s = nilearn["peer_s"] * n_voxels / width
    case = f"full recipe, {n_voxels:,} voxels, {told['trials']} trials"
    full = row(case, "nilearn FirstLevelModel, scaled from the subset", seconds, peer_s)
    full |= {"peak_gib": peak_gib, "us_per_voxel": 1e6 * seconds / n_voxels, **told}
    return [full, *rows]


def show(rows: list[dict[str, Any]]) -> None:
    """Print a table."""
    print(f"{'case':44} {'peer':48} {'ours s':>8} {'peer s':>8} {'ratio':>7} us/voxel")
    for one in rows:
        print(
            f"{one['case']:44} {one['peer']:48} {one['ours_s']:8.4g} "
            f"{one['peer_s']:8.4g} {one['ratio']:7.1f} {one['us_per_voxel']:8.1f}"
        )
    worst = max(one.get("largest_difference", 0) for one in rows)
    print(f"peak {rows[0]['peak_gib']:.2f} GiB; betas differ by at most {worst:.1e}")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--voxels", type=int, default=300_000)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), options.voxels, options.threads)
    if options.json:
        print(json.dumps({"rows": rows}, indent=1))
    else:
        show(rows)


if __name__ == "__main__":
    main()
