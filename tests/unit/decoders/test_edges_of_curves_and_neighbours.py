"""Curves of few new subjects, copies among neighbours, rows that never vary."""

import numpy as np
import pytest

from boldwise.decoders import scaling
from boldwise.decoders.adaptation_curve import AdaptationCurve, interval_of_mean
from boldwise.decoders.nearest import NearestCaptions, medoids, name_categories
from boldwise.decoders.scaling import RowScale, scale_of_rows


@pytest.fixture
def curve():
    """Two modes, two budgets, two new subjects who have little in common."""
    top1 = np.array([[[0.05, 0.9], [0.5, 0.52]], [[0.0, 0.1], [1.0, 0.9]]])
    n_trials = np.array([[10, 10], [20, 20]])
    budgets = np.array([10.0, 20.0])
    scores = {"top1": top1}
    modes, subjects = ["linear", "full"], ["n1", "n2"]
    return AdaptationCurve(modes, budgets, "trials", subjects, n_trials, scores)


def test_the_interval_of_a_share_stays_between_0_and_1(curve):
    unbounded = interval_of_mean(curve.scores["top1"][0])
    mean, low, high = curve.interval("top1", "linear")

    assert unbounded[1, 0] < 0 < 1 < unbounded[2, 0]  # what the bound is for
    assert (low[0], high[0]) == (0, 1)
    np.testing.assert_allclose(mean, [0.475, 0.51])
    np.testing.assert_allclose([low[1], high[1]], unbounded[1:, 1])


def test_a_difference_of_shares_may_be_negative(curve):
    mean, low, _ = curve.difference("top1", "linear", "full")

    np.testing.assert_allclose(mean, [0.425, -0.44])
    assert low[1] < -0.5
    back = curve.difference("top1", "full", "linear")
    np.testing.assert_allclose(back[0], -mean)


def test_a_wider_level_gives_a_wider_interval_around_the_same_mean():
    values = np.random.default_rng(0).uniform(size=(3, 4))

    narrow, wide = (interval_of_mean(values, level=level) for level in (0.5, 0.99))

    np.testing.assert_array_equal(narrow[0], wide[0])
    assert (wide[1] < narrow[1]).all()
    assert (wide[2] > narrow[2]).all()


def test_of_equal_captions_the_nearest_is_said():
    train = np.random.default_rng(1).normal(size=(6, 8))
    text = np.tile(np.arange(5.0), (6, 1)) * np.arange(1, 7)[:, None]  # all correlate 1
    near = train[[4, 1]] + 0.01

    said = NearestCaptions(train, list("abcdef"), text, n_neighbours=4).caption(near)

    assert said == ["e", "b"]


def test_a_neighbour_without_variance_is_like_none():
    text = np.random.default_rng(2).normal(size=(4, 6))
    text[0] = 1.0
    text[1:] += 3 * np.arange(6)

    assert medoids(np.array([[0, 1, 2, 3]]), text)[0] != 0


def test_categories_that_tie_go_to_the_first_and_units_do_not_count():
    text = np.array([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0], [4.0, 1.0, 0.0]])
    classes = np.array(["cat", "dog", "owl"])

    named, evidence = name_categories(100 * text[[1, 2]] + 7, text, classes)

    assert named.tolist() == ["cat", "owl"]
    np.testing.assert_allclose(evidence[0, :2], 1)


def test_a_row_that_comes_twice_counts_twice_in_any_blocks(monkeypatch):
    values = np.random.default_rng(3).normal(5, 2, (9, 4)).astype(np.float32)
    rows = np.array([0, 3, 3, 8, 1, 3])
    monkeypatch.setattr(scaling, "BLOCK_BYTES", 8 * 4 * 2)  # 2 rows at a time

    found = scale_of_rows(values, rows, what="voxels")

    np.testing.assert_allclose(found.mean, values[rows].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(found.width, values[rows].std(axis=0), rtol=1e-5)


def test_scaling_and_back_is_for_rows_of_any_shape():
    rng = np.random.default_rng(4)
    scale = RowScale(rng.normal(size=(2, 3)), rng.uniform(1, 2, (2, 3)))
    rows = rng.normal(size=(5, 2, 3))

    scaled = scale.apply(rows)

    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scale.undo(scaled), rows, atol=1e-6)
