"""The banded estimator against himalaya, plain ridge and planted bands."""

import numpy as np
import pytest
from himalaya.ridge import GroupRidgeCV
from himalaya.scoring import r2_score
from sklearn.model_selection import KFold
from sklearn.utils.estimator_checks import estimator_checks_generator

from boldwise.errors import ShapeMismatchError
from boldwise.evaluation.partition import split_r2
from boldwise.linear.banded_ridge import BandedRidgeCV
from boldwise.linear.ridge import RidgeCV

ALPHAS = np.logspace(-2, 4, 7)
CHECKS = [
    pytest.param(check, estimator, id=check.func.__name__)
    for estimator, check in estimator_checks_generator(BandedRidgeCV())
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(("check", "estimator"), CHECKS)
def test_scikit_learn_accepts_the_estimator(check, estimator):
    check(estimator)


def planted(n_rows=400, width=10, n_targets=30, seed=0):
    """Each target follows one of three spaces; noise as strong as the signal."""
    rng = np.random.default_rng(seed)
    spaces = rng.standard_normal((3, n_rows, width))
    owner = np.arange(n_targets) % 3
    signal = (spaces @ rng.standard_normal((3, width, n_targets)))[
        owner, :, np.arange(n_targets)
    ].T
    targets = signal / signal.std(axis=0) + rng.standard_normal((n_rows, n_targets))
    return np.concatenate(list(spaces), axis=1), targets + 2.0, owner


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_himalaya_scores_the_same_candidates_alike(dtype):
    features, targets, _ = planted()
    features, targets = features.astype(dtype), targets.astype(dtype)
    groups = np.repeat([0, 1, 2], 10)
    candidates = np.random.default_rng(1).dirichlet(np.full(3, 0.5), 8)

    ours = BandedRidgeCV(groups, ALPHAS, n_iter=candidates).fit(features, targets)
    theirs = GroupRidgeCV(
        groups=groups,
        solver_params={
            "n_iter": candidates.astype(dtype),
            "alphas": ALPHAS.astype(dtype),
            "score_func": r2_score,
            "progress_bar": False,
        },
        fit_intercept=True,
        cv=KFold(5),
    ).fit(features, targets)

    atol = 1e-3 if dtype == np.float32 else 1e-7
    np.testing.assert_allclose(ours.cv_scores_, theirs.cv_scores_, atol=atol)
    same = np.isclose(ours.deltas_, theirs.deltas_, atol=1e-4).all(axis=0)
    assert same.mean() > 0.9
    np.testing.assert_allclose(ours.coef_[:, same], theirs.coef_[:, same], atol=atol)


def test_one_space_is_plain_ridge():
    features, targets, _ = planted()

    banded = BandedRidgeCV(alphas=ALPHAS).fit(features, targets)
    plain = RidgeCV(ALPHAS).fit(features, targets)

    np.testing.assert_array_equal(banded.alpha_, plain.alpha_)
    np.testing.assert_allclose(banded.best_cv_score_, plain.best_cv_score_, atol=1e-9)
    np.testing.assert_allclose(banded.coef_, plain.coef_, atol=1e-9)
    np.testing.assert_allclose(banded.intercept_, plain.intercept_, atol=1e-9)
    np.testing.assert_allclose(banded.deltas_, -np.log(plain.alpha_)[None])


def test_planted_bands_are_recovered():
    features, targets, owner = planted()
    test, truth, _ = planted()  # the same spaces: credit is about the fit
    groups = np.repeat(["a", "b", "c"], 10)

    model = BandedRidgeCV(groups, ALPHAS).fit(features, targets)

    assert (model.deltas_.argmax(axis=0) == owner).mean() > 0.95
    parts = [
        test[:, groups == g] @ model.coef_[groups == g] + model.intercept_ / 3
        for g in "abc"
    ]
    credit = split_r2(np.array(parts), truth, np.zeros(len(truth)))
    own = credit[owner, np.arange(30)]
    assert (own / credit.sum(axis=0)).min() > 0.9


def test_banded_ridge_generalises_better_where_spaces_differ():
    rng = np.random.default_rng(0)
    features = rng.standard_normal((600, 120))
    weight = np.zeros((120, 20))
    weight[:10] = rng.standard_normal((10, 20))
    targets = features @ weight + 3 * rng.standard_normal((600, 20))
    groups = np.repeat([0, 1], [10, 110])

    banded = BandedRidgeCV(groups, ALPHAS, n_iter=8).fit(features[:200], targets[:200])
    plain = RidgeCV(ALPHAS).fit(features[:200], targets[:200])

    new = features[200:], targets[200:]
    assert banded.score(*new) > plain.score(*new) + 0.05


def test_shapes_follow_those_of_the_targets():
    features, targets, _ = planted()
    groups = np.repeat([0, 1, 2], 10)

    many = BandedRidgeCV(groups, ALPHAS, n_iter=8).fit(features, targets)
    one = BandedRidgeCV(groups, ALPHAS, n_iter=8).fit(features, targets[:, 0])

    assert many.coef_.shape == (30, 30)
    assert many.deltas_.shape == (3, 30)
    assert many.cv_scores_.shape == (len(many.candidates_), 30)
    assert one.coef_.shape == (30,)
    assert one.predict(features).shape == (400,)
    np.testing.assert_allclose(many.best_cv_score_, np.nanmax(many.cv_scores_, axis=0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_of_the_targets_is_kept(dtype):
    features, targets, _ = planted()

    model = BandedRidgeCV(np.repeat([0, 1, 2], 10), ALPHAS, n_iter=4)
    model.fit(features.astype(dtype), targets.astype(dtype))

    assert model.coef_.dtype == dtype
    assert model.predict(features.astype(dtype)).dtype == dtype


def test_jobs_that_share_candidates_share_out_the_targets():
    features, targets, _ = planted()
    groups = np.repeat([0, 1, 2], 10)
    whole = BandedRidgeCV(groups, ALPHAS, n_iter=10).fit(features, targets)

    parts = [
        BandedRidgeCV(groups, ALPHAS, n_iter=whole.candidates_).fit(features, part)
        for part in (targets[:, :13], targets[:, 13:])
    ]

    together = np.hstack([part.coef_ for part in parts])
    np.testing.assert_allclose(together, whole.coef_, atol=1e-10)


@pytest.mark.parametrize(
    "n_iter", [[[1.0, 0.0]], [[0.0, 0.0, 0.0]], [[-1.0, 1.0, 1.0]], [1.0, 0.0, 0.0]]
)
def test_candidates_that_do_not_fit_are_refused(n_iter):
    features, targets, _ = planted()
    model = BandedRidgeCV(np.repeat([0, 1, 2], 10), ALPHAS, n_iter=np.array(n_iter))

    with pytest.raises(ShapeMismatchError, match="each of 3 feature spaces a share"):
        model.fit(features, targets)


def test_inputs_are_not_modified():
    features, targets, _ = planted()
    before = features.copy(), targets.copy()

    BandedRidgeCV(np.repeat([0, 1, 2], 10), ALPHAS, n_iter=8).fit(features, targets)

    np.testing.assert_array_equal(features, before[0])
    np.testing.assert_array_equal(targets, before[1])
