"""Corrections of hubness follow their formulas, and find what hubs hide."""

import numpy as np
import pytest

from boldwise.errors import ConfigError
from boldwise.evaluation.hubness import correct_hubness, count_hubs, hub_skewness
from boldwise.evaluation.identification import identify

SIMILARITY = np.random.default_rng(0).uniform(-1, 1, (7, 5))


def csls_by_hand(similarity, k):
    """Twice the similarity less both mean similarities, entry by entry."""
    out = np.empty(similarity.shape)
    for i, row in enumerate(similarity):
        for j, column in enumerate(similarity.T):
            near = sorted(row)[-k:], sorted(column)[-k:]
            out[i, j] = 2 * similarity[i, j] - np.mean(near[0]) - np.mean(near[1])
    return out


def hubs(n=60, seed=1):
    """Predictions that all lean towards the first few targets."""
    rng = np.random.default_rng(seed)
    target = rng.normal(size=(n, 30))
    lean = 1.5 * target[:3].sum(axis=0)
    return target + lean + 1.2 * rng.normal(size=target.shape), target


@pytest.mark.parametrize("k", [1, 3])
def test_csls_is_the_formula_written_out(k):
    found = correct_hubness(SIMILARITY, method="csls", n_neighbours=k)

    np.testing.assert_allclose(found, csls_by_hand(SIMILARITY, k))


def test_z_scores_are_over_the_queries_of_each_candidate():
    found = correct_hubness(SIMILARITY, method="z_score")

    expected = (SIMILARITY - SIMILARITY.mean(axis=0)) / SIMILARITY.std(axis=0)
    np.testing.assert_allclose(found, expected)


def test_more_neighbours_than_there_are_means_all():
    found = correct_hubness(SIMILARITY, method="csls", n_neighbours=99)

    expected = (
        2 * SIMILARITY
        - SIMILARITY.mean(axis=1, keepdims=True)
        - SIMILARITY.mean(axis=0)
    )
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("method", ["csls", "z_score"])
def test_what_is_unknown_stays_unknown_and_harms_nothing_else(method):
    holed = SIMILARITY.copy()
    holed[2] = np.nan

    found = correct_hubness(holed, method=method)

    rows = np.arange(7) != 2
    assert np.isnan(found[2]).all()
    without = correct_hubness(holed[rows], method=method)
    np.testing.assert_allclose(found[rows], without)


def test_a_candidate_equally_far_from_all_tells_nothing():
    flat = SIMILARITY.copy()
    flat[:, 1] = 0.25

    assert np.isnan(correct_hubness(flat, method="z_score")[:, 1]).all()


@pytest.mark.parametrize("method", ["csls", "z_score"])
def test_correcting_planted_hubs_finds_more(method):
    pair, fold = hubs(), np.zeros(60, int)

    plain = identify(*pair, fold)
    corrected = identify(*pair, fold, hubness=method)

    assert (corrected.rank == 1).mean() > (plain.rank == 1).mean() + 0.05


@pytest.mark.parametrize("method", ["csls", "z_score"])
def test_without_a_signal_corrected_scores_stay_at_chance(method):
    rng = np.random.default_rng(2)
    shares = []
    for _ in range(60):
        pair = rng.normal(size=(2, 30, 12)) + 2 * rng.normal(size=12)
        rank = identify(*pair, np.zeros(30, int), hubness=method).rank
        shares.append(((30 - rank) / 29).mean())

    assert np.mean(shares) == pytest.approx(0.5, abs=0.02)


def test_hubs_are_counted_and_skew_the_counts():
    prediction, target = hubs()
    similarity = np.corrcoef(prediction, target)[:60, 60:]

    count = count_hubs(similarity, n_neighbours=5)
    corrected = correct_hubness(similarity, method="csls")

    assert count.sum() == 60 * 5
    assert count[:3].min() > 2 * count.mean()
    assert hub_skewness(count) > 1
    less = hub_skewness(count_hubs(corrected, n_neighbours=5))
    assert less < 0.75 * hub_skewness(count)
    assert hub_skewness(np.full(4, 2)) == 0


def test_an_unknown_correction_is_refused():
    with pytest.raises(ConfigError, match=r"'clss'; known: none, csls, z_score"):
        correct_hubness(SIMILARITY, method="clss")
