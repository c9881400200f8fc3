"""Summaries say how many voxels or subjects they stand on."""

import numpy as np
import pytest

from boldwise.evaluation.scoring import VoxelScores
from boldwise.evaluation.summaries import Summary, average_subjects, summarise_regions


@pytest.fixture
def scores():
    """Five voxels: one undefined, two below the least ceiling."""
    r = np.array([0.1, 0.2, 0.6, np.nan, 0.4])
    q = np.array([0.5, 0.04, 0.01, np.nan, 0.06])
    masks = {
        "all": np.ones(5, bool),
        "V1": np.arange(5) < 2,
        "empty": np.zeros(5, bool),
    }
    draws = {name: np.linspace(0, 1, 101) for name in masks}
    return VoxelScores(
        r=r,
        r2=r**2,
        noise_ceiling=np.array([0.05, 0.04, 0.25, np.nan, 0.64]),
        normalised_r=np.array([np.nan, np.nan, 1.2, np.nan, 0.5]),
        p=q,
        q=q,
        p_fwer=q,
        masks=masks,
        r_draws=draws,
        normalised_draws=draws,
    )


def test_regions_are_summarised_by_medians_of_the_defined_voxels(scores):
    found = summarise_regions(scores, q=0.05)

    assert found["all", "r"].value == pytest.approx(0.3)
    assert found["all", "r"].n == 4
    assert found["all", "noise_ceiling"].value == pytest.approx(0.15)
    assert found["V1", "r2"].value == pytest.approx(0.025)


def test_normalised_scores_count_the_voxels_above_the_least_ceiling(scores):
    found = summarise_regions(scores, q=0.05)

    assert found["all", "normalised_r"].value == pytest.approx(0.85)
    assert found["all", "normalised_r"].n == 2
    assert np.isnan(found["V1", "normalised_r"].value)
    assert found["V1", "normalised_r"].n == 0
    assert np.isnan(found["V1", "normalised_r"].interval).all()


def test_the_share_of_significant_voxels_is_below_q(scores):
    found = summarise_regions(scores, q=0.05)

    assert found["all", "share_significant"].value == pytest.approx(2 / 4)
    assert found["all", "share_significant"].n == 4


def test_empty_regions_are_left_out(scores):
    assert not [key for key in summarise_regions(scores, q=0.05) if key[0] == "empty"]


def test_intervals_are_given_for_what_was_drawn(scores):
    found = summarise_regions(scores, q=0.05)

    assert found["all", "r"].interval == pytest.approx((0.025, 0.975))
    assert np.isnan(found["all", "noise_ceiling"].interval).all()


def test_subjects_without_a_value_are_left_out_of_the_mean():
    draws = np.full(10, 0.3)
    subjects = [
        Summary(0.3, 5, draws),
        Summary(0.5, 9, draws + 0.2),
        Summary(np.nan, 0),
    ]

    mean = average_subjects(subjects, seed=0)

    assert mean.value == pytest.approx(0.4)
    assert mean.n == 2
    assert mean.draws.shape == (10,)


def test_what_was_not_drawn_has_a_mean_but_no_interval():
    mean = average_subjects([Summary(0.3, 5), Summary(0.5, 9)], seed=0)

    assert mean.value == pytest.approx(0.4)
    assert np.isnan(mean.interval).all()
    assert average_subjects([], seed=0).n == 0


def test_differences_are_taken_draw_by_draw():
    a, b = Summary(0.5, 4, np.array([0.4, 0.6])), Summary(0.2, 3, np.array([0.1, 0.4]))

    difference = a - b

    assert difference.value == pytest.approx(0.3)
    assert difference.n == 3
    np.testing.assert_allclose(difference.draws, [0.3, 0.2])
    assert (a - Summary(0.1, 1)).draws is None
