"""The scanner: signal where and when it should be, noise as stated."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.simulate import motion as motion_module
from boldwise.simulate import scanner as scanner_module
from boldwise.simulate.haemodynamics import trial_regressors
from boldwise.simulate.protocol import RunPlan
from boldwise.simulate.scanner import AUTOREGRESSION, NOISE_PERCENT, Scanner


@pytest.fixture
def still(monkeypatch):
    """Hold the head still, and realign it without error."""
    for name in ("DRIFT", "JITTER"):
        monkeypatch.setattr(motion_module, name, (0.0, 0.0))
    monkeypatch.setattr(motion_module, "JERKS_PER_RUN", 0.0)
    monkeypatch.setattr(scanner_module, "MOTION_ERROR", (0.0, 0.0))
    monkeypatch.setattr(scanner_module, "SPIKES_PER_RUN", 0.0)


@pytest.fixture
def unmoved(monkeypatch, still):
    """Skip the resampling, which changes nothing then, to save time."""
    monkeypatch.setattr(scanner_module, "move", lambda volume, *_, **__: volume)


@pytest.fixture
def plan():
    return RunPlan("01", np.array([0, 1]), np.array([4.0, 44.0]), 50)


def scanner_of(subject, *, noise, amplitude=None):
    voxels = subject.amplitude if amplitude is None else amplitude
    return Scanner(
        subject.brain.anatomy, voxels, subject.functions, subject.world.protocol, noise
    )


def scan(scanner, plan, seed=0):
    return next(scanner.scan([plan], rng=np.random.default_rng(seed)))


def percent(bold):
    level = bold.mean(-1, keepdims=True, dtype=float)
    return 100 * (bold - level) / np.maximum(level, 1)


@pytest.mark.usefixtures("still")
def test_a_trial_raises_its_voxels_by_their_amplitude_at_mid_tr(subject, plan):
    amplitude = np.zeros_like(subject.amplitude)
    amplitude[0] = 5.0  # percent: large beside the rounding to whole numbers

    run = scan(scanner_of(subject, noise=1e-9, amplitude=amplitude), plan)

    anatomy = subject.brain.anatomy
    for name in ("early_visual", "semantic"):
        series = run.raw[tuple(anatomy.ijk[anatomy.population == name].T)].astype(float)
        change = 100 * (series / series[:, :2].mean(1, keepdims=True) - 1)
        expected = 5 * trial_regressors(
            subject.functions[name],
            plan.onset_s[:1],
            1.0 + 2.0 * np.arange(50),
            duration_s=3.0,
        )
        assert np.abs(change - expected.T).max() < 0.2


@pytest.mark.usefixtures("still")
def test_without_motion_realigning_changes_nothing(subject, plan):
    run = scan(scanner_of(subject, noise=1.0), plan)

    np.testing.assert_array_equal(run.raw, run.realigned)
    assert (run.motion == 0).all()


@pytest.mark.usefixtures("unmoved")
def test_noise_has_the_stated_spread_and_memory(subject, monkeypatch):
    monkeypatch.setattr(scanner_module, "DRIFT_PERCENT", 0.0)
    plan = RunPlan("01", np.array([0]), np.array([4.0]), 400)

    run = scan(scanner_of(subject, noise=2.0), plan)

    grey = subject.brain.anatomy.tissue == 1
    series = percent(run.raw)[grey]
    assert series.std(1).mean() == pytest.approx(2 * NOISE_PERCENT, rel=0.05)
    memory = [np.corrcoef(s[1:], s[:-1])[0, 1] for s in series[::20]]
    assert np.mean(memory) == pytest.approx(AUTOREGRESSION, abs=0.03)


@pytest.mark.usefixtures("unmoved")
def test_noise_of_two_voxels_is_independent(subject):
    plan = RunPlan("01", np.array([0]), np.array([4.0]), 300)

    run = scan(scanner_of(subject, noise=1.0), plan)

    noise = subject.brain.anatomy.population == "noise"
    series = percent(run.raw)[tuple(subject.brain.anatomy.ijk[noise].T)]
    steps = np.diff(series, axis=1)  # without the slow drift
    r = np.corrcoef(steps)[np.triu_indices(len(steps), 1)]
    assert abs(np.mean(r)) < 0.01


@pytest.mark.usefixtures("unmoved")
def test_drift_is_slow(subject, plan):
    run = scan(scanner_of(subject, noise=1.0), replace(plan, n_volumes=200))

    series = percent(run.realigned)[subject.brain.anatomy.tissue == 2]
    power = (np.abs(np.fft.rfft(series)) ** 2).mean(0)
    assert power[1] > 5 * power[10:].mean()


@pytest.mark.usefixtures("unmoved")
def test_spikes_are_loud_volumes(subject, monkeypatch):
    monkeypatch.setattr(scanner_module, "SPIKES_PER_RUN", 3.0)
    plan = RunPlan("01", np.array([0]), np.array([4.0]), 100)

    run = scan(scanner_of(subject, noise=1.0), plan, seed=4)

    steps = np.abs(np.diff(percent(run.raw)[subject.brain.anatomy.tissue == 1]))
    level = steps.mean(0)
    assert level.max() > 2 * np.median(level)


def test_realigning_removes_most_of_the_motion(subject, plan, monkeypatch):
    monkeypatch.setattr(motion_module, "DRIFT", (1.0, 0.01))

    run = scan(scanner_of(subject, noise=1e-6), plan, seed=1)

    assert np.abs(run.motion).max() > 0.5
    head = subject.brain.anatomy.tissue > 0
    raw, aligned = (percent(b)[head].std(1).mean() for b in (run.raw, run.realigned))
    assert aligned < 0.5 * raw


def test_estimated_motion_is_close_to_the_true_one(runs):
    for run in runs:
        error = np.abs(run.estimated_motion - run.motion)
        assert 0 < error[:, :3].max() < 0.1
        assert 0 < error[:, 3:].max() < 0.001
        assert (run.estimated_motion[0] == 0).all()


def test_bold_is_of_the_size_of_a_scanner_s(runs, subject):
    for run in runs:
        assert run.raw.dtype == run.realigned.dtype == np.int16
        assert run.raw.shape == (
            *subject.brain.anatomy.tissue.shape,
            run.plan.n_volumes,
        )
        brain = run.realigned[subject.brain.anatomy.mask]
        assert 800 < np.median(brain) < 1200
        assert brain.min() > 400


def test_a_scan_can_be_repeated_to_the_last_bit(subject, runs):
    again = list(subject.scan())

    for one, other in zip(runs, again, strict=True):
        np.testing.assert_array_equal(one.raw, other.raw)
        np.testing.assert_array_equal(one.realigned, other.realigned)
