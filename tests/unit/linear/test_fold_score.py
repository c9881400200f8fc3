"""Sums of one fold against predictions that are written out penalty by penalty."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from boldwise.linear.fold_plan import FoldOptions, plan_fold
from boldwise.linear.fold_score import FoldTile, Workspace, compare_penalties

ALPHAS = np.logspace(-2, 4, 7)
ROWS = (np.arange(8, 48), np.arange(8))
FORMS = pytest.mark.parametrize(
    ("n_features", "validate"),
    [(6, 8), (20, 8), (6, 4), (70, 8)],
    ids=["turned", "straight", "few-rows", "dual"],
)


def problem(n_features, n_targets=5, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((48, n_features)) * np.geomspace(10, 0.1, n_features)
    features -= features.mean(axis=0)
    targets = features[:, :3] @ rng.standard_normal((3, n_targets)) + 1.0
    return features, targets + rng.standard_normal(targets.shape)


def plan(features, rows, *, centre=True):
    wide = len(features) < features.shape[1]
    gram = features @ features.T if wide else features.T @ features
    return plan_fold(features, gram, rows, FoldOptions(ALPHAS, centre, False, float))


def tile_of(features, targets, rows, *, centre=True):
    fit, validate = rows
    if len(features) < features.shape[1]:
        moment, left_out = targets[fit].T, None
    else:
        constant = np.hstack([features, np.ones((len(features), 1))])
        moment = targets[fit].T @ constant[fit]
        left_out = targets[validate].T @ constant[validate]
    offset = targets[fit].mean(axis=0) * centre
    return FoldTile(moment, left_out, targets[validate], offset)


@FORMS
@pytest.mark.parametrize("centre", [True, False])
def test_sums_are_those_of_ridge_predictions(n_features, validate, centre):
    features, targets = problem(n_features)
    rows = (ROWS[0], ROWS[1][:validate])

    square, along = compare_penalties(
        plan(features, rows, centre=centre),
        tile_of(features, targets, rows, centre=centre),
        Workspace(),
    )

    offset = targets[rows[0]].mean(axis=0) * centre
    for row, alpha in enumerate(ALPHAS):
        model = Ridge(alpha=alpha, fit_intercept=centre, solver="svd")
        model.fit(features[rows[0]], targets[rows[0]])
        predicted = model.predict(features[rows[1]]) - offset
        truth = targets[rows[1]] - offset
        np.testing.assert_allclose(square[row], (predicted**2).sum(0), rtol=1e-8)
        np.testing.assert_allclose(
            along[row], (predicted * truth).sum(0), rtol=1e-8, atol=1e-9
        )


@FORMS
def test_memory_that_was_used_before_leaves_no_trace(n_features, validate):
    features, targets = problem(n_features)
    rows = (ROWS[0], ROWS[1][:validate])
    fold, tile = plan(features, rows), tile_of(features, targets, rows)
    dirty = Workspace()
    for name in ("terms", "scaled", "predicted"):
        dirty.take(name, (200_000,), targets)[:] = np.nan

    fresh = compare_penalties(fold, tile, Workspace())
    again = compare_penalties(fold, tile, dirty)

    np.testing.assert_array_equal(again, fresh)


def test_a_target_does_not_depend_on_those_beside_it():
    features, targets = problem(6)
    fold = plan(features, ROWS)
    alone = [
        compare_penalties(fold, tile_of(features, one[:, None], ROWS), Workspace())
        for one in targets.T
    ]

    together = compare_penalties(fold, tile_of(features, targets, ROWS), Workspace())

    np.testing.assert_allclose(np.concatenate(alone, axis=2), together, rtol=1e-9)


def test_predictions_shrink_as_penalties_grow():
    features, targets = problem(6)

    square, _ = compare_penalties(
        plan(features, ROWS, centre=False),
        tile_of(features, targets, ROWS, centre=False),
        Workspace(),
    )

    largest = np.linalg.eigvalsh(features[ROWS[0]].T @ features[ROWS[0]])[-1]
    assert (square[-1] < square[0] * (largest / (largest + ALPHAS[-1])) ** 0.5).all()


def test_the_same_memory_serves_smaller_arrays_and_other_shapes():
    workspace, like = Workspace(), np.zeros(1)

    large = workspace.take("a", (4, 5), like)
    small = workspace.take("a", (3, 2, 2), like)

    assert small.shape == (3, 2, 2)
    assert np.shares_memory(large, small)
    assert not np.shares_memory(large, workspace.take("b", (4, 5), like))


def test_memory_grows_where_it_is_too_small_or_of_another_precision():
    workspace = Workspace()
    first = workspace.take("a", (2, 2), np.zeros(1, "f4"))

    wider = workspace.take("a", (5, 2), np.zeros(1, "f4"))
    double = workspace.take("a", (5, 2), np.zeros(1))

    assert not np.shares_memory(first, wider)
    assert (wider.dtype, double.dtype) == (np.float32, np.float64)
    assert double.shape == (5, 2)
