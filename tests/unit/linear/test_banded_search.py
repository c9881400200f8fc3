"""The search for candidates against random search and planted answers."""

import numpy as np
import pytest

from boldwise.linear import banded_search, banded_solve
from boldwise.linear.banded_plan import plan_bands, read_groups
from boldwise.linear.banded_search import (
    choose_by_search,
    draw_candidates,
    first_candidates,
    keep_useful,
    search_candidates,
)
from boldwise.linear.banded_solve import choose_for_targets, prepare_block, score_rounds
from boldwise.linear.banded_surrogate import predict_scores, propose
from boldwise.linear.folds import contiguous_folds

ALPHAS = np.logspace(-1, 3, 5)


def planted(n_targets=60, n_rows=120, width=8, seed=0):
    """Targets of one space, of two in changing proportions, or of noise."""
    rng = np.random.default_rng(seed)
    spectrum = np.arange(1, width + 1) ** -0.5
    spaces = rng.standard_normal((3, n_rows, width)) * spectrum
    share = rng.dirichlet(np.full(3, 0.3), n_targets).T
    signal = spaces @ rng.standard_normal((3, width, n_targets))
    signal /= signal.std(axis=1, keepdims=True)
    targets = (signal * np.sqrt(share)[:, None]).sum(axis=0)
    targets += np.geomspace(0.3, 3, n_targets) * rng.standard_normal(targets.shape)
    features = np.concatenate(list(spaces), axis=1)
    columns = read_groups(np.repeat(np.arange(3), width), 3 * width)
    plan = plan_bands(
        features, contiguous_folds(n_rows, 4), columns=columns, alphas=ALPHAS
    )
    return plan, targets


def best_of(search):
    """Best score of each target, over the candidates it was scored for."""
    return np.where(np.isnan(search.scores.best), -np.inf, search.scores.best).max(
        axis=0
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_thirty_found_candidates_beat_fifty_random_ones(seed):
    plan, targets = planted(seed=seed)
    rng = np.random.default_rng(seed)
    random = [rng.dirichlet(np.full(3, (0.1, 1.0)[i % 2])) for i in range(50)]
    random[0] = np.full(3, 1 / 3)

    found = search_candidates(plan, targets, n_candidates=30, tolerance=0.0)
    by_chance, _ = choose_for_targets(plan, targets, np.array(random))

    assert best_of(found).mean() >= by_chance.best.mean()


def test_proposals_beat_those_drawn_from_the_same_pool(monkeypatch):
    monkeypatch.setattr(banded_solve, "LEAST_GAIN", -1.0)  # Nothing is passed over.
    plan, targets = planted()
    search = search_candidates(plan, targets, n_candidates=24, tolerance=0.0)
    start = len(first_candidates(3))
    pool = draw_candidates(3, np.random.default_rng(0))
    means = []
    for seed in range(4):
        drawn = np.random.default_rng(seed).permutation(pool)[: 24 - start]
        both = np.vstack([search.candidates[:start], drawn])
        means.append(choose_for_targets(plan, targets, both)[0].best.mean())

    assert best_of(search).mean() > np.max(means)


def test_equal_seeds_give_equal_bytes():
    plan, targets = planted()

    found = [
        search_candidates(plan, targets, n_candidates=12, random_state=3)
        for _ in range(2)
    ]

    assert found[0].candidates.tobytes() == found[1].candidates.tobytes()
    assert found[0].scores.best.tobytes() == found[1].scores.best.tobytes()


def test_shares_sum_to_one_and_all_spaces_alike_come_first():
    plan, targets = planted()

    found = search_candidates(plan, targets, n_candidates=14, tolerance=0.0)

    assert len(found.candidates) == 14
    np.testing.assert_allclose(found.candidates.sum(axis=1), 1.0)
    np.testing.assert_allclose(found.candidates[0], 1 / 3)
    np.testing.assert_allclose(found.useful(tolerance=1e-3)[0], 1 / 3)


def test_a_search_stops_when_nothing_is_to_be_gained():
    plan, _ = planted()
    noise = np.random.default_rng(0).standard_normal((120, 40))

    found = search_candidates(plan, noise, n_candidates=60, tolerance=3e-3)

    assert len(found.candidates) < 30


def test_one_space_needs_one_candidate():
    rng = np.random.default_rng(0)
    features, targets = rng.standard_normal((2, 40, 6))
    plan = plan_bands(
        features, contiguous_folds(40, 4), columns=[np.arange(6)], alphas=ALPHAS
    )

    assert search_candidates(plan, targets).candidates.tolist() == [[1.0]]


def test_few_targets_choose_for_many(monkeypatch):
    plan, targets = planted()
    everyone = search_candidates(plan, targets, n_candidates=12)
    monkeypatch.setattr(banded_search, "SAMPLE", 20)
    search = search_candidates(plan, targets, n_candidates=12)

    choice, score, candidates = choose_by_search(plan, targets, search)

    assert len(search.places) == 20
    assert score.shape == (len(candidates), 60)
    assert choice.best.mean() > best_of(everyone).mean() - 0.005


def test_nothing_is_scored_again_where_all_targets_were_looked_at():
    plan, targets = planted()
    search = search_candidates(plan, targets, n_candidates=12)

    choice, score, candidates = choose_by_search(plan, targets, search)

    assert score is search.scores.best
    assert candidates is search.candidates
    tiles = prepare_block(plan, targets)
    again = score_rounds(plan, tiles, candidates, prune=False)
    known = np.isfinite(score)
    np.testing.assert_allclose(score[known], again.best[known], atol=1e-12)
    np.testing.assert_array_equal(choice.best, best_of(search))


def test_what_is_passed_over_would_hardly_have_helped():
    plan, targets = planted()
    tiles = prepare_block(plan, targets)
    search = search_candidates(plan, targets, n_candidates=30, tolerance=0.0)

    whole = score_rounds(plan, tiles, search.candidates, prune=False)

    assert np.isfinite(whole.best).all()
    assert np.isfinite(search.scores.best).mean() < 0.7
    lost = whole.best.max(axis=0) - best_of(search)
    assert lost.mean() < 1e-3
    assert (lost >= -1e-12).all()


def test_predictions_are_exact_where_scores_are_known():
    done = first_candidates(3)
    score = np.random.default_rng(0).standard_normal((len(done), 5))
    score[:, 4] = 0.25

    predicted, gain = predict_scores(done, score, done, n_whole=len(done))

    np.testing.assert_allclose(predicted, score, atol=1e-2)
    np.testing.assert_allclose(predicted[:, 4], 0.25)
    assert (gain[:, 4] == 0).all()
    assert (gain >= 0).all()


def test_a_target_with_nan_does_not_stop_the_search():
    plan, targets = planted()
    targets[4, 7] = np.nan

    found = search_candidates(plan, targets, n_candidates=14, tolerance=0.0)

    assert len(found.candidates) == 14
    assert np.isfinite(np.delete(best_of(found), 7)).all()


def test_the_regression_finds_the_top_of_a_smooth_score():
    pool = draw_candidates(3, np.random.default_rng(0))
    top = np.array([[0.7, 0.25, 0.05]])

    def score(candidates):
        apart = np.log1p(candidates / 0.01)[:, None] - np.log1p(top / 0.01)[None]
        return -(apart**2).sum(axis=2) / 20

    done = first_candidates(3)
    for _ in range(12):
        done = np.vstack(
            [
                done,
                propose(done, score(done), pool, n=1, n_whole=len(done), tolerance=0.0),
            ]
        )

    assert score(done).max() > np.quantile(score(pool), 0.995)


def test_candidates_are_kept_while_they_add():
    score = np.array([[0.5, 0.1], [0.4, 0.0], [0.5, 0.3], [0.50001, 0.3]])

    assert keep_useful(score, tolerance=1e-3).tolist() == [0, 3]
    assert keep_useful(score[:3], tolerance=1e-3).tolist() == [0, 2]


@pytest.mark.parametrize(("n_groups", "count"), [(1, 1), (2, 3), (3, 7), (4, 15)])
def test_the_first_candidates_are_different_subsets(n_groups, count):
    first = first_candidates(n_groups)

    assert len(np.unique(first, axis=0)) == len(first) == count
    np.testing.assert_allclose(first.sum(axis=1), 1.0)
