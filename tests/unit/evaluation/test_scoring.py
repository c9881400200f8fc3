"""One call gives every number of a score store, each with its meaning."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.scores import FORMULAS, correlate_in_folds, r2_in_folds
from boldwise.evaluation.scoring import PER_VOXEL, score_predictions
from boldwise.evaluation.significance import adjust_fdr

OPTIONS = {"n_permutations": 99, "n_bootstraps": 50, "min_ceiling": 0.1, "seed": 0}


@pytest.fixture
def scored(make_held_out):
    """Scores of 40 voxels: the first 20 are predicted, the others noise."""
    rng = np.random.default_rng(0)
    held_out = make_held_out(30, 20)
    prediction, response = rng.normal(size=(2, 50, 40))
    response[:, :20] += 2 * prediction[:, :20]
    ceiling = np.repeat([0.8, 0.05], 20)
    masks = {"all": np.ones(40, bool), "good": np.arange(40) < 20}
    scores = score_predictions(
        prediction,
        response,
        held_out,
        noise_ceiling=ceiling,
        masks=masks,
        options=OPTIONS,
    )
    return prediction, response, held_out, scores


def test_every_number_is_that_of_its_own_function(scored):
    prediction, response, held_out, scores = scored
    r = correlate_in_folds(prediction, response, held_out.fold)

    np.testing.assert_array_equal(scores.r, r)
    np.testing.assert_array_equal(
        scores.r2, r2_in_folds(prediction, response, held_out.fold)
    )
    np.testing.assert_allclose(scores.normalised_r[:20], r[:20] / np.sqrt(0.8))
    assert np.isnan(scores.normalised_r[20:]).all()
    np.testing.assert_array_equal(scores.q, adjust_fdr(scores.p))


def test_signal_is_found_and_noise_is_not(scored):
    *_, scores = scored

    assert (scores.q[:20] < 0.05).all()
    assert (scores.p_fwer[:20] < 0.05).all()
    assert (scores.q[20:] < 0.05).mean() <= 0.1
    assert (scores.p_fwer >= scores.p).all()


def test_draws_surround_the_median_of_their_region(scored):
    *_, scores = scored

    low, high = np.quantile(scores.r_draws["good"], [0.025, 0.975])
    assert low < np.median(scores.r[:20]) < high
    np.testing.assert_allclose(
        scores.normalised_draws["good"], scores.r_draws["good"] / np.sqrt(0.8)
    )


def test_folds_that_train_one_another_widen_the_draws_and_the_null(scored):
    prediction, response, held_out, scores = scored
    masks = {"good": np.arange(40) < 20}

    wide = score_predictions(
        prediction,
        response,
        replace(held_out, widening=np.sqrt(2)),
        noise_ceiling=np.full(40, 0.8),
        masks=masks,
        options=OPTIONS,
    )

    median = np.median(scores.r[:20])
    np.testing.assert_allclose(
        wide.r_draws["good"] - median, np.sqrt(2) * (scores.r_draws["good"] - median)
    )
    assert (wide.p[20:] != scores.p[20:]).any()
    np.testing.assert_array_equal(wide.r, scores.r)


def test_every_metric_has_its_formula():
    assert set(PER_VOXEL) == set(FORMULAS)


def test_folds_of_two_stimuli_are_refused(make_held_out):
    with pytest.raises(DataError, match=r"fewer than 3 .*a correlation needs"):
        score_predictions(
            np.zeros((5, 1)),
            np.zeros((5, 1)),
            make_held_out(3, 2),
            noise_ceiling=np.ones(1),
            masks={},
            options=OPTIONS,
        )
