"""Mirrors src/boldwise/responses/series.py."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.responses.records import Voxels
from boldwise.responses.runs import Recipe, Run, estimate_responses
from boldwise.responses.series import clean_series, varies

N, TR_S = 120, 2.0
VOXELS = Voxels(np.arange(9).reshape(3, 3), (9, 9, 9))
RECIPE = Recipe("timeseries", high_pass_hz=0.01, detrend_order=1)
RNG = np.random.default_rng(0)


def make_run(label="1", bold=None, confounds=None, kept=None):
    """Make a run of three columns around 0, unless told otherwise."""
    bold = RNG.standard_normal((N, 3)) if bold is None else bold
    nothing = np.empty(0)
    return Run(
        label,
        "1",
        bold,
        np.array([], str),
        nothing,
        nothing,
        TR_S,
        1.0,
        confounds,
        kept,
    )


def test_scaled_series_keep_their_unit_and_lose_drifts_and_confounds():
    time = np.arange(N)[:, None]
    motion = RNG.standard_normal((N, 2))
    series = RNG.standard_normal((N, 3)) + 0.1 * time + motion @ np.ones((2, 3))
    cosines = np.cos(np.pi / N * (time + 0.5) * np.arange(1, 5))  # to 0.01 Hz

    found = clean_series([make_run("1", series, motion)], VOXELS, RECIPE, unit="z")

    design = np.hstack([np.ones((N, 1)), time, cosines, motion])
    left = series - design @ np.linalg.lstsq(design, series, rcond=None)[0]
    assert (found.unit, found.kind) == ("z", "continuous")
    np.testing.assert_allclose(found.response, left, atol=1e-4)


def test_raw_series_become_percent_signal_change_as_bold_does():
    run = make_run(bold=100 + RNG.standard_normal((N, 3)))

    found = clean_series([run], VOXELS, RECIPE)

    np.testing.assert_array_equal(
        found.response, estimate_responses([run], VOXELS, RECIPE).response
    )


def test_volumes_that_do_not_count_leave_their_number_behind():
    kept = np.ones(N, bool)
    kept[[0, 7]] = False

    found = clean_series([make_run(kept=kept)], VOXELS, RECIPE, unit="z")

    assert found.trials.stimulus_id[0] == "run-1_volume-0001"
    assert len(found.trials) == N - 2
    np.testing.assert_allclose(found.trials.onset_s[6], 1 + 8 * TR_S)


def test_columns_that_tell_nothing_in_a_run_are_left_out_and_counted():
    flat = RNG.standard_normal((N, 3))
    flat[:, 1] = 4

    found = clean_series([make_run(), make_run("2", flat)], VOXELS, RECIPE, unit="z")

    assert found.response.shape == (2 * N, 2)
    assert found.notes["voxels_dropped"].startswith("1 of 3")


def test_constant_and_broken_columns_do_not_vary():
    series = np.array([[1.0, 1.0, np.nan], [1.0, 2.0, 1.0]])

    assert varies(series).tolist() == [False, True, False]


def test_a_subject_without_any_column_is_refused():
    with pytest.raises(DataError, match="none of 3 time courses varies in all 1 runs"):
        clean_series([make_run(bold=np.ones((N, 3)))], VOXELS, RECIPE, unit="z")


def test_a_run_that_cannot_be_cleaned_is_named():
    with pytest.raises(DataError, match="run 7: confounds have 3 rows"):
        clean_series(
            [make_run("7", confounds=np.ones((3, 1)))], VOXELS, RECIPE, unit="z"
        )
