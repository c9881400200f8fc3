"""Intervals come from stimuli and subjects, and cover what they should."""

import numpy as np
import pytest

from boldwise.evaluation.held_out import draw_weights
from boldwise.evaluation.intervals import (
    DRAW_TILE,
    combine_subjects,
    draw_medians,
    draw_p,
    percentile_interval,
    widen_draws,
)
from boldwise.evaluation.scores import correlate_in_folds

NO_CEILING = (np.ones(6), 0.1)


def noisy_pair(rng, n_items, n_voxels, r):
    """Prediction and response that correlate by r, with noise common to all voxels."""
    x = rng.normal(size=(n_items, n_voxels))
    noise = np.sqrt(0.3) * rng.normal(size=(n_items, 1))
    noise = noise + np.sqrt(0.7) * rng.normal(size=(n_items, n_voxels))
    return x, r * x + np.sqrt(1 - r**2) * noise


def test_draws_are_those_of_resampling_rows(make_held_out):
    x, y = noisy_pair(np.random.default_rng(0), 30, 6, 0.5)
    held_out = make_held_out(18, 12)
    weights = draw_weights(held_out, n_draws=DRAW_TILE + 5, seed=0)
    masks = {"all": np.ones(6, bool), "two": np.arange(6) < 2}

    found, _ = draw_medians(
        x, y, held_out.fold, weights=weights, masks=masks, ceiling=NO_CEILING
    )

    for draw in (0, DRAW_TILE + 2):
        rows = np.repeat(np.arange(30), weights[draw].astype(int))
        r = correlate_in_folds(x[rows], y[rows], held_out.fold[rows])
        assert found["all"][draw] == pytest.approx(np.median(r))
        assert found["two"][draw] == pytest.approx(np.median(r[:2]))


def test_normalised_draws_use_only_voxels_above_the_least_ceiling(make_held_out):
    x, y = noisy_pair(np.random.default_rng(0), 30, 6, 0.5)
    held_out = make_held_out(30)
    ceiling = np.array([0.25, 0.25, 0.25, 0.05, 0.05, np.nan])

    r, normalised = draw_medians(
        x,
        y,
        held_out.fold,
        weights=draw_weights(held_out, n_draws=20, seed=0),
        masks={"high": np.arange(6) < 3, "low": np.arange(6) > 2},
        ceiling=(ceiling, 0.1),
    )

    np.testing.assert_allclose(normalised["high"], 2 * r["high"])
    assert np.isnan(normalised["low"]).all()


def test_undefined_voxels_leave_the_others_their_draws(make_held_out):
    x, y = noisy_pair(np.random.default_rng(0), 30, 6, 0.5)
    y[:, 2] = 1.0
    held_out = make_held_out(30)
    options = {
        "weights": draw_weights(held_out, n_draws=20, seed=0),
        "ceiling": NO_CEILING,
    }
    kept = np.arange(6) != 2

    every = draw_medians(x, y, held_out.fold, masks={"a": kept | True}, **options)
    known = draw_medians(x, y, held_out.fold, masks={"a": kept}, **options)

    np.testing.assert_array_equal(every[0]["a"], known[0]["a"])


def test_one_subject_is_drawn_from_stimuli_alone():
    draws = np.random.default_rng(0).normal(size=(1, 50))

    np.testing.assert_allclose(combine_subjects(draws, seed=0), draws[0])


def test_subjects_add_the_variance_of_their_mean():
    # Constant in stimuli: all spread is between 5 subjects, of variance var / 5.
    scores = np.random.default_rng(0).normal(size=5)
    draws = np.tile(scores[:, None], (1, 20000))

    combined = combine_subjects(draws, seed=0)

    assert combined.mean() == pytest.approx(scores.mean(), abs=0.02)
    assert combined.var() == pytest.approx(scores.var(ddof=1) / 5, rel=0.05)


def test_equal_seeds_draw_equal_subjects_so_that_differences_are_paired():
    a, b = np.random.default_rng(0).normal(size=(2, 4, 300))

    difference = combine_subjects(a - b, seed=7)

    np.testing.assert_allclose(
        difference, combine_subjects(a, seed=7) - combine_subjects(b, seed=7)
    )


def test_draws_are_widened_around_the_value():
    draws = np.array([0.1, 0.2, 0.4])

    np.testing.assert_allclose(widen_draws(draws, 0.2, widening=2), [0, 0.2, 0.6])
    np.testing.assert_array_equal(widen_draws(draws, np.nan, widening=1), draws)


def test_the_interval_is_the_middle_of_the_draws():
    draws = np.append(np.linspace(0, 1, 1001), np.nan)

    assert percentile_interval(draws) == pytest.approx((0.025, 0.975))
    assert percentile_interval(draws, level=0.5) == pytest.approx((0.25, 0.75))
    assert np.isnan(percentile_interval(np.array([np.nan]))).all()


def test_p_is_the_share_of_draws_that_stray_as_far_as_zero_lies():
    draws = np.array([1.0, 2.0, 3.0, 4.5])

    assert draw_p(2.0, draws) == pytest.approx((1 + 1) / 5)
    assert np.isnan(draw_p(float("nan"), draws))
    assert np.isnan(draw_p(2.0, None))


def coverage(make_held_out, *, n_subjects, spread, n_simulations):
    """Share of intervals that hold the truth: stimuli and subjects, stimuli only."""
    rng = np.random.default_rng(1)
    held_out, masks = make_held_out(60), {"all": np.ones(12, bool)}
    hits = np.zeros(2)
    for seed in range(n_simulations):
        weights = draw_weights(held_out, n_draws=100, seed=seed)
        draws = []
        for r in 0.2 + spread * rng.normal(size=n_subjects):
            x, y = noisy_pair(rng, 60, 12, r)
            found, _ = draw_medians(
                x,
                y,
                held_out.fold,
                weights=weights,
                masks=masks,
                ceiling=(np.ones(12), 0.1),
            )
            draws.append(found["all"])
        both = combine_subjects(np.array(draws), seed=seed), np.mean(draws, axis=0)
        for k, one in enumerate(both):
            low, high = percentile_interval(one)
            hits[k] += low <= 0.2 <= high
    return hits / n_simulations


def test_two_way_intervals_cover_new_subjects_where_stimuli_alone_do_not(make_held_out):
    two_way, stimuli = coverage(
        make_held_out, n_subjects=6, spread=0.08, n_simulations=150
    )

    assert two_way > 0.86
    assert stimuli < 0.75


def test_intervals_of_one_subject_cover_new_stimuli(make_held_out):
    two_way, _ = coverage(make_held_out, n_subjects=1, spread=0, n_simulations=120)

    assert two_way > 0.9
