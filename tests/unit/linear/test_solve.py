"""The solver against closed forms and one fit after the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import ShuffleSplit
from threadpoolctl import threadpool_limits

from boldwise.errors import ShapeMismatchError
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


def test_a_huge_penalty_predicts_the_mean():
    features, targets = problem((20, 3))
    plan = plan_ridge(features, contiguous_folds(20, 2), alphas=[1e300])

    prediction = predict_targets(plan, targets, np.full(5, 1e300), features=features)

    np.testing.assert_allclose(prediction - targets.mean(axis=0), 0.0, atol=1e-12)


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


def test_a_penalty_too_small_for_single_precision_is_worked_on_in_double():
    features, _ = problem((30, 4))

    plan = plan_ridge(
        features.astype("f4"), contiguous_folds(30, 3), alphas=[1e-9, 1.0]
    )

    assert plan.into.dtype == np.float64
