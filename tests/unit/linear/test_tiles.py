"""Tiles of targets: threads, libraries, precisions and what cannot be fitted."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from boldwise.linear import solve
from boldwise.linear.arrays import is_tensor, to_device
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.plan import plan_ridge
from boldwise.linear.solve import (
    choose_alphas,
    cross_validate,
    fit_tiles,
    fit_weights,
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


@pytest.mark.parametrize("scoring", ["r2", "correlation"])
@pytest.mark.parametrize("alpha", [1e-300, 1e300])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_degenerate_problems_give_finite_numbers(scoring, alpha, dtype):
    features, targets = problem((20, 30))
    features[:, 3] = 7.0  # constant
    features[:, 4] = features[:, 5]  # twice the same
    features[:10, 6] = 1.0  # constant where it is fitted only
    targets[:, 0] = 0.1  # constant
    targets[10:, 1] = 0.1  # constant where it is validated only
    alphas = np.array([alpha, 1.0])
    folds = contiguous_folds(20, 2)
    plan = plan_ridge(features, folds, alphas=alphas, scoring=scoring)

    score = cross_validate(plan, targets.astype(dtype))
    weight, intercept = fit_weights(plan, targets.astype(dtype), np.full(5, alpha))

    for values in (score, weight, intercept):
        assert np.isfinite(values).all()
    np.testing.assert_array_equal(score[:, 0], 0.0)
    np.testing.assert_allclose(weight[:, 0], 0.0)
    np.testing.assert_allclose(intercept[0], 0.1, rtol=1e-6)


def test_nan_stays_in_its_target():
    features, targets = problem((20, 3))
    spoilt = targets.copy()
    spoilt[4, 2] = np.nan
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=ALPHAS)

    score = cross_validate(plan, spoilt)
    alpha, _ = choose_alphas(score, ALPHAS)
    prediction = predict_targets(plan, spoilt, alpha, features=features)

    clean = [0, 1, 3, 4]
    assert np.isnan(score[:, 2]).all()
    assert alpha[2] == ALPHAS.max()
    assert np.isnan(prediction[:, 2]).all()
    np.testing.assert_allclose(score[:, clean], cross_validate(plan, targets)[:, clean])
    assert np.isfinite(prediction[:, clean]).all()


def test_bytes_do_not_depend_on_the_number_of_threads():
    features, targets = problem((60, 20), n_targets=3 * solve.TILE)
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads):
            plan = plan_ridge(
                features.astype("f4"), contiguous_folds(60, 5), alphas=ALPHAS
            )
            results.append(list(fit_tiles(plan, targets.astype("f4"))))

    for one, two in zip(*results, strict=True):
        np.testing.assert_array_equal(one.score, two.score)
        np.testing.assert_array_equal(one.coordinates, two.coordinates)


@pytest.mark.parametrize("scoring", ["r2", "correlation"])
@pytest.mark.parametrize("shape", [(60, 6), (20, 50)])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_torch_computes_the_same(shape, dtype, scoring):
    features, targets = (array.astype(dtype) for array in problem(shape, 300))
    folds = contiguous_folds(len(features), 4)
    tight = {"rtol": 2e-4, "atol": 2e-4} if dtype == "f4" else {"atol": 1e-9}

    ours = plan_ridge(features, folds, alphas=ALPHAS, scoring=scoring)
    theirs = plan_ridge(
        to_device(features, "cpu"), folds, alphas=ALPHAS, scoring=scoring
    )
    one, two = (list(fit_tiles(plan, targets)) for plan in (ours, theirs))

    assert is_tensor(theirs.into)
    score = np.concatenate([tile.score for tile in two], axis=1)
    expected = np.concatenate([tile.score for tile in one], axis=1)
    np.testing.assert_allclose(score, expected, **tight)
    alpha = np.full(targets.shape[1], 3.0)
    np.testing.assert_allclose(
        predict_targets(theirs, targets, alpha, features=features),
        predict_targets(ours, targets, alpha, features=features),
        **tight,
    )


def test_one_pass_chooses_and_fits_like_several():
    features, targets = problem((40, 6), n_targets=30)
    plan = plan_ridge(features, contiguous_folds(40, 4), alphas=ALPHAS)

    (tile,) = fit_tiles(plan, targets)

    score = cross_validate(plan, targets)
    alpha, best = choose_alphas(score, plan.alphas)
    weight, _ = fit_weights(plan, targets, alpha)
    np.testing.assert_array_equal(tile.score, score)
    np.testing.assert_array_equal(tile.alpha, alpha)
    np.testing.assert_array_equal(tile.best, best)
    np.testing.assert_allclose(plan.whole.expand(tile.coordinates), weight, atol=1e-12)


def test_float32_scores_are_within_a_ten_thousandth_of_float64():
    features, targets = problem((300, 80), n_targets=50, noise=20.0)
    folds = contiguous_folds(300, 5)
    alphas = np.logspace(-1, 6, 20)

    exact = cross_validate(plan_ridge(features, folds, alphas=alphas), targets)
    single = cross_validate(
        plan_ridge(features.astype("f4"), folds, alphas=alphas), targets.astype("f4")
    )

    assert np.abs(single - exact).max() < 1e-4
