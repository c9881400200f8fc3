"""Likeness is told beside shuffled decodings, which know nothing."""

import numpy as np
import pytest

from boldwise.evaluation.held_out import HeldOut
from boldwise.evaluation.likeness import (
    BLOCK,
    COLUMNS,
    METRICS,
    average_scores,
    score_items,
    score_whole,
    shuffle_decodings,
    tabulate_likeness,
)

RNG = np.random.default_rng(0)
WEIGHTS = RNG.multinomial(30, np.full(30, 1 / 30), 200).astype(float)


def held_out(*sizes):
    ids = [np.array([f"s{k}-{i:03d}" for i in range(n)]) for k, n in enumerate(sizes)]
    fold = np.repeat(np.arange(len(sizes)), sizes)
    return HeldOut(np.concatenate(ids), fold, tuple(ids))


def test_the_first_row_is_the_own_decoding():
    found = shuffle_decodings(held_out(8, 5), n_shuffles=20, seed=0)

    assert found.order[0].tolist() == list(range(13))
    assert found.order.shape == (21, 13)


def test_decodings_are_shuffled_within_blocks_within_folds():
    given = held_out(250, 7)

    found = shuffle_decodings(given, n_shuffles=9, seed=0)

    assert np.bincount(found.block).max() <= BLOCK
    for order in found.order:
        assert sorted(order.tolist()) == list(range(257))
        np.testing.assert_array_equal(found.block[order], found.block)
        np.testing.assert_array_equal(given.fold[order], given.fold)


def test_the_value_is_the_mean_and_p_counts_shuffles_that_are_as_good():
    values = np.full((21, 30), 0.2)
    values[0], values[1:3] = 0.5, 0.6

    found = score_items(values, WEIGHTS)

    assert found.value == pytest.approx(0.5)
    assert found.p == 3 / 21
    assert found.chance == pytest.approx((2 * 0.6 + 18 * 0.2) / 20)


def test_less_is_more_where_lower_is_better():
    values = np.full((21, 30), 0.8)
    values[0] = 0.1

    assert score_items(values, WEIGHTS, lower_is_better=True).p == 1 / 21
    assert score_items(values, WEIGHTS).p == 1


def test_the_interval_is_that_of_drawn_items():
    values = RNG.normal(size=(21, 30))

    low, high = score_items(values, WEIGHTS).interval

    drawn = WEIGHTS @ values[0] / 30
    assert (low, high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


def test_items_without_a_value_are_left_out():
    values = np.ones((21, 30))
    values[:, 4], values[0, 5] = np.nan, 2

    found = score_items(values, WEIGHTS)

    assert found.value == pytest.approx(30 / 29)
    assert np.isfinite(found.draws).all()


def test_metrics_may_leave_the_range_of_shares():
    values = np.full((21, 30), -3.0)
    values[0] = 8

    found = score_items(values, WEIGHTS, widening=2.0)

    assert found.value == 8
    assert found.draws.max() == 8
    assert found.null.min() == -3


def test_folds_that_train_one_another_widen_draws_and_null():
    values = RNG.normal(size=(21, 30))
    plain, wide = (score_items(values, WEIGHTS, widening=w) for w in (1.0, 2.0))

    np.testing.assert_allclose(wide.null.std(), 2 * plain.null.std())
    np.testing.assert_allclose(wide.draws - wide.value, 2 * (plain.draws - plain.value))


def test_a_metric_of_all_items_has_no_interval():
    found = score_whole(np.arange(21.0), np.full(5, np.nan))

    assert np.isnan(found.interval).all()
    assert found.p == 1


def test_the_table_has_the_mean_over_the_individuals_and_what_was_left_out():
    measures = {
        name: {"ssim": score_items(np.full((21, 30), value), WEIGHTS)}
        for name, value in (("01", 0.1), ("02", 0.3), ("group", 0.9))
    }

    rows = tabulate_likeness(
        {"reader": measures},
        individuals=["01", "02"],
        seed=0,
        left_out={"swav": "it has no weights"},
    )

    assert [row["subject"] for row in rows] == ["01", "02", "group", "all", "all"]
    assert rows[3]["value"] == pytest.approx(0.2)
    assert rows[4]["metric"] == "swav"
    assert rows[4]["note"] == "it has no weights"
    assert all(set(row) == set(COLUMNS) for row in rows)


def test_averages_keep_their_direction():
    low = score_items(np.ones((21, 30)), WEIGHTS, lower_is_better=True)

    assert average_scores([low, low], seed=0).lower_is_better


def test_every_metric_has_a_sentence():
    assert all(METRICS.values())
