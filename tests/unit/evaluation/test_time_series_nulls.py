"""Mirrors src/boldwise/evaluation/time_series_nulls.py."""

import numpy as np
import pytest
from scipy.signal import lfilter

from boldwise.errors import DataError
from boldwise.evaluation.held_out import HeldOut
from boldwise.evaluation.significance import permute_correlations
from boldwise.evaluation.time_series_nulls import (
    BLOCK,
    NULLS,
    draw_null,
    draw_phases,
    null_for,
    permute_blocks,
)

TWO = np.repeat([0, 1], [61, 40])


def make_held_out(*lengths, serial=True):
    """Make one fold of runs of these lengths."""
    ids = [f"run-{r}_volume-{k:04d}" for r, n in enumerate(lengths) for k in range(n)]
    return HeldOut(np.array(ids), np.zeros(len(ids), int), (np.array(ids),), serial)


def autoregress(rng, phi, n_volumes, n_voxels):
    """Draw series in which each volume keeps a share of the one before."""
    noise = rng.standard_normal((n_volumes + 200, n_voxels))
    return lfilter([1], [1, -phi], noise, axis=0)[200:]


def rejected(null, phi, *, n_volumes=300, n_voxels=250, n_batches=12):
    """Share of p <= .05 for predictions that tell nothing."""
    held_out = make_held_out(n_volumes)
    found = []
    for batch in range(n_batches):
        rng = np.random.default_rng([batch, int(100 * phi)])
        x, y = (autoregress(rng, phi, n_volumes, n_voxels) for _ in range(2))
        drawn = draw_null(held_out, null=null, n_permutations=99, seed=batch)
        found.append(permute_correlations(x, y, held_out.fold, permutation=drawn).p)
    return float((np.concatenate(found) <= 0.05).mean())


@pytest.mark.parametrize("null", NULLS)
def test_every_null_holds_its_level_in_autocorrelated_series(null):
    assert 0.03 <= rejected(null, 0.8) <= 0.07


def test_shuffled_volumes_would_reject_far_too_often():
    held_out = make_held_out(300, serial=False)
    rng = np.random.default_rng(0)
    x, y = (autoregress(rng, 0.8, 300, 500) for _ in range(2))

    drawn = draw_null(held_out, null="shuffle", n_permutations=99, seed=0)

    p = permute_correlations(x, y, held_out.fold, permutation=drawn).p
    assert (p <= 0.05).mean() > 0.15


@pytest.mark.parametrize("null", NULLS)
def test_every_null_finds_what_is_there(null):
    rng = np.random.default_rng(1)
    held_out = make_held_out(300)
    y = autoregress(rng, 0.8, 300, 20)
    x = y + autoregress(rng, 0.8, 300, 20)

    drawn = draw_null(held_out, null=null, n_permutations=99, seed=0)

    p = permute_correlations(x, y, held_out.fold, permutation=drawn).p
    assert (p == 0.01).mean() > 0.9


@pytest.mark.parametrize("null", NULLS[:2])
def test_volumes_never_leave_their_run(null):
    held_out = make_held_out(61, 40)

    drawn = draw_null(held_out, null=null, n_permutations=50, seed=3)

    assert (np.sort(drawn, axis=1) == np.arange(101)).all()
    assert (drawn[:, :61] < 61).all()


def test_blocks_stay_whole():
    drawn = permute_blocks(np.zeros(120, int), n_draws=40, seed=0)

    breaks = (np.diff(drawn, axis=1) % 120 != 1).sum(axis=1)

    assert breaks.max() <= 120 // BLOCK - 1
    assert breaks.max() >= 2


def test_blocks_of_a_short_run_are_a_third_of_it():
    drawn = permute_blocks(np.zeros(12, int), n_draws=40, seed=0)

    assert (np.diff(drawn, axis=1) % 12 != 1).sum(axis=1).max() <= 2


def test_sums_over_phases_are_those_of_the_surrogates_in_time():
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((2, len(TWO), 5))
    phases = draw_phases(TWO, n_draws=6, seed=0)

    in_time = [(x * phases.surrogate(y, draw)).sum(axis=0) for draw in range(6)]

    np.testing.assert_allclose(phases.sums(x, y), in_time, atol=1e-10)


def test_surrogates_keep_the_spectrum_and_mean_of_each_run():
    rng = np.random.default_rng(3)
    y = rng.standard_normal((len(TWO), 3)) + 2
    surrogate = draw_phases(TWO, n_draws=1, seed=0).surrogate(y, 0)

    for run in (0, 1):
        one, other = (np.fft.rfft(v[run == TWO], axis=0) for v in (y, surrogate))
        np.testing.assert_allclose(np.abs(one), np.abs(other), atol=1e-9)
        np.testing.assert_allclose(one[0], other[0], atol=1e-9)
    assert np.abs(surrogate - y).max() > 1


def test_one_draw_of_phases_serves_all_voxels():
    rng = np.random.default_rng(4)
    y = rng.standard_normal((len(TWO), 2))
    y[:, 1] = y[:, 0] + 0.1 * y[:, 1]

    surrogate = draw_phases(TWO, n_draws=1, seed=0).surrogate(y, 0)

    assert np.corrcoef(surrogate.T)[0, 1] > 0.95


@pytest.mark.parametrize("null", NULLS)
def test_equal_seeds_draw_equally(null):
    held_out = make_held_out(30)
    y = np.random.default_rng(5).standard_normal((30, 2))

    one, other = (
        permute_correlations(
            y,
            y[::-1],
            held_out.fold,
            permutation=draw_null(held_out, null=null, n_permutations=9, seed=7),
        )
        for _ in range(2)
    )

    np.testing.assert_array_equal(one.largest, other.largest)


def test_auto_chooses_by_what_the_rows_are():
    assert null_for("auto", serial=True) == "phase_randomisation"
    assert null_for("auto", serial=False) == "shuffle"
    assert null_for("circular_shift", serial=True) == "circular_shift"


def test_shuffling_volumes_is_refused():
    with pytest.raises(DataError, match=r"shuffling 30 volumes would break .* 21 %"):
        draw_null(make_held_out(30), null="shuffle", n_permutations=9, seed=0)


def test_nulls_of_time_series_are_refused_for_trials():
    with pytest.raises(DataError, match=r"'circular_shift' is a null for time series"):
        draw_null(
            make_held_out(30, serial=False),
            null="circular_shift",
            n_permutations=9,
            seed=0,
        )
