"""Scores agree with numpy and scikit-learn, and say where they are undefined."""

import numpy as np
import pytest
from sklearn.metrics import r2_score

from boldwise.errors import ShapeMismatchError
from boldwise.evaluation.scores import (
    correlate_in_folds,
    correlate_weighted,
    is_constant,
    normalise_by_ceiling,
    r2_in_folds,
    standardise_in_folds,
)

RNG = np.random.default_rng(0)
FOLD = np.repeat([0, 1, 2], [10, 6, 14])
ROWS = (slice(0, 10), slice(10, 16), slice(16, 30))
PREDICTION = RNG.normal(3, 2, (30, 5)).astype(np.float32)
RESPONSE = (PREDICTION + RNG.normal(0, 2, (30, 5))).astype(np.float32)


def test_correlation_is_pearsons_averaged_over_folds():
    expected = [
        np.mean(
            [np.corrcoef(PREDICTION[rows, v], RESPONSE[rows, v])[0, 1] for rows in ROWS]
        )
        for v in range(5)
    ]

    np.testing.assert_allclose(
        correlate_in_folds(PREDICTION, RESPONSE, FOLD), expected, rtol=1e-5
    )


def test_r2_is_scikit_learns_averaged_over_folds():
    expected = np.mean(
        [
            r2_score(RESPONSE[rows], PREDICTION[rows], multioutput="raw_values")
            for rows in ROWS
        ],
        axis=0,
    )

    np.testing.assert_allclose(
        r2_in_folds(PREDICTION, RESPONSE, FOLD), expected, rtol=1e-4
    )


def test_folds_with_training_means_of_their_own_do_not_bias_the_score():
    # Leave-one-out-like folds: each prediction is its training mean, plus nothing.
    rng = np.random.default_rng(1)
    fold = np.repeat(np.arange(10), 10)
    response = rng.normal(size=(100, 400))
    means = np.array([response[fold != k].mean(axis=0) for k in range(10)])
    prediction = means[fold] + 1e-3 * rng.normal(size=(100, 400))

    pooled = correlate_in_folds(prediction, response, np.zeros(100, int))
    within = correlate_in_folds(prediction, response, fold)

    assert pooled.mean() < -0.2
    assert abs(within.mean()) < 0.02


def test_scores_do_not_change_with_gain_and_offset():
    moved = 4 * PREDICTION + 100

    np.testing.assert_allclose(
        correlate_in_folds(moved, RESPONSE, FOLD),
        correlate_in_folds(PREDICTION, RESPONSE, FOLD),
        atol=1e-4,
    )


def test_scores_leave_their_input_alone():
    before = PREDICTION.copy(), RESPONSE.copy()

    correlate_in_folds(PREDICTION, RESPONSE, FOLD)
    r2_in_folds(PREDICTION, RESPONSE, FOLD)

    np.testing.assert_array_equal(PREDICTION, before[0])
    np.testing.assert_array_equal(RESPONSE, before[1])


def test_what_does_not_vary_has_no_correlation():
    flat = PREDICTION.copy()
    flat[:, 1] = 0.1
    flat[FOLD == 2, 3] = 7.0

    r = correlate_in_folds(flat, RESPONSE, FOLD)

    assert np.isnan(r).tolist() == [False, True, False, True, False]


def test_a_flat_response_has_no_r2_but_a_flat_prediction_has():
    flat = RESPONSE.copy()
    flat[:, 0] = 0.3

    assert np.isnan(r2_in_folds(PREDICTION, flat, FOLD)[0])
    assert np.isfinite(r2_in_folds(flat, RESPONSE, FOLD)).all()


def test_variation_within_rounding_counts_as_constant():
    steps = np.array([0, 1, 0, 1, 0]) * np.spacing(np.float32(1000))
    values = np.stack([1000 + steps, 1000 + 1000 * steps], axis=1).astype(np.float32)

    assert is_constant(values).tolist() == [True, False]


def test_standardised_columns_have_mean_zero_and_norm_one_in_each_fold():
    standard = standardise_in_folds(RESPONSE, FOLD)

    for rows in ROWS:
        np.testing.assert_allclose(standard[rows].mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose((standard[rows] ** 2).sum(axis=0), 1)


def test_weighting_an_item_twice_equals_showing_it_twice():
    weights = np.ones((2, 30))
    weights[1, [0, 12, 20]] = [2, 3, 0]
    repeated = np.repeat(np.arange(30), weights[1].astype(int))

    r = correlate_weighted(PREDICTION, RESPONSE, FOLD, weights)

    np.testing.assert_allclose(
        r[0], correlate_in_folds(PREDICTION, RESPONSE, FOLD), rtol=1e-9
    )
    again = correlate_in_folds(PREDICTION[repeated], RESPONSE[repeated], FOLD[repeated])
    np.testing.assert_allclose(r[1], again, rtol=1e-6)


def test_a_draw_of_one_item_only_has_no_correlation():
    weights = np.ones((1, 30))
    weights[0, FOLD == 1] = [6, 0, 0, 0, 0, 0]

    assert np.isnan(correlate_weighted(PREDICTION, RESPONSE, FOLD, weights)).all()


def test_normalised_r_is_r_over_the_root_and_is_not_clipped():
    r = np.array([0.5, 0.6, 0.05, 0.2])
    ceiling = np.array([0.25, 0.25, 0.05, np.nan])

    normalised = normalise_by_ceiling(r, ceiling, min_ceiling=0.1)

    np.testing.assert_allclose(normalised, [1.0, 1.2, np.nan, np.nan])


def test_other_shapes_are_refused_with_both():
    with pytest.raises(ShapeMismatchError, match=r"\(30, 5\), response \(30, 4\)"):
        correlate_in_folds(PREDICTION, RESPONSE[:, :4], FOLD)
    with pytest.raises(ShapeMismatchError, match="and 29 folds"):
        r2_in_folds(PREDICTION, RESPONSE, FOLD[1:])
