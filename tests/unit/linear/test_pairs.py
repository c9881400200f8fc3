"""Lengths of predictions against predictions that are written out."""

import numpy as np
import pytest

from boldwise.linear import fold_plan
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.pairs import BLOCK, NEAR, pair_directions
from boldwise.linear.plan import plan_ridge
from boldwise.linear.solve import cross_validate

ALPHAS = np.geomspace(1e-3, 1e6, 22)


def spectrum(kind, k, rng):
    """Squared singular values, falling."""
    x = np.exp(rng.uniform(-5, 4, k))
    if kind == "tied":
        x = np.exp(rng.integers(-3, 3, k).astype(float))
    if kind == "nearly tied":
        x = np.exp(rng.integers(-3, 3, k)) * (1 + 1e-9 * rng.standard_normal(k))
    if kind == "at the edge":
        x = np.exp(rng.integers(-3, 3, k)) * (1 - NEAR) ** rng.integers(0, 3, k)
    if kind == "equal":
        x = np.full(k, 3.0)
    return np.sort(x)[::-1]


def draw(kind, k=200, n_seen=80, width=6, seed=0):
    rng = np.random.default_rng(seed)
    squared = spectrum(kind, k, rng)
    seen = rng.standard_normal((n_seen, k)) * np.sqrt(squared / (5 * n_seen))
    z = rng.standard_normal((width, k)) * np.sqrt(squared)
    return squared, seen, z


def write_out(squared, seen, z):
    each = [(z / (squared + alpha)) @ seen.T for alpha in ALPHAS]
    return np.square(each).sum(axis=2)


KINDS = pytest.mark.parametrize(
    "kind", ["apart", "tied", "nearly tied", "at the edge", "equal"]
)


@KINDS
@pytest.mark.parametrize("k", [1, 2, BLOCK + 1, 300])
def test_lengths_are_those_of_the_predictions(kind, k):
    squared, seen, z = draw(kind, k)

    found = pair_directions(squared, seen.T @ seen, ALPHAS).lengths(z)

    expected = write_out(squared, seen, z)
    # Near directions: half of the squared relative difference, for each pair.
    np.testing.assert_allclose(found, expected, rtol=5 * NEAR**2)


@KINDS
def test_single_precision_is_exact_to_a_share_of_the_largest_length(kind):
    squared, seen, z = draw(kind, 300, width=64)
    pairs = pair_directions(squared, seen.T @ seen, ALPHAS).put(np.zeros(1, "f4"))

    found = pairs.lengths(z.astype("f4"))

    expected = write_out(squared, seen, z)
    assert found.dtype == np.float32
    assert (np.abs(found - expected) / expected.max(axis=0)).max() < 1e-4


def test_lengths_stay_exact_where_penalties_are_far_above_all_directions():
    squared, seen, z = draw("apart", 100)
    pairs = pair_directions(squared, seen.T @ seen, ALPHAS).put(np.zeros(1, "f4"))

    found = pairs.lengths(z.astype("f4"))[-1]

    np.testing.assert_allclose(found, write_out(squared, seen, z)[-1], rtol=1e-3)


def test_windows_hold_every_pair_that_is_near_and_no_other():
    squared, seen, _ = draw("tied", 150)
    gram = seen.T @ seen

    windows = pair_directions(squared, gram, ALPHAS).near

    whole = np.zeros_like(gram)
    for rows, columns, part in windows:
        whole[rows, columns] = part
    np.testing.assert_array_equal(whole, gram * (squared[:, None] == squared))


def test_directions_that_are_all_apart_need_the_diagonal_only():
    squared = np.geomspace(100, 1, 20)
    gram = np.eye(20) + 1.0

    near = pair_directions(squared, gram, ALPHAS).near

    np.testing.assert_array_equal(near, np.full(20, 2.0))


def test_tensors_give_what_arrays_give():
    torch = pytest.importorskip("torch")
    squared, seen, z = draw("nearly tied", 100)
    pairs = pair_directions(squared, seen.T @ seen, ALPHAS)

    moved = pairs.put(torch.zeros(1, dtype=torch.float64)).lengths(torch.tensor(z))

    np.testing.assert_allclose(moved.numpy(), pairs.lengths(z), rtol=1e-9)


def problem(dtype, n=400, p=120, n_targets=300):
    rng = np.random.default_rng(1)
    features = rng.standard_normal((n, p)) * np.geomspace(3, 0.1, p)
    weight = rng.standard_normal((p, n_targets)) * (rng.random(n_targets) > 0.3)
    noise = 4 * rng.standard_normal((n, n_targets))
    return features.astype(dtype), (features @ weight + noise).astype(dtype)


def test_scores_by_pairs_are_those_of_double_precision():
    plans, scores = [], []
    for dtype in ("f4", "f8"):
        features, targets = problem(dtype)
        plan = plan_ridge(features, contiguous_folds(400, 5), alphas=ALPHAS)
        plans.append(plan)
        scores.append(cross_validate(plan, targets))

    assert all(fold.pairs is not None for fold in plans[0].folds)
    assert all(fold.pairs is None for fold in plans[1].folds)
    np.testing.assert_allclose(scores[0], scores[1], atol=3e-5)
    same = scores[0].argmax(axis=0) == scores[1].argmax(axis=0)
    assert same.mean() >= 0.99


def test_correlation_and_few_seen_rows_go_by_predictions():
    features, _ = problem("f4")
    folds = contiguous_folds(400, 5)
    many = contiguous_folds(400, 100)

    correlated = plan_ridge(features, folds, alphas=ALPHAS, scoring="correlation")
    narrow = plan_ridge(features, many, alphas=ALPHAS)

    assert all(fold.pairs is None for fold in [*correlated.folds, *narrow.folds])


def test_pairs_score_as_predictions_do(monkeypatch):
    features, targets = problem("f4")
    monkeypatch.setattr(fold_plan, "PAY", np.inf)
    plan = plan_ridge(features, contiguous_folds(400, 5), alphas=ALPHAS)
    by_predictions = cross_validate(plan, targets)
    monkeypatch.undo()

    plan = plan_ridge(features, contiguous_folds(400, 5), alphas=ALPHAS)

    assert plan.folds[0].pairs is not None
    np.testing.assert_allclose(cross_validate(plan, targets), by_predictions, atol=1e-4)
