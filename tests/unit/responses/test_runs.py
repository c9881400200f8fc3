"""Runs become responses: in percent, by run, with their table."""

import weakref

import numpy as np
import pandas as pd
import pytest
from nilearn.glm.first_level import make_first_level_design_matrix

from boldwise.errors import DataError
from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.records import Voxels
from boldwise.responses.runs import Recipe, Run, estimate_responses, volume_ids

N_VOLUMES, N_VOXELS, TR_S = 100, 12, 2.0
ONSET_S = np.array([6.0, 50.0, 94.0, 138.0])
AMPLITUDE = np.array([1.0, -2.0, 3.0, 0.5])
LABELS = ["a", "b", "c", "a"]


@pytest.fixture
def voxels():
    ijk = np.column_stack([np.arange(N_VOXELS), np.zeros((N_VOXELS, 2), int)])
    return Voxels(ijk, (N_VOXELS, 1, 1))


def make_run(label, rng, *, noise=0.0):
    """Make a run whose trials peak at AMPLITUDE percent of a voxel's baseline."""
    time_s = volume_times(N_VOLUMES, TR_S, start_time_s=1.0)
    regressors = trial_regressors(ONSET_S, np.full(4, 3.0), time_s, hrf="glover")
    percent = (regressors @ AMPLITUDE)[:, None] + noise * rng.normal(
        size=(N_VOLUMES, N_VOXELS)
    )
    baseline = rng.uniform(500, 1500, N_VOXELS)
    return Run(
        run=label,
        session="1",
        bold=(baseline * (1 + percent / 100)).astype(np.float32),
        stimulus_id=np.array(LABELS),
        onset_s=ONSET_S,
        duration_s=np.full(4, 3.0),
        tr_s=TR_S,
        start_time_s=1.0,
    )


def replaced(run, **changes):
    return Run(**{**vars(run), **changes})


@pytest.mark.parametrize("estimate", ["least_squares_all", "least_squares_separate"])
def test_responses_are_peaks_in_percent_of_the_mean(rng, voxels, estimate):
    runs = [make_run("01", rng), make_run("02", rng)]

    responses = estimate_responses(runs, voxels, Recipe(estimate, high_pass_hz=0))

    expected = np.tile(AMPLITUDE, 2)[:, None].repeat(N_VOXELS, 1)
    tolerance = 0.06 if estimate == "least_squares_all" else 0.3
    np.testing.assert_allclose(responses.response, expected, atol=tolerance)
    assert responses.unit == "percent signal change"
    assert responses.response.dtype == np.float32


def test_responses_are_those_of_nilearns_beta_series(rng, voxels):
    """One regressor per trial, cosines, motion and a constant; by nilearn."""
    run = replaced(
        make_run("01", rng, noise=1), confounds=rng.normal(size=(N_VOLUMES, 6))
    )
    events = pd.DataFrame(
        {"onset": ONSET_S, "duration": 3.0, "trial_type": [f"t{i}" for i in range(4)]}
    )
    design = make_first_level_design_matrix(
        volume_times(N_VOLUMES, TR_S, start_time_s=1.0),
        events,
        hrf_model="glover",
        drift_model="cosine",
        high_pass=0.01,
        add_regs=run.confounds,
        oversampling=200,
    )
    percent = 100 * (run.bold / run.bold.mean(0) - 1)
    theirs = np.linalg.lstsq(design.to_numpy(), percent, rcond=None)[0][:4]

    recipe = Recipe("least_squares_all", high_pass_hz=0.01, detrend_order=0)
    ours = estimate_responses([run], voxels, recipe).response

    scale = (ours * theirs).sum() / (ours * ours).sum()  # their events have area
    np.testing.assert_allclose(theirs, scale * ours, atol=0.02 * np.abs(theirs).max())


def test_the_trial_table_follows_the_runs(rng, voxels):
    runs = [make_run("01", rng), make_run("02", rng)]

    responses = estimate_responses(runs, voxels, Recipe("least_squares_all"))

    assert responses.trials.stimulus_id.tolist() == LABELS * 2
    assert responses.trials.run.tolist() == ["01"] * 4 + ["02"] * 4
    assert responses.trials.repeat.tolist() == [0, 0, 0, 1, 2, 1, 1, 3]
    np.testing.assert_array_equal(responses.trials.onset_s, np.tile(ONSET_S, 2))
    assert responses.kind == "trials"


def test_a_run_does_not_touch_the_responses_of_another(rng, voxels):
    quiet, loud = make_run("01", rng, noise=1), make_run("02", rng, noise=1)
    louder = replaced(loud, bold=loud.bold * np.linspace(1, 9, N_VOLUMES)[:, None])
    recipe = Recipe("least_squares_all")

    one = estimate_responses([quiet, loud], voxels, recipe)
    other = estimate_responses([quiet, louder], voxels, recipe)

    np.testing.assert_array_equal(one.response[:4], other.response[:4])
    assert np.abs(one.response[4:] - other.response[4:]).max() > 0.1


def test_confounds_are_taken_out(rng, voxels):
    run = make_run("01", rng)
    motion = rng.normal(size=(N_VOLUMES, 2))
    moved = replaced(
        run,
        bold=run.bold + (200 * motion @ rng.normal(size=(2, N_VOXELS))),
        confounds=motion,
    )
    recipe = Recipe("least_squares_all", high_pass_hz=0)

    clean = estimate_responses([replaced(run, confounds=motion)], voxels, recipe)
    cleaned = estimate_responses([moved], voxels, recipe)

    np.testing.assert_allclose(cleaned.response, clean.response, rtol=0.1, atol=0.1)


def test_block_means_say_how_they_were_taken(rng, voxels):
    recipe = Recipe("block_mean", high_pass_hz=0, detrend_order=0, block_delay_s=4.0)

    responses = estimate_responses([make_run("01", rng)], voxels, recipe)

    assert np.corrcoef(responses.response[:, 0], AMPLITUDE)[0, 1] > 0.99
    assert responses.notes["estimate"] == "block_mean"
    assert responses.notes["block_delay_s"] == "4"
    assert "hrf" not in responses.notes


def test_volumes_are_the_rows_of_a_time_series(rng, voxels):
    runs = [make_run("01", rng), make_run("02", rng)]

    responses = estimate_responses(runs, voxels, Recipe("timeseries"))

    assert responses.kind == "continuous"
    assert responses.trials.stimulus_id[[0, -1]].tolist() == [
        "run-01_volume-0000",
        "run-02_volume-0099",
    ]
    np.testing.assert_array_equal(responses.trials.onset_s[:3], [1, 3, 5])
    np.testing.assert_allclose(responses.response[:N_VOLUMES].mean(0), 0, atol=1e-4)
    assert volume_ids("7", 1).tolist() == ["run-7_volume-0000"]


def test_voxels_lost_in_one_run_are_left_out_of_all_and_counted(rng, voxels):
    runs = [make_run("01", rng), make_run("02", rng)]
    runs[1].bold[:, 3] = 7
    runs[0].bold[5, 8] = np.nan

    responses = estimate_responses(runs, voxels, Recipe("least_squares_all"))

    assert responses.response.shape == (8, N_VOXELS - 2)
    assert not {3, 8} & set(responses.voxels.ijk[:, 0].tolist())
    assert responses.notes["voxels_dropped"].startswith("2 of 12")
    assert np.isfinite(responses.response).all()


def test_data_without_a_usable_voxel_are_refused(rng, voxels):
    run = make_run("01", rng)
    demeaned = replaced(run, bold=run.bold - run.bold.mean(0) - 1)

    with pytest.raises(
        DataError, match=r"none of 12 voxels.*all 1 runs.*preprocessing"
    ):
        estimate_responses([demeaned], voxels, Recipe("least_squares_all"))


def test_a_problem_names_its_run(rng, voxels):
    run = replaced(make_run("02", rng), onset_s=np.full(4, 6.0))

    with pytest.raises(DataError, match="run 02: 4 trials cannot be told apart"):
        estimate_responses([run], voxels, Recipe("least_squares_all"))


def test_runs_are_left_as_they_were(rng, voxels):
    run = make_run("01", rng, noise=1)
    before = run.bold.copy()

    estimate_responses([run], voxels, Recipe("least_squares_separate"))

    np.testing.assert_array_equal(run.bold, before)


def test_only_one_run_is_asked_for_at_a_time(rng, voxels):
    alive = []

    def load():
        for label in ("01", "02", "03"):
            run = make_run(label, rng)
            alive.append(weakref.ref(run))
            assert sum(reference() is not None for reference in alive) <= 2
            yield run
            del run

    responses = estimate_responses(load(), voxels, Recipe("least_squares_all"))

    assert len(responses.trials) == 12


@pytest.mark.parametrize("estimate", ["block_mean", "least_squares_all"])
def test_later_volumes_need_later_times(rng, voxels, estimate):
    """A run whose volumes stand for other times gives other responses."""
    run = make_run("01", rng)
    recipe = Recipe(estimate, high_pass_hz=0)

    right = estimate_responses([run], voxels, recipe)
    wrong = estimate_responses([replaced(run, start_time_s=7.0)], voxels, recipe)

    expected = AMPLITUDE[:, None]
    error = [np.abs(one.response - expected).mean() for one in (right, wrong)]
    assert error[0] < error[1]


def test_volumes_that_do_not_count_leave_the_clock_alone(rng, voxels):
    run = make_run("01", rng)
    kept = np.ones(N_VOLUMES, bool)
    kept[[0, 1, 40]] = False
    run.bold[~kept] = 1e5

    responses = estimate_responses(
        [replaced(run, kept=kept)], voxels, Recipe("least_squares_all", high_pass_hz=0)
    )

    expected = AMPLITUDE[:, None].repeat(N_VOXELS, 1)
    np.testing.assert_allclose(responses.response, expected, atol=0.1)


def test_rows_of_a_series_are_the_volumes_that_count(rng, voxels):
    run = make_run("01", rng)
    kept = np.arange(N_VOLUMES) > 2

    trials = estimate_responses(
        [replaced(run, kept=kept)], voxels, Recipe("timeseries")
    ).trials

    np.testing.assert_array_equal(trials.stimulus_id, volume_ids("01", N_VOLUMES)[3:])
    assert trials.onset_s[0] == 1.0 + 3 * TR_S


def test_runs_of_several_repetition_times_have_none_in_common(rng, voxels):
    runs = [make_run("01", rng), replaced(make_run("02", rng), tr_s=1.9)]

    assert estimate_responses(runs, voxels, Recipe("block_mean")).tr_s is None
    assert estimate_responses(runs[:1], voxels, Recipe("block_mean")).tr_s == TR_S
