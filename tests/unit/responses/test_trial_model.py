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
