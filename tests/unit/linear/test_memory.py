"""Blocks share what the plan and the work leave."""

import re
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from boldwise.errors import DataError
from boldwise.linear.folds import contiguous_folds
from boldwise.linear.memory import (
    BLOCK_BYTES,
    GIB,
    choose_width,
    count_threads,
    plan_bytes,
    work_bytes,
)
from boldwise.linear.plan import plan_ridge
from boldwise.linear.solve import TILE

TARGETS = SimpleNamespace(shape=(2000, 10**6), dtype=np.dtype("f4"))


@dataclass
class Nest:
    """Something that holds arrays at some depth."""

    array: np.ndarray
    others: list


def test_every_array_of_a_nest_is_counted_once():
    shared, other = np.zeros(10), np.zeros((3, 4), "f4")

    nest = Nest(shared, [shared, {"a": other}, (Nest(np.zeros(1), []), "text", None)])

    assert plan_bytes(nest, shared) == 80 + 48 + 8


def test_blocks_are_no_larger_than_reading_gains_from():
    width = choose_width(TARGETS, memory_gb=1000.0, held={}, results=8)

    assert width % TILE == 0
    assert BLOCK_BYTES - TILE * 8000 < width * 8000 <= BLOCK_BYTES


def test_half_of_what_is_left_is_a_block():
    width = choose_width(TARGETS, memory_gb=0.1, held={"work": GIB // 20}, results=0)

    assert width == GIB // 40 // 8000 // TILE * TILE


def test_what_is_held_is_named_where_there_is_too_little():
    held = {"decompositions": GIB, "work": GIB // 2}

    with pytest.raises(DataError, match=r"decompositions 1\.000, work 0\.500, and for"):
        choose_width(TARGETS, memory_gb=1.5, held=held, results=0)


def test_each_thread_works_on_a_tile_of_its_own():
    features = np.random.default_rng(0).standard_normal((40, 5))
    plan = plan_ridge(features, contiguous_folds(40, 4), alphas=[1.0])

    with threadpool_limits(1):
        one = work_bytes(plan)
        assert count_threads() == 1
    with threadpool_limits(2):
        assert work_bytes(plan) == count_threads() * one


def test_the_memory_that_a_refusal_asks_for_is_enough():
    for held in range(1, GIB, GIB // 37):
        options = {"held": {"work": held}, "results": 52}
        with pytest.raises(DataError) as refused:
            choose_width(TARGETS, memory_gb=0.001, **options)
        need = float(re.search(r"make ([\d.]+) GiB", str(refused.value))[1])

        assert choose_width(TARGETS, memory_gb=need, **options) == TILE


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 3), st.integers(0, GIB // 64), st.integers(0, 5000))
def test_two_blocks_with_their_results_stay_within_the_budget(memory_gb, held, results):
    width = choose_width(
        TARGETS, memory_gb=memory_gb, held={"work": held}, results=results
    )

    taken = held + width * (2 * 8000 + results)
    assert width % TILE == 0
    assert width >= TILE
    assert taken <= memory_gb * GIB


def test_more_memory_never_makes_blocks_narrower():
    widths = [
        choose_width(TARGETS, memory_gb=gib, held={}, results=100)
        for gib in np.geomspace(0.02, 10, 25)
    ]

    assert widths == sorted(widths)


def test_a_plan_takes_what_its_arrays_take():
    """Features, as the largest part, are kept once, and not once per fold."""
    features = np.random.default_rng(0).standard_normal((2000, 30))

    plan = plan_ridge(features, contiguous_folds(2000, 4), alphas=[1.0])

    rows = plan.rows.nbytes
    assert rows == 2000 * 31 * 8
    assert rows <= plan_bytes(plan) < 1.5 * rows
    assert plan_bytes(plan, [plan, {"again": plan}]) == plan_bytes(plan)


def test_the_largest_of_several_plans_sets_the_work():
    rng = np.random.default_rng(0)
    folds = contiguous_folds(40, 4)
    small, large = (
        plan_ridge(rng.standard_normal((40, width)), folds, alphas=[1.0])
        for width in (3, 20)
    )

    assert work_bytes(small, large) == work_bytes(large) > work_bytes(small)
    assert work_bytes() == 0
