"""Weights over volumes equal the fits that they stand for."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.responses.cleaning import nuisance_basis
from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.single_trial import least_squares_all, least_squares_separate

N_VOLUMES, N_TRIALS, N_VOXELS = 150, 30, 8


@pytest.fixture
def experiment(rng):
    """Regressors, nuisance and noisy data of a run with a trial every 8 s."""
    time_s = volume_times(N_VOLUMES, 2.0, start_time_s=1.0)
    onset_s = 8.0 * np.arange(N_TRIALS) + rng.uniform(0, 2, N_TRIALS)
    regressors = trial_regressors(onset_s, np.full(N_TRIALS, 3.0), time_s, hrf="glover")
    nuisance = nuisance_basis(
        N_VOLUMES,
        2.0,
        high_pass_hz=0.01,
        detrend_order=1,
        confounds=rng.normal(size=(N_VOLUMES, 6)),
    )
    amplitude = rng.normal(size=(N_TRIALS, N_VOXELS))
    signal = regressors @ amplitude + rng.normal(size=(N_VOLUMES, N_VOXELS))
    return regressors, nuisance, signal


def test_all_at_once_is_the_ordinary_model_of_trials_and_nuisance(experiment):
    regressors, nuisance, signal = experiment
    full = np.hstack([regressors, nuisance])
    expected = np.linalg.lstsq(full, signal, rcond=None)[0][:N_TRIALS]

    response = least_squares_all(regressors, nuisance) @ signal

    np.testing.assert_allclose(response, expected, atol=1e-10)


def test_separate_is_one_model_per_trial(experiment):
    regressors, nuisance, signal = experiment
    expected = []
    for trial in range(N_TRIALS):
        others = np.delete(regressors, trial, axis=1).sum(1, keepdims=True)
        model = np.hstack([regressors[:, [trial]], others, nuisance])
        expected.append(np.linalg.lstsq(model, signal, rcond=None)[0][0])

    response = least_squares_separate(regressors, nuisance) @ signal

    np.testing.assert_allclose(response, expected, atol=1e-10)


@pytest.mark.parametrize("estimate", [least_squares_all, least_squares_separate])
def test_nuisance_does_not_reach_the_responses(experiment, estimate):
    regressors, nuisance, _ = experiment

    np.testing.assert_allclose(estimate(regressors, nuisance) @ nuisance, 0, atol=1e-10)


def test_all_at_once_recovers_amplitudes_without_noise(experiment, rng):
    regressors, nuisance, _ = experiment
    amplitude = rng.normal(size=(N_TRIALS, N_VOXELS))
    drift = nuisance @ rng.normal(size=(nuisance.shape[1], N_VOXELS))

    response = least_squares_all(regressors, nuisance) @ (
        regressors @ amplitude + drift
    )

    np.testing.assert_allclose(response, amplitude, atol=1e-9)


def test_separate_smears_neighbours_at_short_spacing_and_all_does_not(rng):
    time_s = volume_times(300, 2.0, start_time_s=1.0)
    onset_s = 3.0 * np.arange(180)
    regressors = trial_regressors(onset_s, np.full(180, 1.0), time_s, hrf="glover")
    nuisance = nuisance_basis(300, 2.0, high_pass_hz=0, detrend_order=1)
    noise = rng.normal(size=(300, 200))

    def neighbours(estimate):
        response = estimate(regressors, nuisance) @ noise
        return np.corrcoef(response[:-1].ravel(), response[1:].ravel())[0, 1]

    assert neighbours(least_squares_separate) > 0.4
    assert neighbours(least_squares_all) < 0.0


def test_a_single_trial_needs_no_others(experiment):
    regressors, nuisance, _ = experiment

    separate = least_squares_separate(regressors[:, :1], nuisance)

    np.testing.assert_allclose(separate, least_squares_all(regressors[:, :1], nuisance))


def test_trials_at_the_same_time_cannot_be_told_apart(experiment):
    regressors, nuisance, _ = experiment
    regressors[:, 4] = regressors[:, 2]

    with pytest.raises(DataError, match=r"30 trials.*\(number '3', '5'\).*separate"):
        least_squares_all(regressors, nuisance)


def test_more_trials_than_volumes_are_refused(rng):
    nuisance = nuisance_basis(10, 2.0, high_pass_hz=0, detrend_order=0)

    with pytest.raises(
        DataError, match="12 trials cannot be told apart from 10 volumes"
    ):
        least_squares_all(rng.normal(size=(10, 12)), nuisance)


def test_a_trial_without_data_is_named(experiment):
    regressors, nuisance, _ = experiment
    regressors[:, 7] = 0

    with pytest.raises(DataError, match=r"number '8'.*check their onsets"):
        least_squares_separate(regressors, nuisance)
