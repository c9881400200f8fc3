"""Plans hold clean regressors of every run, and hand out clean blocks of voxels."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_session import draw_session

from boldwise.errors import DataError
from boldwise.responses.cleaning import percent_signal_change
from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.glm_plan import plan_glm, voxel_blocks


@pytest.fixture(scope="module")
def session():
    return draw_session(40)


def plan(runs, curves=("glover",)):
    return plan_glm(runs, curves, high_pass_hz=0.01, detrend_order=1)


def test_regressors_are_those_of_the_trials_without_nuisance(session):
    run = session.runs[1]
    planned = plan(session.runs)[1]
    time_s = volume_times(len(run.bold), run.tr_s, start_time_s=run.start_time_s)
    raw = trial_regressors(run.onset_s, run.duration_s, time_s, hrf="glover")

    residue = raw - planned.regressors[0]

    span = planned.nuisance @ (planned.nuisance.T @ residue)
    np.testing.assert_allclose(residue, span, atol=1e-6)
    np.testing.assert_allclose(planned.nuisance.T @ planned.regressors[0], 0, atol=1e-5)


def test_a_block_is_percent_signal_change_without_nuisance(session):
    planned = plan(session.runs)[0]
    percent, _ = percent_signal_change(session.runs[0].bold[:, 3:9])

    signal, usable, mean = planned.read(slice(3, 9))

    np.testing.assert_allclose(planned.nuisance.T @ signal, 0, atol=1e-3)
    expected = percent - planned.nuisance @ (planned.nuisance.T @ percent)
    np.testing.assert_allclose(signal, expected, atol=1e-4)
    expected = session.runs[0].bold[:, 3:9].mean(axis=0, dtype=np.float64)
    np.testing.assert_allclose(mean, expected)
    assert usable.all()


def test_volumes_that_do_not_count_are_in_no_block(session):
    kept = np.ones(len(session.runs[0].bold), bool)
    kept[[0, 1, 30]] = False
    run = replace(session.runs[0], kept=kept)
    spoiled = run.bold.copy()
    spoiled[~kept] = 1e6

    clean, _, _ = plan([run])[0].read(slice(0, 5))
    same, _, _ = plan([replace(run, bold=spoiled)])[0].read(slice(0, 5))

    assert len(clean) == kept.sum()
    np.testing.assert_array_equal(clean, same)


def test_constant_voxels_are_not_usable(session):
    bold = session.runs[0].bold.copy()
    bold[:, 2] = 7
    bold[0, 3] = np.nan

    _, usable, mean = plan([replace(session.runs[0], bold=bold)])[0].read(slice(0, 6))

    assert usable.tolist() == [True, True, False, False, True, True]
    assert mean[2] == mean[3] == 0


def test_blocks_cover_every_voxel_once_within_the_budget(session):
    plans = plan(session.runs)
    n_volumes = max(len(run.bold) for run in session.runs)
    budget = 10 * 4 * (6 * n_volumes + 14 * 120) / 2**30

    blocks = list(voxel_blocks(plans, budget_gib=budget))

    covered = np.concatenate([np.arange(b.start, b.stop) for b in blocks])
    np.testing.assert_array_equal(covered, np.arange(40))
    assert max(b.stop - b.start for b in blocks) == 10


def test_a_budget_below_one_voxel_still_takes_one(session):
    blocks = list(voxel_blocks(plan(session.runs), budget_gib=1e-9))

    assert len(blocks) == 40


def test_runs_of_other_voxels_are_refused(session):
    narrow = replace(session.runs[1], bold=session.runs[1].bold[:, :39])

    with pytest.raises(DataError, match=r"\[39, 40\] voxels. Use one mask"):
        plan([session.runs[0], narrow])


def test_trials_that_cannot_be_told_apart_name_their_run(session):
    onset_s = session.runs[2].onset_s.copy()
    onset_s[5] = onset_s[4]
    runs = [*session.runs[:2], replace(session.runs[2], onset_s=onset_s)]

    with pytest.raises(DataError, match=r"run 03: 30 trials.*'5', '6'"):
        plan(runs)
