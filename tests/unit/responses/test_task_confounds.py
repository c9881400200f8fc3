"""Confounds that go along with what was shown are found, and none are made up."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.responses.design import trial_regressors
from boldwise.responses.runs import Run
from boldwise.responses.task_confounds import (
    correlate_courses,
    course_of_features,
    courses_of_run,
    principal_features,
    share_removed,
)

N_VOLUMES, N_TRIALS = 240, 40
CLEANING = {"high_pass_hz": 0.0, "detrend_order": 1}


@pytest.fixture
def run(rng):
    """Make a run of trials every 12 s."""
    ids = np.array([f"s{k}" for k in range(N_TRIALS)])
    return Run(
        "01",
        "1",
        rng.normal(size=(N_VOLUMES, 2)).astype(np.float32),
        ids,
        4 + 12.0 * np.arange(N_TRIALS),
        np.full(N_TRIALS, 2.0),
        2.0,
        1.0,
        confounds=rng.normal(size=(N_VOLUMES, 6)),
    )


def test_features_are_carried_by_the_response_function(run, rng):
    features = rng.normal(size=(N_TRIALS, 2))

    course = course_of_features(run, features, hrf="glover")

    time_s = 1 + 2.0 * np.arange(N_VOLUMES)
    seen = trial_regressors(run.onset_s, run.duration_s, time_s, hrf="glover")
    np.testing.assert_allclose(course[:, 0], seen.sum(axis=1))
    np.testing.assert_allclose(course[:, 1:], seen @ features)


def test_motion_that_follows_a_feature_correlates_with_it_and_takes_it_away(run, rng):
    features = rng.normal(size=(N_TRIALS, 2))
    course = course_of_features(run, features, hrf="glover")
    run.confounds[:, 0] = course[:, 1] + rng.normal(0, 0.01, N_VOLUMES)
    made = courses_of_run(run, course, run.confounds[:, :2], **CLEANING)

    r, (share, expected) = correlate_courses([made]), share_removed([made])

    assert r.shape == (2, 3)
    assert r[0, 1] > 0.95
    assert abs(r[1]).max() < 0.3
    assert share[1] > 0.95
    assert share[2] < 0.2
    assert expected == pytest.approx(6 / (N_VOLUMES - 2))


def test_what_is_removed_by_chance_is_as_told(rng, run):
    runs = [
        courses_of_run(
            replace(run, confounds=rng.normal(size=(N_VOLUMES, 12))),
            rng.normal(size=(N_VOLUMES, 40)),
            np.ones((N_VOLUMES, 1)),
            **CLEANING,
        )
        for _ in range(4)
    ]

    share, expected = share_removed(runs)

    assert abs(share.mean() - expected) < 0.005


def test_correlations_are_within_runs(run, rng):
    noise = rng.normal(size=(2, N_VOLUMES, 1))
    runs = [
        courses_of_run(run, one + 100 * k, one[::-1] + 100 * k, **CLEANING)
        for k, one in enumerate(noise)
    ]

    assert abs(correlate_courses(runs)[0, 0]) < 0.3


def test_drift_that_both_share_is_no_correlation(run, rng):
    drift = 50 * np.linspace(-1, 1, N_VOLUMES)[:, None]
    feature, confound = (rng.normal(size=(N_VOLUMES, 1)) + drift for _ in range(2))

    r = correlate_courses([courses_of_run(run, feature, confound, **CLEANING)])

    assert abs(r[0, 0]) < 0.3


def test_what_does_not_vary_has_no_correlation(run):
    flat = np.ones((N_VOLUMES, 1))

    made = courses_of_run(run, flat, flat, **CLEANING)

    assert np.isnan(correlate_courses([made])).all()
    assert np.isnan(share_removed([made])[0]).all()


def test_volumes_that_do_not_count_are_left_out(run, rng):
    kept = np.arange(N_VOLUMES) >= 5
    short = replace(run, kept=kept)

    course = course_of_features(short, rng.normal(size=(N_TRIALS, 1)), hrf="spm")
    made = courses_of_run(short, course, rng.normal(size=(N_VOLUMES, 3)), **CLEANING)

    assert len(made.feature) == len(made.confound) == len(made.removed) == 235


@pytest.mark.parametrize("shape", [(30, 80), (80, 30)])
def test_components_are_those_of_a_singular_value_decomposition(rng, shape):
    feature = rng.normal(size=shape) * np.linspace(5, 1, shape[1])

    score = principal_features(feature, n_components=2)

    left, _, _ = np.linalg.svd(feature - feature.mean(axis=0), full_matrices=False)
    agreement = np.abs((left[:, :2] * score).sum(axis=0)) / np.sqrt(shape[0])
    np.testing.assert_allclose(agreement, 1)
    np.testing.assert_allclose(score.var(axis=0), 1)


def test_features_of_low_rank_have_fewer_components():
    one = np.arange(10.0)[:, None] * np.array([[1.0, 2.0, 3.0]])

    assert principal_features(one, n_components=2).shape == (10, 1)
    assert principal_features(np.ones((10, 3)), n_components=2).shape == (10, 0)
