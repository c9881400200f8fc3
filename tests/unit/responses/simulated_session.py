"""A small simulated session, shared by the tests of the full recipe."""

from dataclasses import dataclass, replace

import numpy as np

from boldwise.responses.glm_plan import plan_glm
from boldwise.responses.hrf_library import hrf_library
from boldwise.responses.records import Voxels
from boldwise.responses.repeats import stack_trials
from boldwise.responses.runs import trial_table
from boldwise.simulate.trial_series import (
    SeriesDesign,
    SeriesTruth,
    draw_series,
    plan_series,
    runs_of,
)


@dataclass
class Session:
    """Runs, and what is true of them."""

    runs: list
    truth: SeriesTruth
    responsive: np.ndarray
    amplitude: np.ndarray

    @property
    def trials(self):
        """Table of all trials."""
        return stack_trials(
            [trial_table(r, r.stimulus_id, r.onset_s) for r in self.runs]
        )

    @property
    def voxels(self):
        """Table of all voxels, in a row."""
        n_voxels = len(self.responsive)
        ijk = np.column_stack([np.arange(n_voxels), np.zeros((n_voxels, 2), int)])
        return Voxels(ijk, (n_voxels, 1, 1))

    def plans(self, curves=None):
        """Plan the runs, for the whole library unless curves are named."""
        return plan_glm(
            self.runs, curves or hrf_library(), high_pass_hz=0.01, detrend_order=1
        )

    def without_repeats(self):
        """Name every trial's stimulus anew."""
        runs = [
            replace(run, stimulus_id=np.char.add(run.stimulus_id, f"-{run.run}"))
            for run in self.runs
        ]
        return replace(self, runs=runs)


def draw_session(n_voxels=120, *, snr=2.0, seed=0, every=2, **design):
    """Draw a session; every second voxel responds, or as told."""
    rng = np.random.default_rng(seed)
    design = SeriesDesign(**{"n_runs": 4, "trials_per_run": 30, **design})
    plans = plan_series(design, rng=rng)
    responsive = np.arange(n_voxels) % every == 0
    bold, truth = draw_series(design, plans, responsive, snr=snr, rng=rng)
    shown = np.concatenate([plan.stimulus for plan in plans])
    runs = runs_of(design, plans, bold)
    return Session(runs, truth, responsive, truth.amplitude[shown])


def correlate(a, b):
    """Correlation of each column of a with that of b."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return (a * b).sum(axis=0) / np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
