"""Simulated trials: repeats in other runs, amplitudes in percent, known noise."""

import numpy as np
import pytest

from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.hrf_library import hrf_library
from boldwise.simulate.trial_series import (
    AUTOREGRESSION,
    SHARED_COURSES,
    SeriesDesign,
    draw_series,
    plan_series,
    runs_of,
)

DESIGN = SeriesDesign(n_runs=4, trials_per_run=30, spacing_s=6.0)


@pytest.fixture(scope="module")
def plans():
    return plan_series(DESIGN, rng=np.random.default_rng(0))


def draw(plans, responsive, *, snr=1.0, seed=0):
    rng = np.random.default_rng(seed)
    return draw_series(DESIGN, plans, np.array(responsive), snr=snr, rng=rng)


def test_every_stimulus_is_shown_three_times(plans):
    shown, counts = np.unique(
        np.concatenate([p.stimulus for p in plans]), return_counts=True
    )

    assert len(shown) == 40
    assert set(counts) == {3}


def test_onsets_are_a_spacing_apart_but_for_jitter_and_blanks(plans):
    for plan in plans:
        steps = np.diff(plan.onset_s)
        assert steps.min() >= 6.0 - 0.8
        assert (steps > 9).sum() >= 1  # Blanks.
        assert plan.onset_s[-1] + 15 <= DESIGN.n_volumes * DESIGN.tr_s


def test_without_noise_a_voxel_is_its_amplitudes_times_its_curve(plans):
    """Up to the undershoot, which differs from that of the library by design."""
    bold, truth = draw(plans, [True] * 30, snr=1e6)

    time_s = volume_times(DESIGN.n_volumes, DESIGN.tr_s, start_time_s=DESIGN.tr_s / 2)
    for voxel in range(1, 30, 3):  # An undershoot of .4; Glover's is .48.
        hrf = hrf_library()[truth.hrf_index[voxel]]
        x = trial_regressors(plans[0].onset_s, np.full(30, 1.0), time_s, hrf=hrf)
        change = x @ truth.amplitude[plans[0].stimulus, voxel]
        drift = np.vander(time_s, 2)
        design = np.column_stack([change, drift])
        weight = np.linalg.lstsq(design, bold[0][:, voxel] / 10, rcond=None)[0]
        assert weight[0] == pytest.approx(1, abs=0.1)


def test_half_the_noise_at_twice_the_ratio(plans):
    one = draw(plans, [False] * 200, snr=1.0)[0][0]
    two = draw(plans, [False] * 200, snr=2.0)[0][0]

    np.testing.assert_allclose(one.std(axis=0), 2 * two.std(axis=0), rtol=1e-3)


def test_noise_remembers_the_last_volume_and_is_partly_shared():
    rng = np.random.default_rng(0)
    design = SeriesDesign(n_runs=1, trials_per_run=300, n_repeats=1, spacing_s=6.0)
    plans = plan_series(design, rng=rng)
    bold, _ = draw_series(design, plans, np.zeros(400, bool), snr=1.0, rng=rng)
    noise, n_volumes = bold[0], design.n_volumes
    drift = np.vander(np.linspace(-1, 1, n_volumes), 2)
    basis = np.linalg.qr(np.column_stack([drift, plans[0].shared]))[0]

    own = noise - basis @ (basis.T @ noise)
    lag = (own[1:] * own[:-1]).sum() / (own**2).sum()

    assert plans[0].shared.shape == (n_volumes, SHARED_COURSES)
    assert lag == pytest.approx(AUTOREGRESSION, abs=0.03)
    shared = 1 - (own**2).sum() / ((noise - noise.mean(0)) ** 2).sum()
    assert 0.2 < shared < 0.6


def test_voxels_that_do_not_respond_have_no_amplitude(plans):
    _, truth = draw(plans, [True, False, True])

    assert not truth.amplitude[:, 1].any()
    assert truth.amplitude[:, [0, 2]].all()


def test_the_same_seed_gives_the_same_series(plans):
    np.testing.assert_array_equal(
        draw(plans, [True] * 3)[0], draw(plans, [True] * 3)[0]
    )


def test_runs_carry_their_trials_and_the_time_of_their_volumes(plans):
    bold, _ = draw(plans, [True] * 3)

    runs = runs_of(DESIGN, plans, bold)

    assert [run.run for run in runs] == ["01", "02", "03", "04"]
    assert runs[1].start_time_s == 0.75
    np.testing.assert_array_equal(runs[1].onset_s, plans[1].onset_s)
    assert runs[1].stimulus_id[0] == f"stimulus-{plans[1].stimulus[0]:04d}"


@pytest.mark.parametrize(
    ("n_runs", "per_run", "n_repeats"), [(6, 20, 3), (5, 12, 2), (3, 7, 2), (4, 9, 4)]
)
def test_every_round_shows_every_stimulus_once(n_runs, per_run, n_repeats):
    design = SeriesDesign(n_runs=n_runs, trials_per_run=per_run, n_repeats=n_repeats)

    runs = plan_series(design, rng=np.random.default_rng(1))

    shown = np.concatenate([run.stimulus for run in runs])
    n_stimuli = -(-n_runs * per_run // n_repeats)
    assert [len(run.stimulus) for run in runs] == [per_run] * n_runs
    assert set(shown.tolist()) == set(range(n_stimuli))
    for start in range(0, len(shown), n_stimuli):
        dealt = shown[start : start + n_stimuli]
        assert len(np.unique(dealt)) == len(dealt)


def test_a_stimulus_comes_twice_in_a_run_only_where_two_rounds_meet():
    """Of 40 stimuli in runs of 30, the second and third run hold two rounds."""
    for seed in range(20):
        runs = plan_series(DESIGN, rng=np.random.default_rng(seed))

        assert all(len(np.unique(runs[k].stimulus)) == 30 for k in (0, 3))


def test_shared_noise_has_unit_variance_and_remembers():
    design = SeriesDesign(n_runs=40, trials_per_run=60)

    runs = plan_series(design, rng=np.random.default_rng(0))

    shared = np.stack([run.shared for run in runs])
    assert shared.var() == pytest.approx(1, abs=0.1)
    lag = (shared[:, 1:] * shared[:, :-1]).sum() / (shared**2).sum()
    assert lag == pytest.approx(0.8, abs=0.03)


def test_a_longer_spacing_makes_longer_runs_of_as_many_trials():
    lengths = [SeriesDesign(spacing_s=s).n_volumes for s in (3.0, 4.0, 6.0)]

    assert lengths == sorted(set(lengths))
    slow, fast = SeriesDesign(tr_s=2.0), SeriesDesign(tr_s=0.5)
    assert slow.n_volumes * 2.0 == pytest.approx(fast.n_volumes * 0.5, abs=2.0)
