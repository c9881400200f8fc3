"""The estimator against himalaya and scikit-learn."""

import operator

import numpy as np
import pytest
import torch
from himalaya.ridge import RidgeCV as HimalayaRidgeCV
from himalaya.scoring import r2_score
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.linear_model import RidgeCV as SklearnRidgeCV
from sklearn.model_selection import GridSearchCV, KFold, LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import boldwise.encoders
import boldwise.linear
from boldwise.linear.ridge import RidgeCV

ALPHAS = np.logspace(-2, 4, 7)
CHECKS = [
    pytest.param(check, estimator, id=check.func.__name__)
    for estimator, check in estimator_checks_generator(RidgeCV())
    if check.func.__name__ != "check_array_api_input"
]


def problem(n_rows=60, n_features=10, n_targets=20, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((n_rows, n_features))
    weight = rng.standard_normal((n_features, n_targets))
    noise = rng.standard_normal((n_rows, n_targets)) * np.linspace(0.1, 9, n_targets)
    return features, features @ weight + noise


@pytest.mark.parametrize(("check", "estimator"), CHECKS)
def test_scikit_learn_accepts_the_estimator(check, estimator):
    check(estimator)


def himalaya(features, targets, fit_intercept=True):
    model = HimalayaRidgeCV(
        alphas=ALPHAS,
        cv=KFold(5),
        fit_intercept=fit_intercept,
        solver_params={"score_func": r2_score, "warn": False},
    )
    return model.fit(features, targets)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_features=st.integers(1, 55),
    decay=st.floats(0.0, 3.0),
    fit_intercept=st.booleans(),
)
def test_himalaya_chooses_and_fits_the_same(seed, n_features, decay, fit_intercept):
    features, targets = problem(n_features=n_features, seed=seed)
    features *= np.logspace(0, -decay, n_features)

    ours = RidgeCV(ALPHAS, fit_intercept=fit_intercept).fit(features, targets)
    theirs = himalaya(features, targets, fit_intercept)

    same = np.isclose(ours.alpha_, theirs.best_alphas_)
    assert same.mean() >= 0.95
    best = np.asarray(theirs.cv_scores_).ravel()
    np.testing.assert_allclose(ours.best_cv_score_, best, atol=1e-6)
    np.testing.assert_allclose(
        ours.predict(features)[:, same],
        np.asarray(theirs.predict(features))[:, same],
        atol=1e-6,
    )


def test_scikit_learn_with_one_penalty_fits_the_same():
    features, targets = problem()

    ours = RidgeCV([3.0]).fit(features, targets)
    theirs = SklearnRidgeCV([3.0], alpha_per_target=True).fit(features, targets)

    np.testing.assert_allclose(ours.coef_, theirs.coef_.T, atol=1e-10)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-10)


def test_scikit_learn_with_a_penalty_per_target_predicts_alike():
    features, targets = problem(n_rows=200)

    ours = RidgeCV(ALPHAS).fit(features, targets)
    theirs = SklearnRidgeCV(ALPHAS, alpha_per_target=True).fit(features, targets)

    r = np.corrcoef(ours.predict(features).T, theirs.predict(features).T)
    assert np.diag(r, 20).min() > 0.95
    ratio = np.log10(ours.alpha_ / theirs.alpha_)
    assert np.median(np.abs(ratio)) < 0.5


def test_one_penalty_for_all_is_that_of_a_grid_search():
    features, targets = problem()

    ours = RidgeCV(ALPHAS, alpha_per_target=False).fit(features, targets)
    search = GridSearchCV(Ridge(), {"alpha": ALPHAS}, cv=KFold(5)).fit(
        features, targets
    )

    assert set(ours.alpha_) == {search.best_params_["alpha"]}
    np.testing.assert_allclose(ours.best_cv_score_.mean(), search.best_score_)


def test_folds_may_be_a_number_a_splitter_or_labels():
    features, targets = problem()
    labels = np.repeat(np.arange(5), 12)

    fits = [
        RidgeCV(ALPHAS, cv=cv).fit(features, targets) for cv in (5, labels, KFold())
    ]

    for other in fits[1:]:
        np.testing.assert_array_equal(other.cv_scores_, fits[0].cv_scores_)


def test_a_splitter_that_needs_groups_is_served_by_labels():
    features, targets = problem()
    runs = np.array(["b", "a", "c"] * 20)

    ours = RidgeCV(ALPHAS, cv=runs).fit(features, targets)

    folds = list(LeaveOneGroupOut().split(features, groups=runs))
    listed = GridSearchCV(Ridge(), {"alpha": ALPHAS}, cv=folds).fit(features, targets)
    expected = listed.cv_results_["mean_test_score"]
    np.testing.assert_allclose(ours.cv_scores_.mean(axis=1), expected, atol=1e-10)


def test_planted_weights_are_recovered():
    rng = np.random.default_rng(1)
    features = rng.standard_normal((4000, 6))
    weight = rng.standard_normal((6, 3))
    targets = features @ weight + 0.1 * rng.standard_normal((4000, 3)) + 5.0

    model = RidgeCV(ALPHAS).fit(features, targets)

    np.testing.assert_allclose(model.coef_, weight, atol=0.02)
    np.testing.assert_allclose(model.intercept_, 5.0, atol=0.02)


def test_noise_is_given_the_largest_penalty_and_signal_a_small_one():
    rng = np.random.default_rng(2)
    features = rng.standard_normal((200, 50))
    targets = np.column_stack([features[:, 0] * 5, rng.standard_normal(200)])

    model = RidgeCV(ALPHAS).fit(features, targets)

    assert model.alpha_[0] == ALPHAS[0]
    assert model.alpha_[1] >= ALPHAS[-2]
    assert model.best_cv_score_[0] > 0.99


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_of_the_targets_is_kept(dtype):
    features, targets = problem()

    model = RidgeCV(ALPHAS).fit(features.astype(dtype), targets.astype(dtype))

    assert model.coef_.dtype == dtype
    assert model.predict(features.astype(dtype)).dtype == dtype


def test_shapes_follow_those_of_the_targets():
    features, targets = problem()

    many = RidgeCV(ALPHAS).fit(features, targets)
    one = RidgeCV(ALPHAS).fit(features, targets[:, 0])

    assert many.coef_.shape == (10, 20)
    assert many.cv_scores_.shape == (7, 20)
    assert one.coef_.shape == (10,)
    assert one.predict(features).shape == (60,)
    np.testing.assert_allclose(one.coef_, many.coef_[:, 0])


def test_share_at_edges_tells_of_a_grid_that_ends_too_early():
    features, targets = problem(n_targets=4)

    model = RidgeCV([1e5, 1e6]).fit(features, targets)

    assert model.alpha_at_edge_ == (1.0, 0.0)


def test_it_works_within_a_pipeline():
    features, targets = problem()

    model = make_pipeline(StandardScaler(), RidgeCV(ALPHAS)).fit(features, targets)

    assert model.score(features, targets) > 0.3


def test_encoders_offer_it_too():
    assert boldwise.encoders.RidgeCV is boldwise.linear.RidgeCV is RidgeCV


@pytest.mark.parametrize("package", [boldwise.encoders, boldwise.linear])
def test_other_names_are_not_found(package):
    with pytest.raises(AttributeError, match="has no attribute 'Lasso'"):
        operator.attrgetter("Lasso")(package)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_in_give_tensors_out(dtype):
    features, targets = problem()
    x, y = (torch.tensor(array, dtype=dtype) for array in (features, targets))

    predicted = RidgeCV(ALPHAS).fit(x, y).predict(x)

    assert predicted.dtype == dtype
    expected = RidgeCV(ALPHAS).fit(features, targets).predict(features)
    np.testing.assert_allclose(predicted.numpy(), expected, rtol=1e-3, atol=1e-3)


def test_a_device_computes_what_numpy_does():
    features, targets = problem()

    there = RidgeCV(ALPHAS, device="cpu").fit(features, targets)

    here = RidgeCV(ALPHAS).fit(features, targets)
    np.testing.assert_array_equal(there.alpha_, here.alpha_)
    np.testing.assert_allclose(there.coef_, here.coef_, atol=1e-9)
    np.testing.assert_allclose(there.intercept_, here.intercept_, atol=1e-9)
    np.testing.assert_allclose(
        there.predict(features), here.predict(features), atol=1e-9
    )


class OnDisk:
    """Targets that can be sliced by columns, and count what was read at once."""

    def __init__(self, values):
        self.values, self.widest = values, 0
        self.shape, self.dtype, self.ndim = values.shape, values.dtype, values.ndim

    def __getitem__(self, key):
        part = self.values[key]
        self.widest = max(self.widest, part.shape[1])
        return part


@pytest.mark.parametrize("alpha_per_target", [True, False])
def test_targets_on_disk_are_read_in_blocks_and_fit_the_same(alpha_per_target):
    features, targets = problem(n_rows=200, n_targets=6000)
    options = {"alpha_per_target": alpha_per_target}
    lazy = OnDisk(targets)

    streamed = RidgeCV(ALPHAS, memory_gb=0.0125, **options).fit(features, lazy)

    whole = RidgeCV(ALPHAS, **options).fit(features, targets)
    assert lazy.widest < 6000
    np.testing.assert_array_equal(streamed.alpha_, whole.alpha_)
    np.testing.assert_array_equal(streamed.cv_scores_, whole.cv_scores_)
    np.testing.assert_array_equal(streamed.coef_, whole.coef_)


def test_weights_are_formed_when_first_asked_for():
    features, targets = problem(n_rows=20, n_features=40)

    model = RidgeCV(ALPHAS).fit(features, targets)
    predicted = model.predict(features)

    assert "_coef" not in vars(model)
    assert model.coef_.shape == (40, 20)
    np.testing.assert_allclose(
        features @ model.coef_ + model.intercept_, predicted, atol=1e-9
    )


def test_a_second_fit_forgets_the_weights_of_the_first():
    features, targets = problem()
    model = RidgeCV(ALPHAS).fit(features, targets)
    before = model.coef_

    model.fit(features, -targets)

    np.testing.assert_allclose(model.coef_, -before, atol=1e-9)
