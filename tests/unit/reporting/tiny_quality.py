"""The quality of tiny data: two runs of noise with a jerk, or given betas."""

from dataclasses import replace

import numpy as np

from boldwise.evaluation.reliability import measure_reliability
from boldwise.reporting.quality import SeriesQuality, SubjectQuality
from boldwise.responses.design_picture import design_matrix
from boldwise.responses.quality import choose_rows, measure_run
from boldwise.responses.records import Trials, Voxels
from boldwise.responses.runs import Run
from boldwise.responses.task_confounds import TaskConfounds

N_VOLUMES, N_STIMULI = 60, 12


def tiny_quality(*, affine: bool = True, ratio: bool = True) -> SubjectQuality:
    """Give the quality of a subject with time series, repeats and maps."""
    rng = np.random.default_rng(4)
    ijk = np.argwhere(np.ones((6, 5, 4), bool)) + 2
    to_mm = np.diag([3.0, 3.0, 3.0, 1.0]) if affine else None
    roi = {"front": ijk[:, 1] > 4, "<b>&": ijk[:, 1] == 2}
    voxels = Voxels(ijk, (10, 9, 8), to_mm, roi)
    shown, groups = choose_rows(roi, len(voxels))
    runs = []
    for name in ("01", "02"):
        run = tiny_run(rng, name, len(voxels))
        moved = np.append(np.nan, rng.uniform(0, 0.2, N_VOLUMES - 1))
        moved[20] = 0.9
        runs.append(
            measure_run(
                replace(run, kept=np.arange(N_VOLUMES) > 1),
                shown,
                detrend_order=1,
                displacement_mm=moved if ratio else None,
            )
        )
    task = TaskConfounds(
        ["trans_x", "DVARS"],
        ["task", "words 1"],
        np.array([[0.02, -0.4], [np.nan, 0.1]]),
        np.array([0.3, 0.05]),
        0.04,
    )
    design = design_matrix(run, hrf="glover", high_pass_hz=0.01, detrend_order=1)
    background = np.zeros(voxels.volume_shape)
    background[tuple(ijk.T)] = 1000
    series = SeriesQuality(voxels, runs, groups, background, design, task)
    maps = {"hrf_index": rng.integers(0, 20, len(voxels)).astype(float)}
    return replace(tiny_betas(voxels), series=series, maps=maps)


def tiny_betas(voxels: Voxels | None = None, *, repeats: bool = True) -> SubjectQuality:
    """Give the quality of a subject whose betas were given."""
    rng = np.random.default_rng(5)
    if voxels is None:
        line = np.column_stack([np.arange(40), np.zeros((40, 2), int)])
        voxels = Voxels(line, (40, 1, 1))
    ids = np.repeat([f"s{k}" for k in range(N_STIMULI)], 3)
    if not repeats:
        ids = np.array([f"s{k}" for k in range(len(ids))])
    n = len(ids)
    runs = np.repeat(["01", "02", "03"], N_STIMULI)
    trials = Trials(ids, np.full(n, "1"), runs, np.arange(n) * 4.0, np.arange(n) % 3)
    signal = np.repeat(rng.normal(size=(N_STIMULI, len(voxels))), 3, axis=0)
    response = (signal + rng.normal(size=signal.shape)).astype(np.float32)
    rows, groups = choose_rows(voxels.roi, len(voxels))
    known = measure_reliability(response, ids, seed=0)
    carpet = response[:, rows].T
    return SubjectQuality(
        trials, voxels, "trials", "z", "native", carpet, groups, known
    )


def tiny_run(rng: np.random.Generator, name: str, n_voxels: int) -> Run:
    """Give a run of noise around 1000 with three trials and a motion parameter."""
    return Run(
        name,
        "1",
        rng.normal(1000, 10, (N_VOLUMES, n_voxels)).astype(np.float32),
        np.array(["a", "b", "c"]),
        np.array([8.0, 40.0, 80.0]),
        np.full(3, 2.0),
        2.0,
        1.0,
        confounds=rng.normal(size=(N_VOLUMES, 1)),
    )
