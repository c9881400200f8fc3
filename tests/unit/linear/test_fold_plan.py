"""Folds of every kind against one fit after the other."""

import numpy as np
import pytest
from scipy.stats import pearsonr
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import ShuffleSplit

from boldwise.linear.folds import contiguous_folds
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
