"""Z-scores stay within their run or session, and say so."""

import numpy as np
import pytest
from scipy.stats import zscore

from boldwise.errors import DataError
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.standardize import standardize


def make_responses(rng, *, session, run):
    n_trials = len(session)
    trials = Trials(
        stimulus_id=np.array([f"s{i}" for i in range(n_trials)]),
        session=np.array(session),
        run=np.array(run),
        onset_s=np.arange(n_trials, dtype=float),
        repeat=np.zeros(n_trials, int),
    )
    ijk = np.column_stack([np.arange(5), np.zeros((5, 2), int)])
    response = rng.normal(10, 3, size=(n_trials, 5)).astype(np.float32)
    return Responses(response, trials, Voxels(ijk, (5, 1, 1)), notes={"hrf": "spm"})


@pytest.fixture
def responses(rng):
    return make_responses(rng, session=list("aaaabbbb"), run=list("11221122"))


def test_each_run_is_z_scored_by_itself(responses):
    scaled = standardize(responses, within="run").response

    for rows in ([0, 1], [2, 3], [4, 5], [6, 7]):  # run 1 of a is not run 1 of b
        np.testing.assert_allclose(
            scaled[rows], zscore(responses.response[rows]), rtol=1e-4
        )


def test_each_session_is_z_scored_by_itself(responses):
    scaled = standardize(responses, within="session").response

    np.testing.assert_allclose(
        scaled[:4], zscore(responses.response[:4].astype(float)), rtol=1e-4
    )


def test_unit_and_source_of_the_statistics_are_recorded(responses):
    scaled = standardize(responses, within="session")

    assert scaled.unit == "z"
    assert "each session" in scaled.notes["standardize"]
    assert scaled.notes["hrf"] == "spm"
    assert responses.unit == "arbitrary"
    assert "standardize" not in responses.notes


def test_voxels_constant_within_a_run_are_left_out_and_counted(responses):
    responses.response[2:4, 1] = 0.1

    scaled = standardize(responses, within="run")

    assert scaled.voxels.ijk[:, 0].tolist() == [0, 2, 3, 4]
    assert scaled.notes["voxels_constant_within_a_run"] == "1 of 5"
    assert np.isfinite(scaled.response).all()


def test_a_run_of_one_trial_cannot_be_standardized(rng):
    responses = make_responses(rng, session=list("aaa"), run=list("112"))

    with pytest.raises(DataError, match=r"1 runs hold a single trial \('a/2'\)"):
        standardize(responses, within="run")


def test_voxels_that_never_vary_are_refused(responses):
    responses.response[:] = 1

    with pytest.raises(DataError, match="none of 5 voxels varies within every run"):
        standardize(responses, within="run")
