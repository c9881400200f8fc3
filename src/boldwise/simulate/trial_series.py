"""BOLD of single trials with known amplitudes and responses: a ruler for the GLM.

Time series only, without anatomy: what a voxel shows is its response to every trial,
noise that remembers the last volume, noise that all voxels share, and drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import signal

from boldwise.responses.hrf import Hrf
from boldwise.responses.hrf_library import hrf_library
from boldwise.responses.runs import Run
from boldwise.simulate.haemodynamics import ResponseFunction, trial_regressors

BLANK_EVERY = 8  # One slot in so many is empty, at random.
LEAD_S, TAIL_S = 6.0, 15.0
JITTER_S = 0.4  # Onsets fall between volumes.
AUTOREGRESSION = 0.5
SHARED_COURSES, SHARED_VARIANCE = 3, 0.3
NOISE_PER_SNR = 2.0  # Standard deviations of an amplitude, at a ratio of 1.
MEAN_PERCENT, SPREAD_PERCENT = 1.0, 0.5
CURVE, CURVE_SPREAD = 8, 3  # Mean and spread of the voxels' curves in the library.
UNDERSHOOTS = (0.2, 0.4, 0.6)  # Glover's has 0.48, as all curves of the library.
DRIFT = 0.5  # In standard deviations of the noise.


@dataclass(frozen=True)
class SeriesDesign:
    """What is shown, and how fast.

    Attributes
    ----------
    n_runs, trials_per_run, n_repeats : int
        All stimuli are dealt ``n_repeats`` times over, one round after the other, so
        that a stimulus comes twice in a run only where two rounds meet in it. Of the
        last round, only as many are shown as there are trials.
    spacing_s, duration_s, tr_s : float
        From onset to onset; of a trial; from volume to volume; in seconds.
    """

    n_runs: int = 8
    trials_per_run: int = 60
    n_repeats: int = 3
    spacing_s: float = 4.0
    duration_s: float = 1.0
    tr_s: float = 1.5

    @property
    def n_slots(self) -> int:
        """Trials and blanks of a run."""
        return self.trials_per_run + self.trials_per_run // BLANK_EVERY

    @property
    def n_volumes(self) -> int:
        """Volumes of a run."""
        length_s = LEAD_S + self.n_slots * self.spacing_s + TAIL_S
        return int(np.ceil(length_s / self.tr_s))


@dataclass(frozen=True)
class SeriesRun:
    """One run: its trials, and the noise that all voxels share.

    Attributes
    ----------
    stimulus : array of int, shape (n_trials,)
    onset_s : array of shape (n_trials,)
    shared : array of shape (n_volumes, n_courses)
        Of standard deviation 1.
    """

    stimulus: np.ndarray
    onset_s: np.ndarray
    shared: np.ndarray


@dataclass(frozen=True)
class SeriesTruth:
    """What estimates should recover.

    Attributes
    ----------
    amplitude : array of shape (n_stimuli, n_voxels)
        Percent signal change; 0 for voxels that do not respond.
    hrf_index : array of int, shape (n_voxels,)
        Curve of the library that peaks nearest to the voxel's own.
    """

    amplitude: np.ndarray
    hrf_index: np.ndarray


def plan_series(design: SeriesDesign, *, rng: np.random.Generator) -> list[SeriesRun]:
    """Deal trials to runs, and draw the shared noise of each.

    Parameters
    ----------
    design : SeriesDesign
    rng : numpy.random.Generator

    Returns
    -------
    runs : list of SeriesRun
        Noise of shape (n_volumes, n_courses).
    """
    n_trials = design.n_runs * design.trials_per_run
    n_stimuli = -(-n_trials // design.n_repeats)
    order = np.concatenate(
        [rng.permutation(n_stimuli) for _ in range(design.n_repeats)]
    )[:n_trials]
    runs = []
    for stimulus in order.reshape(design.n_runs, -1):
        slots = np.sort(rng.permutation(design.n_slots)[: design.trials_per_run])
        noise = rng.standard_normal((design.n_volumes, SHARED_COURSES))
        shared = _remember(noise, 0.8)
        onset_s = LEAD_S + slots * design.spacing_s
        onset_s += rng.uniform(-JITTER_S, JITTER_S, len(slots))
        runs.append(SeriesRun(stimulus, onset_s, shared))
    return runs


def draw_series(
    design: SeriesDesign,
    runs: list[SeriesRun],
    responsive: np.ndarray,
    *,
    snr: float,
    rng: np.random.Generator,
) -> tuple[list[np.ndarray], SeriesTruth]:
    """Draw voxels: each with its own amplitudes, response function and noise.

    Parameters
    ----------
    design : SeriesDesign
    runs : list of SeriesRun
    responsive : array of bool, shape (n_voxels,)
        Which voxels respond to stimuli.
    snr : float
        Ratio of signal to noise; 2 halves the noise.
    rng : numpy.random.Generator

    Returns
    -------
    bold : list of array of float32, shape (n_volumes, n_voxels)
        In the unit of a scanner, around 1,000.
    truth : SeriesTruth
    """
    n_voxels = len(responsive)
    n_stimuli = 1 + max(int(run.stimulus.max()) for run in runs)
    spread = rng.standard_normal((n_stimuli, n_voxels))
    amplitude = (MEAN_PERCENT + SPREAD_PERCENT * spread) * responsive
    curve = np.rint(rng.normal(CURVE, CURVE_SPREAD, n_voxels)).astype(int)
    curve = curve.clip(0, len(hrf_library()) - 1)
    sigma = NOISE_PER_SNR * SPREAD_PERCENT / snr
    loading = rng.standard_normal((SHARED_COURSES, n_voxels))
    bold = []
    for run in runs:
        change = _signal(design, run, amplitude, curve)
        white = rng.standard_normal((design.n_volumes, n_voxels))
        own = np.sqrt(1 - SHARED_VARIANCE) * _remember(white, AUTOREGRESSION)
        weight = np.sqrt(SHARED_VARIANCE / SHARED_COURSES)
        noise = own + weight * run.shared @ loading
        time = np.linspace(-1, 1, design.n_volumes)[:, None]
        noise += DRIFT * (time * rng.standard_normal(n_voxels))
        bold.append((10 * (100 + change + sigma * noise)).astype(np.float32))
    return bold, SeriesTruth(amplitude, curve)


def runs_of(
    design: SeriesDesign, plans: Sequence[SeriesRun], bold: Sequence[np.ndarray]
) -> list[Run]:
    """Join time series with their trials, as the GLM takes them.

    Parameters
    ----------
    design : SeriesDesign
    plans : sequence of SeriesRun
    bold : sequence of array, shape (n_volumes, n_voxels)
        In memory or on disk.

    Returns
    -------
    runs : list of Run
        A volume stands for the middle of its repetition time.
    """
    return [
        Run(
            run=f"{number + 1:02d}",
            session="1",
            bold=values,
            stimulus_id=np.char.mod("stimulus-%04d", plan.stimulus),
            onset_s=plan.onset_s,
            duration_s=np.full(len(plan.onset_s), design.duration_s),
            tr_s=design.tr_s,
            start_time_s=design.tr_s / 2,
        )
        for number, (plan, values) in enumerate(zip(plans, bold, strict=True))
    ]


def _signal(
    design: SeriesDesign,
    run: SeriesRun,
    amplitude: np.ndarray,
    curve: np.ndarray,
) -> np.ndarray:
    """Percent signal change (n_volumes, n_voxels); undershoots differ by voxel."""
    volume_s = (np.arange(design.n_volumes) + 0.5) * design.tr_s
    change = np.zeros((design.n_volumes, len(curve)))
    undershoot = np.arange(len(curve)) % len(UNDERSHOOTS)
    for group in np.unique(curve * len(UNDERSHOOTS) + undershoot):
        which, depth = divmod(int(group), len(UNDERSHOOTS))
        voxels = np.flatnonzero((curve == which) & (undershoot == depth))
        regressor = trial_regressors(
            _planted(hrf_library()[which], UNDERSHOOTS[depth]),
            run.onset_s,
            volume_s,
            duration_s=design.duration_s,
        )
        change[:, voxels] = regressor @ amplitude[run.stimulus][:, voxels]
    return change


def _planted(hrf: Hrf, ratio: float) -> ResponseFunction:
    return ResponseFunction(hrf.peak_s, hrf.undershoot_s, hrf.dispersion_s, ratio)


def _remember(white: np.ndarray, phi: float) -> np.ndarray:
    """First-order autoregressive noise of standard deviation 1, from white noise."""
    scaled = white * np.sqrt(1 - phi**2)
    scaled[0] = white[0]
    noise: np.ndarray = signal.lfilter([1], [1, -phi], scaled, axis=0)
    return noise
