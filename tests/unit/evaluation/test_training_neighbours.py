"""Nearest training stimuli are those of a loop; what they explain is found."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation import training_neighbours
from boldwise.evaluation.held_out import permute_in_folds
from boldwise.evaluation.training_neighbours import (
    distance_to_training,
    nearest_training,
    score_by_distance,
    snap_to_training,
)

RNG = np.random.default_rng(0)
TRAIN = RNG.normal(size=(20, 8))
PATTERN = RNG.normal(size=(11, 8))


def test_neighbours_are_those_of_a_loop(monkeypatch):
    monkeypatch.setattr(training_neighbours, "BLOCK_BYTES", 8 * 20 * 3)  # 3 at a time

    row, r = nearest_training(PATTERN, TRAIN, n_neighbours=4)

    for i, pattern in enumerate(PATTERN):
        by_hand = np.array([np.corrcoef(pattern, one)[0, 1] for one in TRAIN])
        assert row[i].tolist() == np.argsort(-by_hand)[:4].tolist()
        np.testing.assert_allclose(r[i], np.sort(by_hand)[::-1][:4])


def test_a_training_stimulus_is_its_own_neighbour():
    np.testing.assert_array_equal(snap_to_training(3 * TRAIN + 1, TRAIN), TRAIN)
    np.testing.assert_allclose(distance_to_training(TRAIN[:4], TRAIN), 0, atol=1e-12)


def test_what_does_not_vary_is_far_from_everything():
    assert distance_to_training(np.ones((1, 8)), TRAIN) == np.inf


def test_a_score_that_falls_with_distance_is_found():
    distance = RNG.uniform(size=60)
    score = 1 - distance + 0.3 * RNG.normal(size=60)
    permutation = permute_in_folds(np.zeros(60, int), n_permutations=199, seed=0)

    trend = score_by_distance(score, distance, permutation=permutation, n_bins=3)

    assert trend.rho == pytest.approx(spearmanr(distance, score).statistic)
    assert trend.p == 1 / 200
    assert trend.n.tolist() == [20, 20, 20]
    assert (np.diff(trend.score) < 0).all()
    order = np.argsort(distance)
    np.testing.assert_allclose(trend.distance[0], distance[order[:20]].mean())
    np.testing.assert_allclose(trend.score[2], score[order[40:]].mean())


def test_an_unrelated_score_is_significant_as_often_as_it_should_be():
    rng = np.random.default_rng(1)
    permutation = permute_in_folds(np.zeros(20, int), n_permutations=99, seed=0)

    p = [
        score_by_distance(*rng.uniform(size=(2, 20)), permutation=permutation).p
        for _ in range(200)
    ]

    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.10


def test_a_score_that_does_not_vary_has_no_trend():
    permutation = permute_in_folds(np.zeros(8, int), n_permutations=9, seed=0)

    trend = score_by_distance(np.ones(8), np.arange(8.0), permutation=permutation)

    assert np.isnan(trend.rho)
    assert np.isnan(trend.p)


def test_other_spaces_and_impossible_numbers_are_refused():
    with pytest.raises(ShapeMismatchError, match="7 features, training ones 8"):
        nearest_training(PATTERN[:, 1:], TRAIN)
    with pytest.raises(DataError, match=r"21 neighbours.*among 20"):
        nearest_training(PATTERN, TRAIN, n_neighbours=21)
    with pytest.raises(DataError, match="3 items cannot fill 4 bins"):
        score_by_distance(np.ones(3), np.ones(3), permutation=np.zeros((1, 3), int))
