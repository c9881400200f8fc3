"""Tables: one row per subject, region, model and metric, and rows over subjects."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.evaluation.decoding import Identification
from boldwise.evaluation.held_out import draw_weights
from boldwise.evaluation.intervals import draw_medians
from boldwise.evaluation.measures import Measure
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.evaluation.scoring import VoxelScores
from boldwise.evaluation.tables import (
    COMPARISON_COLUMNS,
    IDENTIFICATION_COLUMNS,
    SCORE_COLUMNS,
    compare_models,
    tabulate_identification,
    tabulate_scores,
)


def flat_scores(r, draws=(0.1, 0.2, 0.3)):
    """Make scores of four voxels that all equal r."""
    values = np.full(4, r)
    masks = {"all": np.ones(4, bool), "V1": np.arange(4) < 2}
    drawn = {name: r + np.array(draws) for name in masks}
    return VoxelScores(*(values,) * 7, masks, drawn, drawn)


def find(rows, **wanted):
    """Find the one row with these values."""
    found = [row for row in rows if all(row[k] == v for k, v in wanted.items())]
    assert len(found) == 1
    return found[0]


def test_the_mean_over_subjects_leaves_the_group_out():
    scores = {
        "clip": {
            name: flat_scores(r)
            for name, r in {"01": 0.1, "02": 0.3, "group": 0.9}.items()
        }
    }

    rows = tabulate_scores(scores, individuals=["01", "02"], q=0.05, seed=0)

    mean = find(rows, subject="all", roi="V1", model="clip", metric="r")
    assert mean["value"] == pytest.approx(0.2)
    assert mean["n"] == 2
    one = find(rows, subject="group", roi="V1", model="clip", metric="r")
    assert one["value"] == pytest.approx(0.9)
    assert one["n"] == 2  # voxels


def test_every_row_has_the_columns_of_the_table():
    scores = {"clip": {"01": flat_scores(0.1)}, "gabor": {"01": flat_scores(0.2)}}

    rows = tabulate_scores(scores, individuals=["01"], q=0.05, seed=0)
    compared = compare_models(scores, individuals=["01"], seed=0)

    assert len(rows) == 2 * 2 * 2 * 5  # models, subjects, regions, metrics
    assert all(tuple(row) == SCORE_COLUMNS for row in rows)
    assert all(tuple(row) == COMPARISON_COLUMNS for row in compared)


def test_models_are_compared_in_pairs_over_the_subjects_that_have_both():
    scores = {
        "a": {"01": flat_scores(0.5), "02": flat_scores(0.4), "03": flat_scores(0.9)},
        "b": {"01": flat_scores(0.3), "02": flat_scores(0.3)},
        "c": {"01": flat_scores(0.5), "02": flat_scores(0.4)},
    }

    rows = compare_models(scores, individuals=["01", "02", "03"], seed=0)

    assert [(row["model_a"], row["model_b"]) for row in rows[::2]] == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    row = find(rows, roi="V1", model_a="a", model_b="b")
    assert row["difference"] == pytest.approx(0.15)
    assert row["n_subjects"] == 2
    assert row["low"] <= 0.15 <= row["high"]


def test_equal_models_do_not_differ():
    scores = {"a": {"01": flat_scores(0.5)}, "b": {"01": flat_scores(0.5)}}

    row = compare_models(scores, individuals=["01"], seed=0)[0]

    assert (row["difference"], row["p"]) == (0, 1)


def simulate_pair(make_held_out, rng, seed, gain_a):
    """Two models of one subject; with a gain of 0.4 they are equally good."""
    held_out, n_voxels = make_held_out(80), 10
    a, b = rng.normal(size=(2, 80, n_voxels))
    common = rng.normal(size=(80, 1))
    response = gain_a * a + 0.4 * b + common + rng.normal(size=(80, n_voxels))
    masks = {"all": np.ones(n_voxels, bool)}
    scores = {}
    for name, prediction in {"a": a, "b": b}.items():
        drawn, _ = draw_medians(
            prediction,
            response,
            held_out.fold,
            weights=draw_weights(held_out, n_draws=200, seed=seed),
            masks=masks,
            ceiling=(np.ones(n_voxels), 0.1),
        )
        r = correlate_in_folds(prediction, response, held_out.fold)
        scores[name] = {"01": VoxelScores(*(r,) * 7, masks, drawn, drawn)}
    return compare_models(scores, individuals=["01"], seed=seed)[0]["p"]


def test_equally_good_models_are_told_apart_in_five_percent_at_most(make_held_out):
    rng = np.random.default_rng(0)

    p = np.array([simulate_pair(make_held_out, rng, k, 0.4) for k in range(200)])

    assert (p < 0.05).mean() < 0.08


def test_a_better_model_is_found(make_held_out):
    rng = np.random.default_rng(0)

    p = np.array([simulate_pair(make_held_out, rng, k, 1.0) for k in range(20)])

    assert (p < 0.05).mean() > 0.8


def measured(value, n_pool=10.0):
    """Make a measure whose draws and null are known."""
    return Measure(
        value=value,
        chance=1 / n_pool,
        n_pool=n_pool,
        draws=value + np.linspace(-0.1, 0.1, 11),
        null=np.linspace(0, 0.2, 99),
    )


def identified(value, sizes=(2, 10)):
    """Make an identification with one measure and a pool curve."""
    tables = {"pool_size": np.array(sizes), "pool_top1": np.array([0.9, value])}
    return Identification({"top1": measured(value)}, tables=tables)


def test_identification_rows_give_chance_null_and_pool():
    found = {"clip": {"01": identified(0.5), "02": identified(0.7)}}

    rows = tabulate_identification(found, individuals=["01", "02"], seed=0)

    assert all(tuple(row) == IDENTIFICATION_COLUMNS for row in rows)
    mean = find(rows, subject="all", metric="top1")
    assert mean["value"] == pytest.approx(0.6)
    assert mean["p"] == pytest.approx(1 / 100)
    shuffled = find(rows, subject="01", metric="top1_shuffled")
    assert shuffled["value"] == pytest.approx(0.1)
    assert shuffled["high"] == pytest.approx(0.195)
    pools = [row for row in rows if row["metric"] == "top1_pool"]
    assert [row["n_pool"] for row in pools if row["subject"] == "all"] == [2, 10]
    assert [row["chance"] for row in pools if row["subject"] == "01"] == [0.5, 0.1]


def test_pools_of_other_sizes_are_not_averaged():
    found = {"clip": {"01": identified(0.5), "02": identified(0.7, sizes=(2, 9))}}

    rows = tabulate_identification(found, individuals=["01", "02"], seed=0)

    pools = {row["subject"] for row in rows if row["metric"] == "top1_pool"}
    assert pools == {"01", "02"}


def test_a_decoder_of_the_group_alone_has_no_row_over_subjects():
    found = {"clip": {"group": identified(0.5)}}

    rows = tabulate_identification(found, individuals=["01"], seed=0)

    assert {row["subject"] for row in rows} == {"group"}


def with_controls(value):
    """Make an identification that was compared with controls."""
    found = identified(value)
    measures = {name: measured(0.5, 10) for name in ("top1", "two_way")}
    draws = {"top1_noise_input": value + np.linspace(-0.1, 0.1, 41)}
    single = {"two_way_nearest_training": np.array([value])}
    trend = {"distance_trend": np.array([-0.4, 0.02])}
    return replace(
        found,
        measures=measures,
        tables=found.tables | trend,
        controls=draws | single,
    )


def test_controls_stand_beside_each_decoder_with_the_range_of_their_draws():
    found = {"clip": {"01": with_controls(0.1), "02": with_controls(0.3)}}

    rows = tabulate_identification(found, individuals=["01", "02"], seed=0)

    noise = find(rows, subject="01", metric="top1_noise_input")
    assert noise["value"] == pytest.approx(0.1)
    assert noise["low"] == pytest.approx(0.005)
    assert noise["chance"] == pytest.approx(found["clip"]["01"].measures["top1"].chance)
    mean = find(rows, subject="all", metric="top1_noise_input")
    assert mean["value"] == pytest.approx(0.2)
    near = find(rows, subject="all", metric="two_way_nearest_training")
    assert near["value"] == pytest.approx(0.2)
    assert np.isnan(near["low"])


def test_the_trend_with_distance_is_told_subject_by_subject():
    found = {"clip": {"01": with_controls(0.1), "02": with_controls(0.3)}}

    rows = tabulate_identification(found, individuals=["01", "02"], seed=0)

    told = [row for row in rows if row["metric"] == "two_way_distance"]
    assert [row["subject"] for row in told] == ["01", "02"]
    assert {(row["value"], row["p"]) for row in told} == {(-0.4, 0.02)}
