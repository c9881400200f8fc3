"""Mirrors src/boldwise/features/resampling.py."""

import numpy as np
import pytest

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.features.resampling import (
    box_average,
    lanczos_resample,
    resample_runs,
)
from boldwise.features.timeline import Timeline


def lanczos_by_hand(values, time_s, volume_time_s, cutoff_hz, lobes=3):
    """Write the formula out, value by value."""
    out = np.zeros((len(volume_time_s), values.shape[1]))
    for i, t in enumerate(volume_time_s):
        for tau, value in zip(time_s, values, strict=True):
            x = cutoff_hz * (t - tau)
            if x == 0:
                out[i] += value
            elif abs(x) < lobes:
                first = np.sin(np.pi * x) / (np.pi * x)
                out[i] += (
                    value * first * np.sin(np.pi * x / lobes) / (np.pi * x / lobes)
                )
    return out


def test_lanczos_is_the_formula_written_out_by_hand():
    rng = np.random.default_rng(0)
    values, time_s = rng.normal(size=(40, 3)), rng.uniform(0, 30, 40)
    volumes = np.arange(15) * 2.0

    found = lanczos_resample(values, time_s, volumes, cutoff_hz=0.5)

    np.testing.assert_allclose(
        found, lanczos_by_hand(values, time_s, volumes, 0.5), atol=1e-12
    )


def gain_at(frequency_hz, combine="mean"):
    """Amplitude of a sine at 100 Hz after resampling to 2 s."""
    time_s, volumes = np.arange(0, 400, 0.01), np.arange(20, 380, 2.0)
    wave = np.sin(2 * np.pi * frequency_hz * time_s)[:, None]
    return (
        np.sqrt(2)
        * lanczos_resample(wave, time_s, volumes, cutoff_hz=0.5, combine=combine).std()
    )


def test_lanczos_passes_what_volumes_can_carry_and_stops_the_rest():
    assert gain_at(0.05) == pytest.approx(1, abs=0.02)
    assert gain_at(0.15) == pytest.approx(1, abs=0.02)
    assert gain_at(0.24) == pytest.approx(0.58, abs=0.03)  # near the edge, 1 / (2 TR)
    assert gain_at(0.4) < 0.02


def test_sums_grow_with_the_number_of_words_and_means_do_not():
    volumes = np.arange(10, 50, 2.0)
    sparse, dense = np.arange(0, 60, 0.5), np.arange(0, 60, 0.25)
    options = {"volume_time_s": volumes, "cutoff_hz": 0.5}

    sums, means = (
        [
            lanczos_resample(np.full((len(t), 1), 3.0), t, **options, combine=combine)
            for t in (sparse, dense)
        ]
        for combine in ("sum", "mean")
    )

    np.testing.assert_allclose(sums[1] / sums[0], 2, rtol=0.01)
    np.testing.assert_allclose(means, 3, rtol=1e-9)


def test_means_of_silence_tend_to_zero_and_never_explode():
    time_s = np.linspace(0, 40, 400)

    found = lanczos_resample(
        np.ones((1, 1)), np.array([20.0]), time_s, cutoff_hz=0.5, combine="mean"
    )

    assert np.abs(found).max() <= 1
    assert (found[np.abs(time_s - 20) > 6] == 0).all()


def test_the_order_of_the_values_does_not_matter():
    rng = np.random.default_rng(1)
    values, time_s, volumes = (
        rng.normal(size=(20, 2)),
        rng.uniform(0, 20, 20),
        np.arange(9),
    )
    order = rng.permutation(20)

    one, other = (
        lanczos_resample(v, t, volumes, cutoff_hz=1.0)
        for v, t in ((values, time_s), (values[order], time_s[order]))
    )

    np.testing.assert_allclose(one, other, atol=1e-12)


def test_a_box_takes_half_a_tr_before_and_after():
    values, time_s = np.array([[1.0], [2], [4], [8]]), np.array([0.0, 0.9, 1.0, 3.5])
    volumes = np.array([0.0, 2.0, 4.0, 6.0])

    mean = box_average(values, time_s, volumes, tr_s=2)
    total = box_average(values, time_s, volumes, tr_s=2, combine="sum")

    assert mean.ravel().tolist() == [1.5, 4, 8, 0]
    assert total.ravel().tolist() == [3, 4, 8, 0]


@pytest.mark.parametrize("method", ["lanczos", "box"])
def test_nothing_crosses_from_one_run_into_another(method):
    timeline = Timeline(
        run=np.array(["a"] * 5 + ["b"] * 5), time_s=np.tile(np.arange(5.0), 2), tr_s=1
    )
    values, time_s = np.full((5, 1), 99.0), np.arange(5.0)

    found = resample_runs(values, np.full(5, "a"), time_s, timeline, method=method)

    assert (found[5:] == 0).all()
    assert (found[:5] > 0).all()


def test_runs_may_lie_mixed():
    timeline = Timeline(np.array(["a", "b", "a"]), np.array([0.0, 0.0, 5.0]), 1.0)
    run, values = np.array(["a", "b"]), np.array([[1.0], [2.0]])

    found = resample_runs(values, run, np.zeros(2), timeline)

    assert found.ravel().tolist() == [1, 2, 0]


def test_values_of_a_run_without_volumes_are_refused():
    timeline = Timeline(np.array(["a"]), np.zeros(1), 1.0)

    with pytest.raises(
        DataError, match=r"1 of 2 values belong to runs without .*\(b\)"
    ):
        resample_runs(np.ones((2, 1)), np.array(["a", "b"]), np.zeros(2), timeline)


def test_one_time_per_value_is_needed():
    with pytest.raises(ShapeMismatchError, match="2 values, but 3 times"):
        lanczos_resample(np.ones((2, 1)), np.zeros(3), np.zeros(1), cutoff_hz=1)


METHODS = pytest.mark.parametrize("method", ["lanczos", "box"])


def two_runs(values, time_s, method, combine="sum"):
    volumes = np.tile(np.arange(0, 40, 2.0), 2)
    timeline = Timeline(np.repeat(["a", "b"], 20), volumes, tr_s=2.0)
    run = np.where(np.arange(len(values)) % 2, "b", "a")
    return resample_runs(values, run, time_s, timeline, method=method, combine=combine)


@METHODS
@pytest.mark.parametrize("combine", ["sum", "mean"])
def test_resampling_is_linear_in_the_values(method, combine):
    rng = np.random.default_rng(2)
    one, other, time_s = *rng.normal(size=(2, 60, 2)), rng.uniform(0, 40, 60)

    found = two_runs(3 * one - other, time_s, method, combine)

    expected = 3 * two_runs(one, time_s, method, combine)
    expected -= two_runs(other, time_s, method, combine)
    np.testing.assert_allclose(found, expected, atol=1e-10)


@METHODS
def test_a_value_that_is_missing_spoils_only_the_volumes_around_it(method):
    rng = np.random.default_rng(3)
    values, time_s = rng.normal(size=(200, 1)), np.linspace(0, 39, 200)
    spoiled = values.copy()
    spoiled[100] = np.nan

    found, clean = (two_runs(v, time_s, method)[:, 0] for v in (spoiled, values))

    volumes = np.tile(np.arange(0, 40, 2.0), 2)
    near = (np.abs(volumes - time_s[100]) < 6) & (np.arange(40) < 20)
    np.testing.assert_allclose(found[~near], clean[~near])
    assert np.isnan(found).sum() == (1 if method == "box" else near.sum())


@METHODS
def test_a_large_value_does_not_blur_those_after_it(method):
    values, time_s = np.ones((40, 1)), np.arange(40.0)
    huge = values.copy()
    huge[0] = 1e17

    found, clean = (two_runs(v, time_s, method)[:, 0] for v in (huge, values))

    np.testing.assert_allclose(found[5:], clean[5:], rtol=1e-12)


@METHODS
def test_the_zero_of_a_story_s_clock_does_not_matter(method):
    rng = np.random.default_rng(4)
    values, time_s = rng.normal(size=(50, 2)), rng.uniform(0, 30, 50)
    run, volumes = np.full(50, "a"), np.arange(0, 30, 1.5)

    def resample(shift_s):
        timeline = Timeline(np.full(20, "a"), volumes + shift_s, 1.5)
        return resample_runs(values, run, time_s + shift_s, timeline, method=method)

    np.testing.assert_allclose(resample(1024.0), resample(0.0), atol=1e-9)


@METHODS
def test_without_values_all_volumes_are_silent(method):
    found = two_runs(np.zeros((0, 3)), np.zeros(0), method)

    assert found.shape == (40, 3)
    assert not found.any()
