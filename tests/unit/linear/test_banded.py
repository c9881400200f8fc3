"""A candidate of banded ridge against brute force, one fit after the other."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from sklearn.metrics import r2_score

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.banded import plan_candidate
from boldwise.linear.banded_choice import BandedChoice, Scores, choose_bands
from boldwise.linear.banded_fit import fit_band_weights
from boldwise.linear.banded_plan import plan_bands, read_groups
from boldwise.linear.banded_solve import choose_for_targets
from boldwise.linear.folds import contiguous_folds, folds_from_labels

ALPHAS = np.logspace(-2, 4, 5)
SHAPES = pytest.mark.parametrize("shape", [(40, 9), (24, 60), (30, 30)])
INTERCEPT = pytest.mark.parametrize("fit_intercept", [True, False])


def problem(shape, n_targets=4, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.standard_normal(shape) * np.logspace(0, -1, shape[1]) + 1.0
    weight = rng.standard_normal((shape[1], n_targets))
    targets = features @ weight + rng.standard_normal((shape[0], n_targets))
    return features, targets


def thirds(n_features):
    return np.arange(n_features) % 3


def solve_by_hand(features, target, penalty, fit_intercept):
    """Weights and intercept of ``(X'X + diag(penalty)) b = X'y``; inf leaves out."""
    used = np.isfinite(penalty)
    mean = features.mean(axis=0) * fit_intercept
    centre = target.mean(axis=0) * fit_intercept
    x = (features - mean)[:, used]
    weight = np.zeros((features.shape[1], *target.shape[1:]))
    gram = x.T @ x + np.diag(penalty[used])
    weight[used] = np.linalg.solve(gram, x.T @ (target - centre))
    return weight, centre - mean @ weight


def penalty_of(gamma, alpha, group):
    with np.errstate(divide="ignore"):
        return (alpha / np.asarray(gamma, float))[group]


def score_by_hand(problem, folds, penalty, fit_intercept, scoring):
    features, targets = problem
    scores = []
    for fit, validate in folds:
        weight, intercept = solve_by_hand(
            features[fit], targets[fit], penalty, fit_intercept
        )
        predicted, truth = features[validate] @ weight + intercept, targets[validate]
        if scoring == "r2":
            scores.append(r2_score(truth, predicted, multioutput="raw_values"))
        else:
            scores.append(pearsonr(truth, predicted, axis=0).statistic)
    return np.mean(scores, axis=0)


def planned(problem, folds, **options):
    features, _ = problem
    columns = read_groups(thirds(features.shape[1]), features.shape[1])
    return plan_bands(features, folds, columns=columns, alphas=ALPHAS, **options)


@SHAPES
@INTERCEPT
@pytest.mark.parametrize("scoring", ["r2", "correlation"])
@pytest.mark.parametrize("gamma", [(0.2, 0.3, 0.5), (0.001, 0.999, 0.0), (0, 0, 1.0)])
def test_scores_equal_those_of_one_fit_per_penalty(
    shape, fit_intercept, scoring, gamma
):
    given_, folds = problem(shape), contiguous_folds(shape[0], 4)
    plan = planned(given_, folds, scoring=scoring, fit_intercept=fit_intercept)

    choice, score = choose_for_targets(plan, given_[1], np.array([gamma]))

    by_hand = [
        score_by_hand(
            given_,
            folds,
            penalty_of(gamma, alpha, thirds(shape[1])),
            fit_intercept,
            scoring,
        )
        for alpha in ALPHAS
    ]
    np.testing.assert_allclose(score[0], np.max(by_hand, axis=0), atol=1e-7)
    np.testing.assert_array_equal(choice.alpha, ALPHAS[np.argmax(by_hand, axis=0)])


@SHAPES
@INTERCEPT
def test_weights_solve_the_normal_equations(shape, fit_intercept):
    given_ = problem(shape)
    plan = planned(given_, contiguous_folds(shape[0], 4), fit_intercept=fit_intercept)
    candidates = np.array([[0.2, 0.3, 0.5], [0.0, 0.6, 0.4]])
    number, alpha = np.array([0, 1, 1, 0]), np.array([0.01, 0.1, 10.0, 1e4])
    choice = BandedChoice(candidates[number].T, alpha, alpha, number)

    weight, intercept = fit_band_weights(plan, given_[1], choice)

    for target in range(4):
        penalty = penalty_of(
            candidates[number[target]], alpha[target], thirds(shape[1])
        )
        expected = solve_by_hand(
            given_[0], given_[1][:, target], penalty, fit_intercept
        )
        np.testing.assert_allclose(weight[:, target], expected[0], atol=1e-7)
        np.testing.assert_allclose(intercept[target], expected[1], atol=1e-7)


@example(seed=244, shape=(15, 45), decay=0.0, labels=False)  # the constant is kept
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    shape=st.tuples(st.integers(12, 40), st.integers(3, 50)),
    decay=st.floats(0, 3),
    labels=st.booleans(),
)
def test_any_problem_agrees_with_brute_force(seed, shape, decay, labels):
    features, targets = problem(shape, seed=seed)
    features *= np.logspace(0, -decay, shape[1])
    rng = np.random.default_rng(seed)
    gamma = rng.dirichlet(np.ones(3))
    folds = contiguous_folds(shape[0], 3)
    if labels:  # Rows that are never left out, folds that are no blocks.
        folds = folds_from_labels(np.resize([0, 1, 2, -1, 1, 0], shape[0]))
    plan = planned((features, targets), folds)

    _, score = choose_for_targets(plan, targets, gamma[None])

    by_hand = [
        score_by_hand(
            (features, targets),
            folds,
            penalty_of(gamma, alpha, thirds(shape[1])),
            True,
            "r2",
        )
        for alpha in ALPHAS
    ]
    np.testing.assert_allclose(score[0], np.max(by_hand, axis=0), atol=1e-5)


def test_float32_scores_are_within_a_ten_thousandth_of_float64():
    features, targets = problem((200, 30), n_targets=30)
    folds, gamma = contiguous_folds(200, 5), np.array([[0.2, 0.3, 0.5]])

    scores = []
    for dtype in (np.float32, np.float64):
        plan = planned((features.astype(dtype), None), folds)
        scores.append(choose_for_targets(plan, targets.astype(dtype), gamma)[1])

    np.testing.assert_allclose(scores[0], scores[1], atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(24, 9), (24, 60)])
def test_degenerate_features_give_finite_numbers(shape, dtype):
    features, targets = problem(shape)
    features[:, ::3] = 7.0  # a space that is constant
    features[:, 1] = features[:, 2]  # twice the same, in two spaces
    targets[:, 0] = 0.1
    plan = planned((features.astype(dtype), None), contiguous_folds(24, 3))
    candidates = np.array([[1.0, 0.0, 0.0], [0.3, 0.3, 0.4], [0.0, 1.0, 0.0]])

    choice, score = choose_for_targets(plan, targets.astype(dtype), candidates)
    weight, intercept = fit_band_weights(plan, targets.astype(dtype), choice)

    assert np.isfinite(score).all()
    assert np.isfinite(weight).all()
    np.testing.assert_allclose(weight[::3], 0.0, atol=1e-5)
    np.testing.assert_allclose(intercept[0], 0.1, rtol=1e-5)


def test_a_space_without_a_share_is_not_even_looked_at():
    given_ = problem((40, 9))
    plan = planned(given_, contiguous_folds(40, 4))

    candidate = plan_candidate(plan, np.array([0.0, 0.5, 0.5]))

    assert all(fold.into.shape[1] == 6 for fold in candidate.folds)
    assert all(not fold.into[:-1][thirds(9) == 0].any() for fold in candidate.folds)


def test_targets_apart_or_together_give_the_same_bytes(monkeypatch):
    monkeypatch.setattr("boldwise.linear.banded_solve.TILE", 4)
    monkeypatch.setattr("boldwise.linear.banded_solve.BLOCK", 8)
    features, targets = problem((40, 9), n_targets=12)
    plan = planned((features.astype("f4"), None), contiguous_folds(40, 4))
    candidates = np.array([[0.2, 0.3, 0.5], [0.0, 0.6, 0.4]])

    def fit(part):
        choice, _ = choose_for_targets(plan, part, candidates)
        return fit_band_weights(plan, part, choice)[0]

    together = fit(targets.astype("f4"))
    alone = [fit(targets[:, i : i + 4].astype("f4")) for i in (0, 4, 8)]

    assert together.tobytes() == np.hstack(alone).tobytes()


def test_deltas_are_logarithms_of_share_over_penalty():
    alpha = np.array([[2.0, 2.0], [4.0, 4.0]])
    best = np.array([[0.3, 0.1], [0.3, 0.2]])
    choice = choose_bands(np.array([[0.5, 0.5], [0.0, 1.0]]), Scores(alpha, best, best))

    expected = [[np.log(0.25), -np.inf], [np.log(0.25), np.log(0.25)]]
    np.testing.assert_allclose(choice.deltas, expected)
    assert choice.number.tolist() == [0, 1]


def test_nan_stays_in_its_target():
    features, targets = problem((40, 9))
    targets[3, 2] = np.nan
    plan = planned((features, None), contiguous_folds(40, 4))
    candidates = np.array([[0.2, 0.3, 0.5], [0.0, 0.6, 0.4]])

    choice, score = choose_for_targets(plan, targets, candidates)
    weight, _ = fit_band_weights(plan, targets, choice)

    assert np.isnan(score[:, 2]).all()
    assert np.isnan(weight[:, 2]).all()
    assert np.isfinite(np.delete(weight, 2, axis=1)).all()


@pytest.mark.parametrize(
    "groups", [["b", "a", "b"], [[1], [0, 2]], np.array([7, 1, 7])]
)
def test_groups_may_be_labels_or_columns(groups):
    assert [columns.tolist() for columns in read_groups(groups, 3)] == [[1], [0, 2]]


def test_other_numbers_of_labels_say_both():
    with pytest.raises(ShapeMismatchError, match="label 2 features, but there are 3"):
        read_groups([0, 1], 3)


@pytest.mark.parametrize("groups", [[[0], [0, 1, 2]], [[0, 1]], [[0, 1, 2], []], []])
def test_columns_that_are_no_partition_are_refused(groups):
    with pytest.raises(DataError, match="each feature belongs to one group"):
        read_groups(groups, 3)


def test_other_numbers_of_rows_say_both():
    features, targets = problem((40, 9))
    plan = planned((features, None), contiguous_folds(40, 4))

    with pytest.raises(ShapeMismatchError, match="have 39 rows, but features have 40"):
        choose_for_targets(plan, targets[:39], np.array([[1.0, 0.0, 0.0]]))


def test_an_unknown_score_is_refused():
    with pytest.raises(DataError, match="no score 'rho'"):
        planned(problem((40, 9)), contiguous_folds(40, 4), scoring="rho")
