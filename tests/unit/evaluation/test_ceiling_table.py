"""The acceptance table: 4,000 simulated voxels, every estimate beside its known value.

The table was made by an independent simulation of the same size, so both scatter by the
standard error of a mean over 4,000 voxels: a difference may reach three of its own.
"""

from functools import cache

import numpy as np
import pytest

from boldwise.evaluation.false_pass import Showings, false_pass_rate
from boldwise.evaluation.noise_ceiling import ceiling_from_repeats, unrectified_ceiling
from boldwise.evaluation.repeat_pairs import (
    ceiling_from_halves,
    ceiling_from_signal_power,
    explainable_variance,
)
from boldwise.evaluation.scores import correlate_in_folds

N_VOXELS, R = 4000, 3
ROUNDING = 0.0005  # of the printed table
ESTIMATES = {
    "nsd": ceiling_from_repeats,
    "anova": unrectified_ceiling,
    "explainable": explainable_variance,  # of one repeat; its mean is carried to three
    "ccmax2": ceiling_from_signal_power,
    "halves": ceiling_from_halves,
}
# ncsnr: true NC(3), oracle r^2, then the mean of each estimate; of halves the median.
TABLE = {
    0.0: (0.0, None, 0.029, -0.003, 0.001, -0.003, 0.003),
    0.25: (0.158, 0.159, 0.155, 0.154, 0.158, 0.154, 0.155),
    0.5: (0.429, 0.429, 0.425, 0.426, 0.428, 0.426, 0.427),
    1.0: (0.750, 0.749, 0.749, 0.749, 0.750, 0.749, 0.751),
}


@cache
def simulate(ncsnr, n_stimuli, seed=0):
    """Trials of shape (3 n_stimuli, N_VOXELS), their items, and the signal."""
    rng = np.random.default_rng([seed, n_stimuli, int(100 * ncsnr)])
    signal = ncsnr * rng.standard_normal((n_stimuli, N_VOXELS), np.float32)
    item = np.repeat(np.arange(n_stimuli), R)
    noise = rng.standard_normal((len(item), N_VOXELS), np.float32)
    return signal[item] + noise, item, signal


@cache
def found(name, ncsnr, n_stimuli):
    """Ceilings of all voxels by one estimate."""
    response, item, _ = simulate(ncsnr, n_stimuli)
    once, fold = np.ones((1, n_stimuli)), np.zeros(n_stimuli, int)
    return ESTIMATES[name](response, item, fold, once)[0]


def one_split(ncsnr, n_stimuli):
    """Spearman-Brown from one pair of repeats, written out."""
    response, _, _ = simulate(ncsnr, n_stimuli)
    first, second = (response[k::R] - response[k::R].mean(axis=0) for k in (0, 1))
    norm = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
    r = (first * second).sum(axis=0) / norm
    return 3 * r / (1 + 2 * r)


def agree(middle, expected, *, spread):
    """Difference within three standard errors of two such means, and the rounding."""
    error = spread / np.sqrt(N_VOXELS)
    return abs(middle - expected) <= 3 * np.sqrt(2) * error + ROUNDING


@pytest.mark.parametrize("ncsnr", TABLE)
@pytest.mark.parametrize("name", ESTIMATES)
def test_every_estimate_gives_the_value_of_the_table(name, ncsnr):
    expected = dict(zip(ESTIMATES, TABLE[ncsnr][2:], strict=True))[name]
    values = found(name, ncsnr, 500)
    middle, spread = values.mean(), values.std()
    if name == "explainable":
        spread *= R / (1 + (R - 1) * middle) ** 2
        middle *= R / (1 + (R - 1) * middle)
    if name == "halves":  # of one split in the table, which spreads wider
        middle, spread = np.median(values), 1.2533 * one_split(ncsnr, 500).std()

    assert agree(middle, expected, spread=spread)


@pytest.mark.parametrize("ncsnr", [0.25, 0.5, 1.0])
def test_the_oracle_scores_what_the_table_says_and_no_estimate_beats_it(ncsnr):
    response, _, signal = simulate(ncsnr, 500)
    mean = response.reshape(500, R, N_VOXELS).mean(axis=1)

    oracle = correlate_in_folds(signal, mean, np.zeros(500, int)) ** 2

    assert agree(oracle.mean(), TABLE[ncsnr][1], spread=oracle.std())
    assert abs(found("anova", ncsnr, 500).mean() - oracle.mean()) < 0.007


@pytest.mark.parametrize(
    ("name", "n_stimuli", "spread"),
    [("nsd", 500, 0.066), ("nsd", 100, 0.12), ("one split", 500, 0.112)],
)
def test_single_voxels_scatter_as_the_table_says(name, n_stimuli, spread):
    pair = name == "one split"
    values = one_split(0.25, n_stimuli) if pair else found(name, 0.25, n_stimuli)

    # A standard deviation of 4,000 values has a relative error of 1.1 %.
    assert values.std() == pytest.approx(spread, rel=0.05, abs=ROUNDING)


def test_all_pairs_scatter_less_than_one_split():
    ratio = one_split(0.25, 500).std() / found("halves", 0.25, 500).std()

    assert ratio == pytest.approx(np.sqrt(3), rel=0.05)


@pytest.mark.parametrize(
    ("n_stimuli", "mean", "above"),
    [(500, 0.029, {0.1: 0.08}), (100, 0.060, {0.1: 0.26, 0.3: 0.015})],
)
def test_noise_passes_as_often_as_the_closed_form_and_the_table_say(
    n_stimuli, mean, above
):
    values = found("nsd", 0.0, n_stimuli)

    showings = Showings(n_stimuli, R * n_stimuli, 1, 1 / R)
    assert agree(values.mean(), mean, spread=values.std())
    for threshold, told in above.items():
        rate = false_pass_rate(threshold, showings, method="repeats")
        error = np.sqrt(rate * (1 - rate) / N_VOXELS)
        assert abs((values > threshold).mean() - rate) < 3 * error
        assert abs(rate - told) < 0.006  # told in whole percents


def test_explainable_variance_is_that_of_the_gallant_lab_written_out():
    response, item, _ = simulate(0.5, 100)
    repeats = response.reshape(100, R, N_VOXELS)[..., :50].astype(float)
    z = (repeats - repeats.mean(axis=0)) / repeats.std(axis=0)
    raw = z.mean(axis=1).var(axis=0) / z.var(axis=0).mean(axis=0)
    expected = raw - (1 - raw) / (R - 1)

    once, fold = np.ones((1, 100)), np.zeros(100, int)
    ours = explainable_variance(response[:, :50], item, fold, once)[0]

    np.testing.assert_allclose(ours, expected, atol=1e-6)
