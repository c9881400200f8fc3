"""Runs laid down on disk give the responses that runs in memory give."""

import tempfile

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.records import read_responses, write_responses
from boldwise.io.scratch import estimate_on_disk
from boldwise.io.subjects import read_subject, recipe_of
from boldwise.responses.records import Voxels
from boldwise.responses.ridge_recipe import RidgeRecipe
from boldwise.responses.ridge_responses import ridge_responses
from boldwise.responses.runs import Recipe
from boldwise.simulate.trial_series import (
    SeriesDesign,
    draw_series,
    plan_series,
    runs_of,
)

RECIPE = Recipe("single_trial_ridge", hrf="library", ridge=RidgeRecipe(3))
OPTIONS = {
    "estimate": "single_trial_ridge",
    "hrf": "library",
    "high_pass_hz": 0.0,
    "detrend_order": 1,
    "confounds": ["motion"],
    "block_delay_s": 5.0,
    "standardize": "none",
    "ridge": {
        "max_noise_components": 2,
        "fractions": [1.0, 0.5],
        "neighbour_bound": 0.2,
        "split_halves": False,
    },
}


@pytest.fixture(scope="module")
def runs():
    rng = np.random.default_rng(0)
    design = SeriesDesign(n_runs=3, trials_per_run=20, spacing_s=6.0)
    plans = plan_series(design, rng=rng)
    bold, _ = draw_series(design, plans, np.arange(30) < 15, snr=2.0, rng=rng)
    return runs_of(design, plans, bold)


@pytest.fixture(scope="module")
def voxels():
    return Voxels(np.column_stack([np.arange(30)] * 3), (30, 30, 30))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_responses_are_those_of_runs_in_memory(runs, voxels, folder):
    expected = ridge_responses(runs, voxels, RECIPE, allocate=np.empty)

    found = estimate_on_disk(iter(runs), voxels, RECIPE)

    np.testing.assert_allclose(found.response, expected.response, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(found.fit["fraction"], expected.fit["fraction"])


def test_nothing_is_left_in_the_folder(runs, voxels, folder):
    found = estimate_on_disk(iter(runs), voxels, RECIPE)

    assert list(folder.iterdir()) == []
    assert np.isfinite(found.response).all()  # Still there for those who hold it.


def test_nothing_is_left_when_it_fails(runs, voxels, folder):
    def spoiled():
        yield runs[0]
        raise DataError("the second run is damaged")

    with pytest.raises(DataError, match="second run"):
        estimate_on_disk(spoiled(), voxels, RECIPE)
    assert list(folder.iterdir()) == []


def test_one_run_is_in_memory_at_a_time(runs, voxels, folder):
    """When the next run is asked for, the last one lies in a file."""
    laid = []

    def load():
        for run in runs:
            laid.append(len(list(folder.rglob("*.npy"))))
            yield run

    estimate_on_disk(load(), voxels, RECIPE)

    assert laid == [0, 1, 2]


def test_the_store_holds_what_was_chosen(runs, voxels, tmp_path):
    responses = estimate_on_disk(iter(runs), voxels, RECIPE)

    write_responses(tmp_path / "r.h5", responses, provenance={})
    found = read_responses(tmp_path / "r.h5")

    np.testing.assert_array_equal(found.response, responses.response)
    assert set(found.fit) == set(responses.fit)
    for name, values in responses.fit.items():
        np.testing.assert_array_equal(found.fit[name], values)


def test_the_options_of_a_study_become_the_recipe():
    recipe = recipe_of(OPTIONS)

    assert recipe.hrf == "library"
    assert recipe.ridge == RidgeRecipe(2, (1.0, 0.5), 0.2, False)


def test_files_of_a_subject_become_ridge_responses(bold_fields):
    responses = read_subject({"kind": "bold", **bold_fields}, "s1", OPTIONS)

    assert responses.notes["estimate"] == "single_trial_ridge"
    assert "hrf_index" in responses.fit
    assert len(responses.warnings) == 1  # No stimulus comes again in these files.


def test_standardized_responses_keep_maps_of_the_voxels_that_are_left(bold_fields):
    options = {**OPTIONS, "standardize": "run"}

    responses = read_subject({"kind": "bold", **bold_fields}, "s1", options)

    assert responses.unit == "z"
    assert len(responses.fit["fraction"]) == len(responses.voxels)
