"""Parts of the benchmark on embeddings of clips: pools, templates, hidden anatomy."""

import importlib
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("alignment_targets")


def test_the_chance_to_draw_no_better_candidate_is_hypergeometric(bench):
    better = np.arange(11)

    found = bench.none_of(10, better, 4)

    wanted = [comb(10 - b, 4) / comb(10, 4) for b in better]
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize("pool", [(2, 0), (3, 2), (5, 4), (1, 3)])
def test_pools_equal_the_mean_over_all_draws(bench, pool):
    rng = np.random.default_rng(0)
    prediction, held = rng.standard_normal((2, 5, 6))
    trained = rng.standard_normal((4, 6))
    n_held, n_trained = pool

    shares = []
    for item in range(5):
        others = [k for k in range(5) if k != item]
        for some in combinations(others, n_held - 1):
            for seen in combinations(range(4), n_trained):
                pooled = [held[item], *held[list(some)], *trained[list(seen)]]
                r = [np.corrcoef(prediction[item], one)[0, 1] for one in pooled]
                shares.append(np.argmax(r) == 0)

    found = bench.found_first(prediction, held, trained, pool)
    assert found == pytest.approx(np.mean(shares))


def test_a_right_prediction_comes_first_in_every_pool(bench):
    rng = np.random.default_rng(1)
    held, trained = rng.standard_normal((40, 9)), rng.standard_normal((80, 9))

    assert [bench.found_first(held, held, trained, pool) for pool in bench.POOLS] == [
        pytest.approx(1.0)
    ] * len(bench.POOLS)


def make_task(bench, noise):
    """Eight people who share components, each behind a mixture of its own."""
    rng = np.random.default_rng(2)
    shared = rng.standard_normal((60, 6))
    mixed = [shared @ rng.standard_normal((6, 30)) for _ in range(8)]
    brains = np.array(mixed) + noise * rng.standard_normal((8, 60, 30))
    train, test = np.arange(40), np.arange(40, 60)
    target = {"words": (shared[train], shared[test])}
    return bench.Task(brains[:, train], brains[:, test], target, train % 5)


def test_function_brings_a_person_to_a_decoder_of_the_others(bench, monkeypatch):
    task = make_task(bench, noise=0.3)
    monkeypatch.setattr(bench, "POOLS", ((20, 0), (20, 20)))
    aligned = bench.shares(task, 0, "shared response")
    places = bench.shares(task, 0, "anatomy")

    assert min(aligned["words", False]) > 0.6
    assert aligned["words", True][0] < 0.3
    assert places["words", False][0] < 0.3  # each person is mixed in another way


def test_a_row_tells_mean_and_interval_of_each_pool(bench, monkeypatch):
    task = make_task(bench, noise=3.0)
    monkeypatch.setattr(bench, "POOLS", ((2, 0), (20, 20)))
    plain, shuffled = bench.measure([task], bench.OWN)

    assert (plain["shuffled"], shuffled["shuffled"]) == (False, True)
    assert plain["2-way"][0] > plain["40-way, 20 trained"][0] > 0.2
    assert shuffled["2-way"][0] < 0.7
    assert plain["2-way"][1] > 0
