"""One decomposition per curve gives least squares for all runs."""

import numpy as np
import pytest
from simulated_session import draw_session

from boldwise.responses.single_trial import least_squares_all
from boldwise.responses.trial_model import decompose_trials


@pytest.fixture(scope="module")
def plans():
    return draw_session(12, n_runs=2).plans(["glover"])


def noise_of(plans, n_components=3):
    rng = np.random.default_rng(1)
    found = []
    for plan in plans:
        courses = rng.normal(size=(len(plan.nuisance), n_components))
        courses -= plan.nuisance @ (plan.nuisance.T @ courses)
        found.append(np.linalg.qr(courses)[0])
    return found


def project(model, plans):
    signals = [plan.read(slice(0, 12))[0] for plan in plans]
    return np.concatenate([u.T @ y for u, y in zip(model.left, signals, strict=True)])


@pytest.mark.parametrize("n_components", [0, 3])
def test_coordinates_over_singular_values_are_least_squares(plans, n_components):
    noise = noise_of(plans, n_components)
    model = decompose_trials(plans, noise, 0)

    found = model.expand(project(model, plans) / model.singular[:, None])

    for plan, courses, rows in zip(plans, noise, model.rows, strict=True):
        nuisance = np.linalg.qr(np.hstack([plan.nuisance, courses]))[0]
        weights = least_squares_all(plan.regressors[0].astype(float), nuisance)
        expected = weights @ plan.read(slice(0, 12))[0]
        np.testing.assert_allclose(found[rows], expected, atol=2e-3)


def test_left_vectors_ignore_nuisance_and_components(plans):
    noise = noise_of(plans)
    model = decompose_trials(plans, noise, 0)

    for plan, courses, left in zip(plans, noise, model.left, strict=True):
        np.testing.assert_allclose(left.T @ plan.nuisance, 0, atol=1e-4)
        np.testing.assert_allclose(left.T @ courses, 0, atol=1e-4)
        np.testing.assert_allclose(left.T @ left, np.eye(30), atol=1e-4)


def test_the_mean_direction_expands_to_ones(plans):
    model = decompose_trials(plans, noise_of(plans), 0)

    ones = model.expand(model.mean_direction()[:, None])

    np.testing.assert_allclose(ones, 1, atol=1e-5)


def test_a_direction_that_is_lost_stays_at_zero(plans):
    """Components that span a trial leave nothing of it, and nothing is divided by 0."""
    noise = [np.linalg.qr(plan.regressors[0][:, :1])[0] for plan in plans]

    model = decompose_trials(plans, noise, 0)

    assert (np.linalg.norm(model.left[0], axis=0) < 0.5).sum() == 1
    assert np.isfinite(model.expand(project(model, plans))).all()
    assert (model.singular > 0).all()


def planted(plans, noise, response):
    """Give each run's regressors their responses, under nuisance and components."""
    rows = np.split(response, len(plans))
    rng = np.random.default_rng(2)
    found = []
    for plan, courses, own in zip(plans, noise, rows, strict=True):
        data = plan.regressors[0].astype(float) @ own
        for spoiler in (plan.nuisance, courses):
            data += spoiler @ rng.normal(size=(spoiler.shape[1], own.shape[1])) * 100
        found.append(data)
    return found


def test_noiseless_responses_come_back_from_under_nuisance_and_components(plans):
    noise = noise_of(plans)
    model = decompose_trials(plans, noise, 0)
    response = np.random.default_rng(3).normal(size=(len(model.singular), 4))

    data = planted(plans, noise, response)
    pairs = zip(model.left, data, strict=True)
    projected = np.concatenate([left.T @ values for left, values in pairs])

    found = model.expand(projected / model.singular[:, None])
    np.testing.assert_allclose(found, response, atol=5e-3)


def test_runs_may_come_in_any_order(plans):
    noise = noise_of(plans)

    there = decompose_trials(plans, noise, 0)
    back = decompose_trials(plans[::-1], noise[::-1], 0)

    for one, other in zip(there.left, back.left[::-1], strict=True):
        np.testing.assert_array_equal(one, other)
    pieces = [there.singular[rows] for rows in there.rows]
    np.testing.assert_array_equal(np.concatenate(pieces[::-1]), back.singular)


def test_each_direction_is_what_the_regressors_do_to_it(plans):
    model = decompose_trials(plans, noise_of(plans, 0), 0)

    for plan, left, right, rows in zip(
        plans, model.left, model.right, model.rows, strict=True
    ):
        expected = plan.regressors[0] @ right
        np.testing.assert_allclose(left * model.singular[rows], expected, atol=1e-4)
        np.testing.assert_allclose(right.T @ right, np.eye(len(right)), atol=1e-5)


def test_expanding_keeps_the_length_of_all_responses_of_a_run(plans):
    model = decompose_trials(plans, noise_of(plans), 0)
    coordinates = np.random.default_rng(4).normal(size=(len(model.singular), 3))

    response = model.expand(coordinates)

    for rows in model.rows:
        found = np.linalg.norm(response[rows], axis=0)
        expected = np.linalg.norm(coordinates[rows], axis=0)
        np.testing.assert_allclose(found, expected, rtol=1e-5)
