"""Folds of every kind against one fit after the other."""

import numpy as np
import pytest
from scipy.stats import pearsonr
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import ShuffleSplit

from boldwise.linear.fold_plan import shorten
from boldwise.linear.folds import contiguous_folds, folds_from_labels
from boldwise.linear.plan import plan_ridge
from boldwise.linear.solve import (
    cross_validate,
    predict_targets,
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


@pytest.mark.parametrize("scoring", ["r2", "correlation"])
@pytest.mark.parametrize("shape", [(60, 6), (40, 50)])
def test_folds_with_gaps_score_as_one_fit_after_the_other(shape, scoring):
    features, targets = problem(shape)
    rows = np.arange(len(features))
    folds = [
        (rows[(rows < start - 3) | (rows >= start + 13)], rows[start : start + 10])
        for start in range(0, len(rows), 10)
    ]

    plan = plan_ridge(features, folds, alphas=ALPHAS, scoring=scoring)

    expected = [
        score_by_brute_force(features, targets, folds, alpha, True, scoring)
        for alpha in ALPHAS
    ]
    assert not plan.partition
    np.testing.assert_allclose(cross_validate(plan, targets), expected, atol=1e-9)


@pytest.mark.parametrize("scoring", ["r2", "correlation"])
def test_folds_may_repeat_and_mix_rows(scoring):
    features, targets = problem((50, 7))
    shuffled = ShuffleSplit(6, test_size=0.7, random_state=0).split(features)
    folds = [(np.sort(fit), np.sort(validate)) for fit, validate in shuffled]

    plan = plan_ridge(features, folds, alphas=ALPHAS, scoring=scoring)

    expected = [
        score_by_brute_force(features, targets, folds, alpha, True, scoring)
        for alpha in ALPHAS
    ]
    np.testing.assert_allclose(cross_validate(plan, targets), expected, atol=1e-9)


@pytest.mark.parametrize("scoring", ["r2", "correlation"])
@pytest.mark.parametrize("n_folds", [2, 5])
def test_primal_and_dual_form_give_the_same(monkeypatch, scoring, n_folds):
    features, targets = problem((60, 30))
    folds = contiguous_folds(60, n_folds)
    # Features that repeat make the same problem wide; its dual form is smaller.
    repeated = np.tile(features, 3) / np.sqrt(3)

    primal = plan_ridge(features, folds, alphas=ALPHAS, scoring=scoring)
    dual = plan_ridge(repeated, folds, alphas=ALPHAS, scoring=scoring)

    assert primal.rows is not None
    assert dual.rows is None
    score = cross_validate(primal, targets)
    np.testing.assert_allclose(cross_validate(dual, targets), score, atol=1e-10)
    alpha = np.full(targets.shape[1], 3.0)
    new = np.random.default_rng(1).standard_normal((4, 30))
    np.testing.assert_allclose(
        predict_targets(dual, targets, alpha, features=np.tile(new, 3) / np.sqrt(3)),
        predict_targets(primal, targets, alpha, features=new),
        atol=1e-9,
    )


def test_folds_of_unequal_size_each_count_once():
    features, targets = problem((41, 5))
    labels = np.repeat([0, 1, 2], [3, 10, 28])
    folds = folds_from_labels(labels)

    found = cross_validate(plan_ridge(features, folds, alphas=ALPHAS), targets)

    each = [
        cross_validate(plan_ridge(features, [fold], alphas=ALPHAS), targets)
        for fold in folds
    ]
    np.testing.assert_allclose(found, np.mean(each, axis=0), atol=1e-10)


@pytest.mark.parametrize("shape", [(40, 6), (40, 60)])
def test_rows_labelled_minus_one_are_fitted_in_every_fold_and_never_judged(shape):
    features, targets = problem(shape)
    labels = np.arange(40) % 4
    labels[:7] = -1
    folds = folds_from_labels(labels)

    plan = plan_ridge(features, folds, alphas=ALPHAS)

    assert not plan.partition
    for fit, validate in folds:
        assert set(range(7)) <= set(fit.tolist())
        assert validate.min() >= 7
    expected = [
        score_by_brute_force(features, targets, folds, alpha, True, "r2")
        for alpha in ALPHAS
    ]
    np.testing.assert_allclose(cross_validate(plan, targets), expected, atol=1e-9)


@pytest.mark.parametrize("scoring", ["r2", "correlation"])
@pytest.mark.parametrize("shape", [(40, 6), (30, 50)])
def test_the_order_of_the_rows_does_not_matter(shape, scoring):
    features, targets = problem(shape)
    labels = np.arange(shape[0]) // 10
    order = np.random.default_rng(5).permutation(shape[0])

    def score(rows):
        plan = plan_ridge(
            features[rows],
            folds_from_labels(labels[rows]),
            alphas=ALPHAS,
            scoring=scoring,
        )
        return cross_validate(plan, targets[rows])

    np.testing.assert_allclose(score(order), score(slice(None)), atol=1e-8)


@pytest.mark.parametrize("shape", [(40, 6), (30, 50)])
def test_an_intercept_makes_offsets_of_features_and_targets_irrelevant(shape):
    features, targets = problem(shape)
    folds = contiguous_folds(shape[0], 3)
    shift = np.random.default_rng(6).normal(size=shape[1]) * 10

    moved = cross_validate(
        plan_ridge(features + shift, folds, alphas=ALPHAS), targets - 300
    )

    plan = plan_ridge(features, folds, alphas=ALPHAS)
    np.testing.assert_allclose(moved, cross_validate(plan, targets), atol=1e-8)


@pytest.mark.parametrize("shape", [(40, 6), (30, 50)])
def test_an_orthogonal_turn_of_the_features_changes_no_score(shape):
    features, targets = problem(shape)
    folds = contiguous_folds(shape[0], 3)
    turn = np.linalg.qr(np.random.default_rng(7).normal(size=(shape[1],) * 2))[0]

    turned = cross_validate(plan_ridge(features @ turn, folds, alphas=ALPHAS), targets)

    plan = plan_ridge(features, folds, alphas=ALPHAS)
    np.testing.assert_allclose(turned, cross_validate(plan, targets), atol=1e-8)


def test_neighbouring_rows_become_a_slice_and_others_stay():
    assert shorten(np.arange(4, 9)) == slice(4, 9)
    assert shorten(np.array([4, 6])).tolist() == [4, 6]
    assert shorten(np.array([5, 4])).tolist() == [5, 4]
    assert shorten(np.array([], int)).tolist() == []
