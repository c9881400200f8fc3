"""Records of quality: means over runs of what is known, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from tiny_quality import tiny_betas, tiny_quality

from boldwise.reporting.quality import QualityFacts


@pytest.fixture
def series():
    """Give two runs of 120 voxels."""
    return tiny_quality().series


def with_tsnr(series, *rows):
    """Exchange the ratios of the runs."""
    runs = [
        replace(series.runs[0], run=str(k), tsnr=np.array(row, float))
        for k, row in enumerate(rows)
    ]
    return replace(series, runs=runs)


def test_the_ratio_of_a_voxel_is_the_mean_over_the_runs_that_know_it(series):
    nan = np.nan
    found = with_tsnr(series, [10, nan, nan, 4], [30, 50, nan, 6], [nan, 70, nan, 8])

    np.testing.assert_allclose(found.tsnr, [20, 60, nan, 6])


def test_an_infinite_ratio_is_no_ratio(series):
    np.testing.assert_allclose(with_tsnr(series, [np.inf, 5], [3, 7]).tsnr, [3, 6])


def test_the_order_of_runs_does_not_matter(series):
    rows = np.random.default_rng(0).uniform(10, 90, (3, 7))

    one, other = with_tsnr(series, *rows), with_tsnr(series, *rows[::-1])

    np.testing.assert_allclose(one.tsnr, other.tsnr)


def test_reading_the_ratio_leaves_the_runs_as_they_were(series):
    series.runs[0].tsnr[3] = np.nan
    before = [run.tsnr.copy() for run in series.runs]

    assert np.isfinite(series.tsnr[3])  # known from the other run
    for run, known in zip(series.runs, before, strict=True):
        np.testing.assert_array_equal(run.tsnr, known)


def test_the_background_is_that_of_the_series_where_there_is_one():
    quality = tiny_quality()

    assert quality.background is quality.series.background
    assert tiny_betas().background is None


def test_facts_start_out_unknown_and_not_zero():
    facts = QualityFacts()

    numbers = (facts.ceiling, facts.null_ceiling, facts.removed, facts.expected)
    assert np.isnan(numbers).all()
    assert (facts.runs, facts.n_repeated) == ((), 0)
