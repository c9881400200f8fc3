"""Shuffling goes to whoever fits, and its scores come back by region."""

import numpy as np

from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.shuffled import shuffle_training


def ready(study):
    return plan_voxelwise(study.responses, study.spaces, study.split, alphas=[1.0])


def test_what_is_predicted_is_scored_by_region(study):
    plan = ready(study)
    truth = plan.response[plan.test, :]

    def know(number, _):
        wrong = truth[plan.held_out.fold == number].copy()
        wrong[:, 3] *= -1  # the only voxel of region "noise"
        return wrong

    medians = shuffle_training(plan, know, n_shuffles=2, seed=0)

    np.testing.assert_allclose(medians["signal"], 1.0, atol=1e-6)
    np.testing.assert_allclose(medians["noise"], -1.0, atol=1e-6)
    np.testing.assert_allclose(medians["all"], 1.0, atol=1e-6)


def test_only_training_responses_are_handed_over(study):
    plan, seen = ready(study), []

    def watch(number, response):
        seen.append((number, response))
        n_test = int((plan.held_out.fold == number).sum())
        return np.arange(4.0 * n_test).reshape(n_test, 4)

    shuffle_training(plan, watch, n_shuffles=2, seed=0)

    assert [number for number, _ in seen] == [0, 1, 0, 1]
    for number, response in seen:
        own = plan.response[plan.folds[number].train, :]
        np.testing.assert_array_equal(np.sort(response, axis=0), np.sort(own, axis=0))
        assert not np.array_equal(response, own)


def draws_of(plan, *, n_shuffles, seed):
    """Collect what is handed over, by draw."""
    seen = []

    def watch(number, response):
        seen.append(response)
        n_test = int((plan.held_out.fold == number).sum())
        return np.random.default_rng(number).normal(size=(n_test, response.shape[1]))

    medians = shuffle_training(plan, watch, n_shuffles=n_shuffles, seed=seed)
    return seen, medians


def test_a_draw_depends_on_the_seed_and_its_number_only(study):
    plan = ready(study)

    few, _ = draws_of(plan, n_shuffles=2, seed=4)
    many, _ = draws_of(plan, n_shuffles=5, seed=4)
    other, _ = draws_of(plan, n_shuffles=2, seed=5)

    for one, same, different in zip(few, many, other, strict=False):
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, different)
    assert not np.array_equal(many[0], many[2])


def test_all_voxels_of_a_stimulus_move_together(study):
    plan = ready(study)
    own = {row.tobytes() for row in plan.response[:, :]}

    for response in draws_of(plan, n_shuffles=3, seed=0)[0]:
        assert {row.tobytes() for row in response} <= own


def test_time_series_are_turned_round_and_never_torn(film):
    """Neighbours stay neighbours, but for the one place where the ends meet."""
    plan = ready(film)
    rows = plan.response[plan.folds[0].train, :]
    n_train = len(rows)

    lags = []
    for response in draws_of(plan, n_shuffles=30, seed=0)[0]:
        lag = int(np.flatnonzero((response == rows[0]).all(axis=1))[0])
        np.testing.assert_array_equal(response, np.roll(rows, lag, axis=0))
        lags.append(lag)

    assert min(lags) >= n_train // 10
    assert max(lags) <= n_train - n_train // 10
    assert len(set(lags)) > 10


def test_a_voxel_without_a_correlation_is_left_out_of_the_median(study):
    plan = ready(study)
    truth = plan.response[plan.test, :]

    def turn(number, _):
        wanted = truth[plan.held_out.fold == number].copy()
        wanted[:, 1] *= -1
        wanted[:, [0, 3]] = 1.0  # No correlation, in both regions.
        return wanted

    medians = shuffle_training(plan, turn, n_shuffles=1, seed=0)

    np.testing.assert_allclose(medians["signal"], 0.0, atol=1e-6)  # of -1 and 1
    assert np.isnan(medians["noise"]).all()


def test_no_draws_give_no_scores(study):
    seen, medians = draws_of(ready(study), n_shuffles=0, seed=0)

    assert seen == []
    assert {name: scores.shape for name, scores in medians.items()} == {
        "all": (0,),
        "signal": (0,),
        "noise": (0,),
    }
