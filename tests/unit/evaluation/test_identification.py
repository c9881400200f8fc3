"""Ranks are those of a loop written out, with ties and directions made explicit."""

import numpy as np
import pytest
from scipy.stats import hypergeom, rankdata

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.identification import (
    correlate_rows,
    identify,
    pool_curve,
    rank_candidates,
)

RNG = np.random.default_rng(0)
TARGET = RNG.normal(size=(15, 20))
PREDICTION = TARGET + 2.5 * RNG.normal(size=(15, 20))
ONE_FOLD = np.zeros(15, int)


def two_way_by_hand(prediction, target):
    """Share of wrong targets that are less similar than the true one, per item."""
    shares = []
    for i in range(len(target)):
        r = [np.corrcoef(prediction[i], other)[0, 1] for other in target]
        wins = [r[i] > r[j] for j in range(len(target)) if j != i]
        shares.append(np.mean(wins))
    return np.array(shares)


def test_similarity_is_pearsons_with_predictions_in_rows():
    expected = np.corrcoef(PREDICTION, TARGET)[:15, 15:]

    np.testing.assert_allclose(correlate_rows(PREDICTION, TARGET), expected)


def test_ranks_are_those_of_a_loop_over_candidates():
    ranks = identify(PREDICTION, TARGET, ONE_FOLD)

    two_way = (15 - ranks.rank) / 14
    np.testing.assert_allclose(two_way, two_way_by_hand(PREDICTION, TARGET))
    assert 0.5 < two_way.mean() < 1


def test_the_two_directions_differ_and_are_named():
    # Every prediction leans towards target 0, which therefore beats the others.
    target = np.eye(4) - 0.25
    prediction = target + 1.5 * target[0]

    by_target = identify(prediction, target, np.zeros(4, int))
    by_brain = identify(prediction, target, np.zeros(4, int), distractors="predictions")

    assert by_target.rank.tolist() == [1, 2, 2, 2]
    assert by_brain.rank.tolist() == [1, 1, 1, 1]


def test_candidates_come_from_the_same_fold():
    fold = np.repeat([0, 1], [9, 6])

    ranks = identify(PREDICTION, TARGET, fold)

    first = identify(PREDICTION[:9], TARGET[:9], fold[:9])
    np.testing.assert_array_equal(ranks.rank[:9], first.rank)
    assert ranks.n_pool.tolist() == [9] * 9 + [6] * 6
    assert np.isnan(ranks.candidate_rank[:9, 9:]).all()


def test_ranks_agree_with_scipys_average_ranks():
    similarity = RNG.integers(0, 4, (6, 9)) / 3

    expected = rankdata(-similarity, method="average", axis=1)
    np.testing.assert_array_equal(rank_candidates(similarity), expected)


def test_equal_targets_tie_and_count_half():
    target = TARGET.copy()
    target[5] = target[2]

    ranks = identify(target, target, ONE_FOLD)

    assert ranks.rank[[2, 5]].tolist() == [1.5, 1.5]
    assert np.delete(ranks.rank, [2, 5]).tolist() == [1] * 13


def test_what_has_no_pattern_is_at_chance():
    prediction, target = PREDICTION.copy(), TARGET.copy()
    prediction[3] = 2.0
    target[7] = 0.0

    ranks = identify(prediction, target, ONE_FOLD)

    assert ranks.rank[3] == 8  # (15 + 1) / 2
    assert ranks.rank[7] == 8
    np.testing.assert_allclose(ranks.candidate_rank.sum(axis=1), 15 * 8)


def test_centring_removes_what_all_patterns_share():
    common = 100 * RNG.normal(size=20)
    brain = PREDICTION + common
    other = TARGET + common

    ranks = identify(brain, other, ONE_FOLD, centre=True)

    np.testing.assert_allclose(
        correlate_rows(brain, other, centre=True),
        correlate_rows(
            PREDICTION - PREDICTION.mean(axis=0), TARGET - TARGET.mean(axis=0)
        ),
    )
    assert ranks.rank.mean() < 8


def test_pools_have_the_share_found_that_drawing_them_gives():
    ranks = identify(PREDICTION, TARGET, ONE_FOLD)
    rng = np.random.default_rng(1)
    similarity = correlate_rows(PREDICTION, TARGET)

    found = 0
    for _ in range(3000):
        i = rng.integers(15)
        others = rng.choice(np.delete(np.arange(15), i), 4, replace=False)
        found += similarity[i, i] > similarity[i, others].max()

    assert pool_curve(ranks, [5])[0] == pytest.approx(found / 3000, abs=0.03)


def test_pool_shares_are_hypergeometric():
    ranks = identify(PREDICTION, TARGET, ONE_FOLD)

    expected = [
        hypergeom(14, (ranks.rank - 1).astype(int), size - 1).cdf(2).mean()
        for size in (4, 9)
    ]
    np.testing.assert_allclose(pool_curve(ranks, [4, 9], top=3), expected)


def test_the_largest_pool_is_top_one_and_the_smallest_two_way():
    ranks = identify(PREDICTION, TARGET, ONE_FOLD)

    curve = pool_curve(ranks, [2, 15])

    two_way = ((15 - ranks.rank) / 14).mean()
    np.testing.assert_allclose(curve, [two_way, (ranks.rank == 1).mean()])


def test_a_pool_beyond_the_smallest_fold_is_refused():
    ranks = identify(PREDICTION, TARGET, np.repeat([0, 1], [9, 6]))

    with pytest.raises(DataError, match=r"pool of 7.*smallest fold tests 6"):
        pool_curve(ranks, [2, 7])


def test_other_shapes_and_lonely_items_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"\(15, 20\), targets \(15, 19\)"):
        identify(PREDICTION, TARGET[:, 1:], ONE_FOLD)
    with pytest.raises(DataError, match="fold 1 tests 1 stimulus"):
        identify(PREDICTION, TARGET, np.repeat([0, 1], [14, 1]))
