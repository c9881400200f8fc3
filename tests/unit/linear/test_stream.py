"""Streamed fits: the same bytes as at once, within their memory."""

import tracemalloc

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from boldwise.errors import DataError
from boldwise.linear.blocks import Columns, Gather, cut_part
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.memory import GIB, plan_bytes
from boldwise.linear.plan import plan_ridge
from boldwise.linear.solve import (
    TILE,
    choose_alphas,
    cross_validate,
    fit_weights,
    predict_targets,
)
from boldwise.linear.stream import Wanted, fit_block, stream_fit

ALPHAS = np.logspace(-1, 4, 6)
N_TARGETS = 5 * TILE + 3


def make_plan(n_rows, n_features, **options):
    features = np.random.default_rng(1).standard_normal((n_rows, n_features), "f4")
    folds = contiguous_folds(n_rows, 4)
    return features, plan_ridge(features, folds, alphas=ALPHAS, **options)


@pytest.fixture(scope="module")
def problem():
    features, plan = make_plan(60, 20)
    rng = np.random.default_rng(2)
    weight = rng.standard_normal((20, N_TARGETS)) * rng.random(N_TARGETS)
    targets = features @ weight + rng.standard_normal((60, N_TARGETS))
    new = rng.standard_normal((7, 20), "f4")
    return plan, targets.astype("f4"), new


def fit(plan, targets, width=None, **options):
    """Stream with blocks of some width, whatever the budget."""
    found = Gather(targets.shape[1])
    with pytest.MonkeyPatch.context() as patch:
        if width:
            patch.setattr("boldwise.linear.stream.choose_width", lambda *_, **__: width)
        stream_fit(plan, targets, found, **options)
    return found.results


def assert_same_bytes(found, expected):
    assert found.keys() == expected.keys()
    for name, values in found.items():
        assert values.dtype == expected[name].dtype
        np.testing.assert_array_equal(values, expected[name], err_msg=name)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_streamed_fit_is_the_fit_of_all_targets_at_once(problem, dtype):
    plan, targets, new = problem
    targets, wanted = targets.astype(dtype), Wanted(new, weights=True)

    found = fit(plan, targets, TILE, wanted=wanted)

    assert_same_bytes(found, fit_block(plan, targets, wanted=wanted))
    score = cross_validate(plan, targets)
    alpha, best = choose_alphas(score, plan.alphas)
    np.testing.assert_array_equal(found["alpha"], alpha)
    np.testing.assert_array_equal(found["cv_score"], best)


def test_predictions_are_those_of_the_weights(problem):
    plan, targets, new = problem

    found = fit(plan, targets, TILE, wanted=Wanted(new, weights=True))

    weight, intercept = fit_weights(plan, targets, found["alpha"])
    np.testing.assert_allclose(found["weight"], weight, atol=1e-4)
    np.testing.assert_allclose(found["intercept"], intercept, atol=1e-4)
    expected = new @ found["weight"] + found["intercept"]
    np.testing.assert_allclose(found["prediction"], expected, atol=1e-4)


@pytest.mark.parametrize("width", [TILE, 2 * TILE, 3 * TILE, 8 * TILE])
def test_bytes_do_not_depend_on_the_width_of_blocks(problem, width):
    plan, targets, new = problem

    assert_same_bytes(
        fit(plan, targets, width, wanted=Wanted(new)),
        fit(plan, targets, wanted=Wanted(new)),
    )


@pytest.mark.parametrize("memory_gb", [0.02, 0.1, 4.0])
def test_bytes_do_not_depend_on_the_memory(problem, memory_gb):
    plan, targets, new = problem

    with threadpool_limits(1):  # Each takes memory of its own.
        found = fit(plan, targets, wanted=Wanted(new), memory_gb=memory_gb)

    assert_same_bytes(found, fit(plan, targets, wanted=Wanted(new)))


@pytest.mark.parametrize("n_parts", [2, 3, 8])
def test_parts_side_by_side_are_the_whole(problem, n_parts):
    plan, targets, new = problem
    columns = [cut_part(N_TARGETS, number, n_parts) for number in range(1, n_parts + 1)]

    parts = [fit(plan, Columns(targets, c), wanted=Wanted(new)) for c in columns]

    joined = {
        name: np.concatenate([part[name] for part in parts], axis=-1)
        for name in parts[0]
    }
    assert_same_bytes(joined, fit(plan, targets, wanted=Wanted(new)))


def test_one_penalty_for_all_is_that_of_all_targets_at_once(problem):
    plan, targets, new = problem
    targets = targets.copy()
    targets[:, 7] = np.nan
    wanted = Wanted(new, alpha_per_target=False)

    found = fit(plan, targets, TILE, wanted=wanted)

    score = cross_validate(plan, targets)
    alpha, best = choose_alphas(score, plan.alphas, per_target=False)
    np.testing.assert_array_equal(found["alpha"], alpha)
    np.testing.assert_array_equal(found["cv_score"], best)
    expected = predict_targets(plan, targets, alpha, features=new)
    np.testing.assert_array_equal(found["prediction"], expected)


@pytest.mark.parametrize(("per_target", "n_reads"), [(True, 1), (False, 2)])
def test_targets_are_read_once_or_twice_for_one_penalty(problem, per_target, n_reads):
    plan, targets, _ = problem
    read = []

    class Watched(Columns):
        def __getitem__(self, key):
            read.append(key[1].start)
            return super().__getitem__(key)

    told = []
    watched = Watched(targets, slice(None))
    wanted = Wanted(alpha_per_target=per_target)
    fit(plan, watched, TILE, wanted=wanted, progress=lambda n, _: told.append(n))

    assert read == list(range(0, N_TARGETS, TILE)) * n_reads
    assert told == sorted(told)
    assert told[-1] == N_TARGETS


def test_without_targets_results_have_no_columns(problem):
    plan, targets, new = problem

    found = fit(plan, targets[:, :0], wanted=Wanted(new, weights=True))

    shapes = {name: values.shape for name, values in found.items()}
    one = {"alpha": (0,), "cv_score": (0,), "intercept": (0,)}
    assert shapes == {**one, "prediction": (7, 0), "weight": (20, 0)}


class Endless:
    """Targets that exist only when read."""

    def __init__(self, n_rows, n_targets):
        self.shape, self.dtype = (n_rows, n_targets), np.dtype("f4")

    def __getitem__(self, key):
        start, stop, _ = key[1].indices(self.shape[1])
        rng = np.random.default_rng(start)
        return rng.standard_normal((self.shape[0], stop - start), "f4")


@pytest.mark.parametrize(
    ("n_rows", "n_features", "n_tiles", "scoring"),
    [
        (1000, 10, 60, "r2"),  # 60 MiB of targets in 20
        (400, 200, 5, "r2"),
        (400, 200, 5, "correlation"),
        (150, 400, 5, "r2"),
    ],
)
@pytest.mark.parametrize("weights", [False, True])
def test_memory_stays_within_the_budget(n_rows, n_features, n_tiles, scoring, weights):
    features, plan = make_plan(n_rows, n_features, scoring=scoring)
    targets, wanted = Endless(n_rows, n_tiles * TILE), Wanted(features[:50], weights)
    with pytest.raises(DataError) as refused:
        stream_fit(plan, targets, pytest.fail, wanted=wanted, memory_gb=0.0)
    budget = float(str(refused.value).split("make ")[1].split()[0])

    tracemalloc.start()
    stream_fit(plan, targets, forget, wanted=wanted, memory_gb=budget)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak + plan_bytes(plan) <= budget * GIB


def forget(*_):
    """Take results and keep nothing."""


def test_too_little_memory_is_refused_with_the_numbers(problem):
    plan, targets, _ = problem

    message = (
        r"a memory of 0\.001 GiB is too little: decompositions 0\.\d{3}, work 0\.\d{3},"
        rf" and for {TILE} targets 0\.\d{{3}}, make 0\.\d{{3}} GiB\. Give that or more,"
        " or take fewer features, rows or folds"
    )
    with pytest.raises(DataError, match=message) as refused:
        stream_fit(plan, targets, pytest.fail, memory_gb=0.001)

    enough = float(str(refused.value).split("make ")[1].split()[0])
    fit(plan, targets, memory_gb=enough)
