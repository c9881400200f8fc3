"""Reliability over all repeats: the truth, a null near zero, nothing without any."""

import numpy as np
import pytest

from boldwise.evaluation.noise_ceiling import ceiling_from_repeats
from boldwise.evaluation.reliability import measure_reliability


@pytest.fixture
def trials():
    """Sixty stimuli shown three times in random order, forty shown once."""
    rng = np.random.default_rng(0)
    item = rng.permutation(
        np.concatenate([np.repeat(np.arange(60), 3), np.arange(60, 100)])
    )
    signal = rng.normal(size=(100, 300))
    signal[:, 150:] = 0
    response = signal[item] + rng.normal(size=(len(item), 300))
    return response.astype(np.float32), np.array([f"s{k:03d}" for k in item]), item


def test_voxels_with_signal_repeat_and_others_are_like_their_null(trials):
    response, ids, _ = trials

    found = measure_reliability(response, ids, seed=0)

    assert abs(np.median(found.noise_ceiling[:150]) - 0.75) < 0.03
    assert np.median(found.null) < 0.1
    assert abs(found.noise_ceiling[150:].mean() - found.null.mean()) < 0.05
    assert (found.showings.n_items, found.showings.n_rows) == (60, 180)


def test_it_is_the_ceiling_of_the_repeated_stimuli_alone(trials):
    response, ids, item = trials
    again = item < 60

    found = measure_reliability(response, ids, seed=0)

    expected = ceiling_from_repeats(
        response[again], item[again], np.zeros(60, int), np.ones((1, 60))
    )
    np.testing.assert_allclose(found.noise_ceiling, expected[0])


def test_tiles_change_nothing(trials, monkeypatch):
    response, ids, _ = trials
    whole = measure_reliability(response, ids, seed=0)
    monkeypatch.setattr("boldwise.evaluation.reliability.VOXEL_TILE", 70)

    parts = measure_reliability(response, ids, seed=0)

    np.testing.assert_allclose(parts.noise_ceiling, whole.noise_ceiling)
    np.testing.assert_allclose(parts.null, whole.null)


def test_constant_voxels_are_unknown(trials):
    response, ids, _ = trials
    response[:, 7] = 0.1

    found = measure_reliability(response, ids, seed=0)

    assert np.flatnonzero(np.isnan(found.noise_ceiling)).tolist() == [7]


@pytest.mark.parametrize("ids", [["a", "b", "c", "d"], ["a", "a", "b", "b"]])
def test_too_few_repeats_say_nothing(ids):
    assert measure_reliability(np.zeros((4, 2)), np.array(ids), seed=0) is None


def test_the_order_of_voxels_does_not_matter(trials):
    response, ids, _ = trials
    order = np.random.default_rng(1).permutation(response.shape[1])

    found = measure_reliability(response[:, order], ids, seed=0)

    whole = measure_reliability(response, ids, seed=0)
    np.testing.assert_allclose(found.noise_ceiling, whole.noise_ceiling[order])
    np.testing.assert_allclose(found.null, whole.null[order])


def test_names_of_stimuli_do_not_matter_and_responses_stay(trials):
    response, _, item = trials
    before = response.copy()

    found, other = (
        measure_reliability(response, np.array([f"{k:{width}d}" for k in item]), seed=0)
        for width in ("03", "05")
    )

    np.testing.assert_array_equal(found.noise_ceiling, other.noise_ceiling)
    np.testing.assert_array_equal(response, before)


def test_another_seed_shuffles_otherwise_but_measures_the_same(trials):
    response, ids, _ = trials

    one, two = (measure_reliability(response, ids, seed=seed) for seed in (0, 1))

    np.testing.assert_array_equal(one.noise_ceiling, two.noise_ceiling)
    assert (one.null != two.null).any()


def test_it_counts_the_repeated_stimuli_and_their_trials(trials):
    response, ids, _ = trials

    showings = measure_reliability(response, ids, seed=0).showings

    assert (showings.n_items, showings.n_rows, showings.n_folds) == (60, 180, 1)
    assert showings.mean_repeats == 3
