"""Ties are ties though sums round, and what is undefined harms nothing else."""

import numpy as np
import pytest

from boldwise.evaluation.decoder_controls import average_controls, measure_controls
from boldwise.evaluation.hubness import CORRECTIONS, correct_hubness, count_hubs
from boldwise.evaluation.identification import identify
from boldwise.evaluation.retrieval import (
    DISTRACTORS,
    cosine_rows,
    mindeye_compat,
    two_way_identification,
)
from boldwise.evaluation.training_neighbours import (
    nearest_training,
    score_by_distance,
    snap_to_training,
)

N_ITEMS = 101  # odd, so that the last columns of a product are summed in another way


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def one_answer(rng):
    """One pattern said of every brain, in another length each time, and targets."""
    same = np.outer(rng.uniform(1, 3, N_ITEMS), rng.normal(size=77))
    return same, rng.normal(size=(N_ITEMS, 77))


def test_brains_that_say_the_same_tie_whatever_the_length_of_the_answer(one_answer):
    similarity = cosine_rows(*one_answer)

    half, lost = (
        two_way_identification(similarity, direction="stimulus_to_brain", ties=rule)
        for rule in ("half", "lost")
    )

    assert set(half) == {0.5}
    assert set(lost) == {0.0}


def test_one_answer_to_every_brain_finds_no_brain_and_one_stimulus(one_answer):
    found = mindeye_compat(*one_answer, n_pool=N_ITEMS, n_draws=3)

    assert found.image.tolist() == [0, 0, 0]  # by stimulus: all brains tie
    np.testing.assert_allclose(found.brain, 1 / N_ITEMS)
    assert found.n_pool == N_ITEMS


def test_a_pool_of_one_is_always_found(rng):
    prediction, target = rng.normal(size=(2, 6, 4))

    found = mindeye_compat(prediction, target, n_pool=1, n_draws=4)

    assert found.image.tolist() == found.brain.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("direction", list(DISTRACTORS))
def test_an_undefined_similarity_is_worth_half(direction):
    similarity = np.array([[0.9, 0.1, 0.2], [0.3, np.nan, 0.1], [0.4, 0.2, 0.8]])

    half = two_way_identification(similarity, direction=direction)
    lost = two_way_identification(similarity, direction=direction, ties="lost")

    assert half.tolist() == [1, 0.5, 1]
    assert lost.tolist() == [1, 0, 1]


def test_two_items_are_either_found_or_not():
    crossed = np.array([[0.0, 1.0], [1.0, 0.0]])

    assert two_way_identification(crossed).tolist() == [0, 0]
    assert two_way_identification(1 - crossed).tolist() == [1, 1]


def test_of_copies_in_any_unit_the_first_is_the_nearest(rng):
    train = rng.normal(size=(N_ITEMS, 30))
    copies = np.concatenate([train, 3.3 * train + 1, 1.7 * train - 2])
    near = train[:20] + 0.1 * rng.normal(size=(20, 30))

    row, r = nearest_training(near, copies, n_neighbours=4)

    np.testing.assert_array_equal(
        row[:, :3], np.arange(20)[:, None] + N_ITEMS * np.arange(3)
    )
    np.testing.assert_allclose(r[:, 1:3], r[:, :1] + np.zeros(2))
    assert (r[:, 3] < r[:, 0]).all()
    np.testing.assert_array_equal(snap_to_training(near, copies), train[:20])


def test_a_trend_of_tied_ranks_is_spearmans_and_bins_part_all_items(rng):
    from scipy.stats import spearmanr

    score, distance = rng.integers(0, 4, (2, 22)).astype(float)
    permutation = rng.permuted(np.tile(np.arange(22), (99, 1)), axis=1)

    trend = score_by_distance(score, distance, permutation=permutation, n_bins=4)

    null = [spearmanr(score, distance[order]).statistic for order in permutation]
    beyond = (np.abs(null) >= abs(trend.rho) - 1e-9).sum()
    assert trend.rho == pytest.approx(spearmanr(score, distance).statistic)
    assert trend.p == pytest.approx((1 + beyond) / 100)
    assert trend.n.tolist() == [6, 6, 5, 5]
    assert trend.n @ trend.score == pytest.approx(score.sum())
    assert (np.diff(trend.distance) >= 0).all()


def test_a_query_that_is_not_known_has_no_nearest_candidate(rng):
    similarity = rng.normal(size=(9, 4))
    holed = np.vstack([similarity, np.full((3, 4), np.nan)])
    holed[0, 2] = np.nan

    found = count_hubs(holed, n_neighbours=4)

    assert found.tolist() == [9, 9, 8, 9]
    nearest = np.nanargmax(holed[:9], axis=1)
    np.testing.assert_array_equal(
        count_hubs(holed, n_neighbours=1), np.bincount(nearest, minlength=4)
    )


@pytest.mark.parametrize("method", CORRECTIONS)
def test_corrections_leave_the_similarity_as_it_was(rng, method):
    similarity = rng.normal(size=(6, 5))
    before = similarity.copy()

    correct_hubness(similarity, method=method)

    np.testing.assert_array_equal(similarity, before)


def test_csls_of_one_candidate_compares_it_with_nothing():
    column = np.array([[0.2], [0.8], [0.5]])

    found = correct_hubness(column, method="csls", n_neighbours=2)

    # 2 s less s itself, less the mean of the two nearest queries.
    np.testing.assert_allclose(found, column - 0.65)


def test_controls_agree_with_the_decoder_they_stand_beside(rng):
    target = rng.normal(size=(30, 8))
    prediction = target + 2 * rng.normal(size=target.shape)
    fold = np.repeat([0, 1], [20, 10])
    ranks = identify(prediction, target, fold)

    found = measure_controls({"noise_input": ranks.rank[:, None]}, ranks.n_pool)

    assert found["top1_noise_input"] == (ranks.rank == 1).mean()
    shares = (ranks.n_pool - ranks.rank) / (ranks.n_pool - 1)
    np.testing.assert_allclose(found["two_way_noise_input"], shares.mean())
    assert found["median_rank_noise_input"] == np.median(ranks.rank)


def test_controls_of_one_subject_are_their_own_mean():
    own = {"top1_mean_brain": np.array([0.1]), "top1_noise_input": np.array([0.2, 0.4])}

    found = average_controls([own])

    assert list(found) == list(own)
    np.testing.assert_array_equal(found["top1_noise_input"], own["top1_noise_input"])
