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
