"""Curves, noise components and fractions together, and what is left without repeats."""

import numpy as np
import pytest
from simulated_session import correlate, draw_session

from boldwise.errors import DataError
from boldwise.responses.full_recipe import choose_model, estimate_block
from boldwise.responses.ridge_recipe import RidgeRecipe
from boldwise.responses.single_trial import least_squares_all
from boldwise.responses.trial_repeats import tabulate_repeats

N_VOXELS = 240
SMALL = RidgeRecipe(max_components=6)


@pytest.fixture(scope="module")
def session():
    return draw_session(N_VOXELS, spacing_s=4.0, n_runs=6)


def fit(session, recipe=SMALL):
    plans, repeats = session.plans(), tabulate_repeats(session.trials)
    model = choose_model(plans, repeats, recipe)
    found = estimate_block(
        plans, model, repeats, slice(0, N_VOXELS), neighbour_bound=0.1
    )
    return plans, model, found


@pytest.fixture(scope="module")
def fitted(session):
    return fit(session)


def test_responses_are_closer_to_the_truth_than_least_squares_all(session, fitted):
    responsive, truth = session.responsive, session.amplitude[:, session.responsive]
    plans = session.plans(["glover"])
    plain = np.concatenate(
        [
            least_squares_all(plan.regressors[0], plan.nuisance)
            @ plan.read(slice(0, N_VOXELS))[0]
            for plan in plans
        ]
    )

    gain = correlate(fitted[2].response[:, responsive], truth).mean()

    assert gain > correlate(plain[:, responsive], truth).mean() + 0.1


def test_as_many_noise_components_are_removed_as_were_planted(fitted):
    assert 2 <= fitted[1].n_components <= 4
    assert len(fitted[1].component_scores) == 7


def test_voxels_without_a_response_do_not_outvote_those_with_one():
    """Where 1 in 12 responds, the planted 3 components are still found."""
    _, model, _ = fit(draw_session(N_VOXELS, spacing_s=4.0, n_runs=6, every=12))

    assert 2 <= model.n_components <= 4


def test_neighbours_do_not_smear(session, fitted):
    assert abs(fitted[2].neighbour[session.responsive].mean()) < 0.1


def test_responses_have_the_size_of_the_truth(session, fitted):
    """Percent signal change: the height of the trial's peak."""
    responsive = session.responsive
    found = fitted[2].response[:, responsive].mean(axis=0)

    np.testing.assert_allclose(np.median(found), 1.0, atol=0.15)


def test_a_block_is_the_same_alone_and_among_others(session, fitted):
    plans, model, whole = fitted
    repeats = tabulate_repeats(session.trials)

    part = estimate_block(plans, model, repeats, slice(50, 80), neighbour_bound=0.1)

    np.testing.assert_allclose(part.response, whole.response[:, 50:80], atol=1e-3)


def test_voxels_that_are_not_usable_are_nan(session):
    spoiled = draw_session(N_VOXELS, spacing_s=4.0, n_runs=6)
    spoiled.runs[3].bold[:, 9] = 0

    _, model, found = fit(spoiled)

    assert np.flatnonzero(~model.on_off.usable).tolist() == [9]
    assert np.isnan(found.response[:, 9]).all()
    assert np.isfinite(np.delete(found.response, 9, axis=1)).all()


def test_without_repeats_it_is_least_squares_with_the_chosen_curves(session):
    alone = session.without_repeats()

    plans, model, found = fit(alone)

    assert model.n_components == 0
    assert model.fractions == (1.0,)
    voxel = 4
    curve = model.on_off.hrf_index[voxel]
    expected = np.concatenate(
        [
            least_squares_all(plan.regressors[curve], plan.nuisance)
            @ plan.read(slice(voxel, voxel + 1))[0]
            for plan in plans
        ]
    )
    np.testing.assert_allclose(found.response[:, voxel], expected[:, 0], atol=2e-3)


def test_no_component_is_removed_where_none_is_asked_for(session):
    _, model, _ = fit(session, RidgeRecipe(max_components=0))

    assert model.n_components == 0
    assert model.component_scores.shape == (1,)


def test_runs_without_a_usable_voxel_are_refused(session):
    empty = draw_session(N_VOXELS, spacing_s=4.0, n_runs=3)
    empty.runs[1].bold[:] = 4

    with pytest.raises(DataError, match="none of 240 voxels has a positive mean"):
        fit(empty)
