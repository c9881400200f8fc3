"""Responses of a subject by the full recipe: rows, maps, notes and halves."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_session import correlate, draw_session

from boldwise.errors import DataError
from boldwise.responses.ridge_recipe import RidgeRecipe
from boldwise.responses.ridge_responses import ridge_responses
from boldwise.responses.runs import Recipe

RECIPE = Recipe(
    "single_trial_ridge", hrf="library", ridge=RidgeRecipe(max_components=3)
)
HALVES = replace(RECIPE, ridge=RidgeRecipe(max_components=3, split_halves=True))


@pytest.fixture(scope="module")
def session():
    session = draw_session(90, spacing_s=6.0, n_runs=6)
    session.runs[2].bold[:, 11] = 3
    return session


def estimate(session, recipe=RECIPE):
    def allocate(shape):
        return np.full(shape, np.nan, np.float32)

    return ridge_responses(session.runs, session.voxels, recipe, allocate=allocate)


@pytest.fixture(scope="module")
def responses(session):
    return estimate(session)


@pytest.fixture(scope="module")
def halves(session):
    return estimate(session, HALVES)


def test_every_trial_and_usable_voxel_has_a_response(session, responses):
    assert responses.response.shape == (180, 89)
    assert np.isfinite(responses.response).all()
    assert 11 not in responses.voxels.ijk[:, 0]
    assert responses.notes["voxels_dropped"].startswith("1 of 90")
    assert responses.unit == "percent signal change"
    assert responses.tr_s == 1.5


def test_rows_are_trials_in_the_order_of_the_experiment(session, responses):
    np.testing.assert_array_equal(
        responses.trials.stimulus_id, session.trials.stimulus_id
    )
    kept = session.responsive[responses.voxels.ijk[:, 0]]
    columns = responses.voxels.ijk[kept, 0]
    found = correlate(responses.response[:, kept], session.amplitude[:, columns])
    assert found.mean() > 0.5


def test_maps_tell_what_was_chosen_for_each_voxel(session, responses):
    names = {"hrf_index", "fraction", "on_off_r2", "noise_pool", "neighbour"}
    assert names <= set(responses.fit)
    assert all(len(values) == 89 for values in responses.fit.values())
    kept = session.responsive[responses.voxels.ijk[:, 0]]
    planted = session.truth.hrf_index[responses.voxels.ijk[:, 0]]
    distance = np.abs(responses.fit["hrf_index"] - planted)
    assert (distance[kept] <= 2).mean() > 0.9
    assert not responses.fit["noise_pool"][kept].any()


def test_blocks_do_not_change_the_responses(session, responses):
    narrow = replace(RECIPE, ridge=replace(RECIPE.ridge, budget_gib=2e-4))

    found = estimate(session, narrow)

    np.testing.assert_allclose(found.response, responses.response, atol=2e-3)
    np.testing.assert_array_equal(found.fit["fraction"], responses.fit["fraction"])


def test_notes_hold_the_number_of_components(responses):
    assert responses.notes["n_noise_components"] in "0123"
    assert len(responses.notes["noise_component_scores"].split(",")) == 4
    assert responses.warnings == []


def test_one_curve_serves_all_voxels_when_it_is_named(session):
    found = estimate(session, replace(RECIPE, hrf="spm"))

    assert not found.fit["hrf_index"].any()
    assert found.notes["hrf"] == "spm"


def test_halves_do_not_see_each_other(session, halves):
    """Spoil the even runs: the responses of the odd ones are the same to the bit."""
    spoiled = draw_session(90, spacing_s=6.0, n_runs=6)
    spoiled.runs[2].bold[:, 11] = 3
    for run in spoiled.runs[1::2]:
        run.bold[:] = run.bold[::-1]

    found = estimate(spoiled, HALVES)

    odd = np.isin(found.trials.run, ["01", "03", "05"])
    np.testing.assert_array_equal(found.response[odd], halves.response[odd])
    assert not np.allclose(found.response[~odd], halves.response[~odd])


def test_halves_have_maps_of_their_own(halves):
    assert {"hrf_index_odd", "hrf_index_even", "fraction_odd"} <= set(halves.fit)
    assert "hrf_index" not in halves.fit
    assert {"n_noise_components_odd", "n_noise_components_even"} <= set(halves.notes)


def test_a_design_without_repeats_warns_and_goes_on(session):
    found = estimate(session.without_repeats())

    assert len(found.warnings) == 1
    assert "only 0 of 180 trials have a repeat" in found.warnings[0]
    assert (found.fit["fraction"] == 1).all()


def test_no_repeats_are_missed_where_nothing_is_chosen_by_them(session):
    plain = replace(RECIPE, ridge=replace(RECIPE.ridge, max_components=0))
    plain = replace(plain, ridge=replace(plain.ridge, fractions=(1.0,)))

    found = estimate(session.without_repeats(), plain)

    assert found.warnings == []
    expected = estimate(session.without_repeats()).response
    np.testing.assert_array_equal(found.response, expected)


def test_a_single_run_has_no_halves(session):
    one = replace(session, runs=session.runs[:1])

    with pytest.raises(DataError, match="`split_halves` needs at least 2 runs"):
        estimate(one, HALVES)


def test_runs_of_other_repetition_times_are_joined(session):
    slow = draw_session(90, spacing_s=6.0, n_runs=2, tr_s=2.0, seed=3)
    both = replace(session, runs=[*session.runs[:2], *slow.runs])

    found = estimate(both)

    assert found.tr_s is None
    assert len(found.trials) == 120
