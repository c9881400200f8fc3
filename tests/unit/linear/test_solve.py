"""The solver against closed forms and one fit after the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

from boldwise.errors import ShapeMismatchError
from boldwise.linear import solve
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.plan import plan_ridge
from boldwise.linear.solve import (
    choose_alphas,
    cross_validate,
    fit_weights,
    predict_targets,
    share_at_edges,
)

ALPHAS = np.logspace(-2, 5, 8)
SHAPES = pytest.mark.parametrize("shape", [(40, 6), (20, 50), (24, 24), (30, 1)])
INTERCEPT = pytest.mark.parametrize("fit_intercept", [True, False])


def problem(shape, n_targets=5, seed=0, noise=1.0):
    rng = np.random.default_rng(seed)
    features = rng.standard_normal(shape) + 2.0
    weight = rng.standard_normal((shape[1], n_targets))
    targets = features @ weight + noise * rng.standard_normal((shape[0], n_targets))
    return features, targets


def score_by_brute_force(features, targets, folds, alpha, fit_intercept, scoring):
    scores = []
    for fit, validate in folds:
        model = Ridge(alpha=alpha, fit_intercept=fit_intercept, solver="svd")
        predicted = model.fit(features[fit], targets[fit]).predict(features[validate])
        truth = targets[validate]
        if scoring == "r2":
            scores.append(r2_score(truth, predicted, multioutput="raw_values"))
        else:
            scores.append(pearsonr(truth, predicted, axis=0).statistic)
    return np.mean(scores, axis=0)


@SHAPES
@INTERCEPT
@pytest.mark.parametrize("scoring", ["r2", "correlation"])
def test_scores_equal_those_of_one_fit_after_the_other(shape, fit_intercept, scoring):
    features, targets = problem(shape)
    folds = contiguous_folds(len(features), 4)

    score = cross_validate(
        plan_ridge(
            features,
            folds,
            alphas=ALPHAS,
            scoring=scoring,
            fit_intercept=fit_intercept,
        ),
        targets,
    )

    expected = [
        score_by_brute_force(features, targets, folds, alpha, fit_intercept, scoring)
        for alpha in ALPHAS
    ]
    np.testing.assert_allclose(score, expected, rtol=1e-7, atol=1e-8)


@SHAPES
@INTERCEPT
def test_weights_solve_the_normal_equations(shape, fit_intercept):
    features, targets = problem(shape)
    alpha = np.array([0.01, 0.1, 1.0, 10.0, 1e4])
    folds = contiguous_folds(len(features), 2)
    plan = plan_ridge(features, folds, alphas=ALPHAS, fit_intercept=fit_intercept)

    weight, intercept = fit_weights(plan, targets, alpha)

    for target in range(5):
        model = Ridge(alpha=alpha[target], fit_intercept=fit_intercept, solver="svd")
        model.fit(features, targets[:, target])
        np.testing.assert_allclose(weight[:, target], model.coef_, atol=1e-9)
        np.testing.assert_allclose(intercept[target], model.intercept_, atol=1e-8)


@SHAPES
@INTERCEPT
def test_predictions_are_those_of_the_weights(shape, fit_intercept):
    features, targets = problem(shape)
    new, _ = problem((7, shape[1]), seed=1)
    folds = contiguous_folds(len(features), 2)
    plan = plan_ridge(features, folds, alphas=ALPHAS, fit_intercept=fit_intercept)
    alpha = np.array([0.01, 0.1, 1.0, 10.0, 1e4])

    prediction = predict_targets(plan, targets, alpha, features=new)

    weight, intercept = fit_weights(plan, targets, alpha)
    np.testing.assert_allclose(prediction, new @ weight + intercept, atol=1e-8)


def test_float32_predictions_are_within_a_thousandth_of_float64():
    features, targets = problem((60, 20), n_targets=30)
    new, _ = problem((10, 20), seed=1)
    plan = plan_ridge(features, contiguous_folds(60, 5), alphas=ALPHAS)
    alpha, _ = choose_alphas(cross_validate(plan, targets), ALPHAS)

    single = predict_targets(plan, targets.astype("f4"), alpha, features=new)
    double = predict_targets(plan, targets, alpha, features=new)

    assert single.dtype == np.float32
    assert np.abs(single - double).max() < 1e-3 * np.abs(double).max()


def test_a_shifted_target_far_from_zero_chooses_the_same_in_float32():
    features, targets = problem((60, 5), n_targets=30)
    plan = plan_ridge(features, contiguous_folds(60, 5), alphas=ALPHAS)

    near = cross_validate(plan, targets)
    far = cross_validate(plan, (1e-3 * targets + 1.0).astype("f4"))

    np.testing.assert_allclose(far, near, atol=1e-3)


@pytest.mark.parametrize("unit", [1e-30, 1e-6, 1e6, 1e30])
def test_scores_do_not_depend_on_the_unit_of_the_targets(unit):
    features, targets = problem((60, 5))
    plan = plan_ridge(features, contiguous_folds(60, 5), alphas=ALPHAS)

    plain = cross_validate(plan, targets.astype("f4"))
    scaled = cross_validate(plan, (targets * unit).astype("f4"))

    np.testing.assert_allclose(scaled, plain, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_features=st.integers(1, 40),
    decay=st.floats(0.0, 4.0),
    alpha=st.sampled_from([1e-12, 1e-3, 1.0, 1e3, 1e12]),
)
def test_weights_agree_with_scikit_learn_however_ill_conditioned(
    seed, n_features, decay, alpha
):
    features, targets = problem((20, n_features), seed=seed)
    features = features * np.logspace(0, -decay, n_features)
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=[alpha])

    weight, intercept = fit_weights(plan, targets, np.full(5, alpha))

    model = Ridge(alpha=alpha, solver="svd").fit(features, targets)
    predicted, expected = features @ weight + intercept, model.predict(features)
    assert np.abs(predicted - expected).max() < 1e-6 * np.abs(targets).max()


def test_a_huge_penalty_predicts_the_mean():
    features, targets = problem((20, 3))
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=[1e300])

    prediction = predict_targets(plan, targets, np.full(5, 1e300), features=features)

    np.testing.assert_allclose(prediction - targets.mean(axis=0), 0.0, atol=1e-12)


def test_tiles_do_not_mix_targets(monkeypatch):
    features, targets = problem((20, 3), n_targets=11)
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=ALPHAS)
    whole = cross_validate(plan, targets), fit_weights(plan, targets, np.ones(11))[0]

    monkeypatch.setattr(solve, "TILE", 4)
    tiled = cross_validate(plan, targets), fit_weights(plan, targets, np.ones(11))[0]

    np.testing.assert_allclose(tiled[0], whole[0], rtol=1e-10)
    np.testing.assert_allclose(tiled[1], whole[1], rtol=1e-10)


def test_whole_tiles_give_the_same_bytes_alone_or_together(monkeypatch):
    monkeypatch.setattr(solve, "TILE", 4)
    features, targets = problem((20, 3), n_targets=12)
    targets = targets.astype("f4")
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=ALPHAS)

    together = cross_validate(plan, targets)
    alone = [cross_validate(plan, targets[:, i : i + 4]) for i in (0, 4, 8)]

    assert together.tobytes() == np.hstack(alone).tobytes()


def test_targets_are_read_tile_by_tile(monkeypatch):
    class OnDisk:
        """Refuses to be read whole."""

        def __init__(self, values):
            self.values, self.shape, self.dtype = values, values.shape, values.dtype

        def __getitem__(self, key):
            rows, columns = key
            assert columns.stop - columns.start <= 4
            return self.values[rows, columns]

    monkeypatch.setattr(solve, "TILE", 4)
    features, targets = problem((20, 3), n_targets=10)
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=ALPHAS)

    score = cross_validate(plan, OnDisk(targets))

    np.testing.assert_array_equal(score, cross_validate(plan, targets))


def test_inputs_are_not_modified():
    features, targets = problem((20, 3))
    before = features.copy(), targets.copy()
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=ALPHAS)

    cross_validate(plan, targets)
    predict_targets(plan, targets, np.ones(5), features=features)

    np.testing.assert_array_equal(features, before[0])
    np.testing.assert_array_equal(targets, before[1])


def test_of_equal_scores_the_largest_penalty_wins_in_any_order():
    score = np.array([[0.5, 0.1], [0.5, 0.9], [0.5, 0.9]])

    alpha, best = choose_alphas(score, np.array([1.0, 100.0, 10.0]))

    assert alpha.tolist() == [100.0, 100.0]
    assert best.tolist() == [0.5, 0.9]


def test_one_penalty_for_all_has_the_best_mean_score():
    score = np.array([[0.9, 0.0, np.nan], [0.5, 0.6, np.nan]])

    alpha, best = choose_alphas(score, np.array([1.0, 10.0]), per_target=False)

    assert alpha.tolist() == [10.0, 10.0, 10.0]
    np.testing.assert_array_equal(best, [0.5, 0.6, np.nan])


def test_shares_at_both_edges_of_the_grid():
    alpha = np.array([1.0, 1.0, 10.0, 100.0])

    assert share_at_edges(alpha, np.array([100.0, 10.0, 1.0])) == (0.5, 0.25)


def test_other_numbers_of_rows_say_both():
    features, targets = problem((20, 3))
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=ALPHAS)

    with pytest.raises(ShapeMismatchError, match="have 19 rows, but features have 20"):
        cross_validate(plan, targets[:19])


def test_a_penalty_too_small_for_single_precision_is_worked_on_in_double():
    features, _ = problem((30, 4))

    plan = plan_ridge(
        features.astype("f4"), contiguous_folds(30, 3), alphas=[1e-9, 1.0]
    )

    assert plan.into.dtype == np.float64
