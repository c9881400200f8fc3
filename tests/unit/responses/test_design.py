"""Regressors are exact at the times that volumes stand for."""

import numpy as np
import pytest
from nilearn.glm.first_level import compute_regressor

from boldwise.errors import ShapeMismatchError
from boldwise.responses.design import event_problems, trial_regressors, volume_times


def test_volumes_stand_for_the_middle_of_their_repetition_time():
    times = volume_times(3, 2.0, start_time_s=1.0)

    np.testing.assert_array_equal(times, [1, 3, 5])


@pytest.mark.parametrize("hrf", ["glover", "spm"])
def test_a_regressor_is_nilearns_at_the_same_times(hrf):
    time_s = volume_times(40, 1.5, start_time_s=0.75)
    onset_s, duration_s = np.array([4.37]), np.array([3.0])
    oversampling = 300

    ours = trial_regressors(onset_s, duration_s, time_s, hrf=hrf)[:, 0]

    event = (onset_s, duration_s, np.ones(1))
    theirs, _ = compute_regressor(event, hrf, time_s, oversampling=oversampling)
    scale = theirs[:, 0] @ ours / (ours @ ours)
    np.testing.assert_allclose(theirs[:, 0], scale * ours, atol=5e-3 * scale)


def test_a_trial_half_a_volume_later_is_seen_half_a_volume_later():
    duration_s = np.array([1.0, 1.0])
    early = volume_times(20, 2.0, start_time_s=0.0)

    both = trial_regressors(np.array([4.0, 5.0]), duration_s, early, hrf="glover")
    shifted = trial_regressors(duration_s * 4, duration_s, early - 1.0, hrf="glover")

    np.testing.assert_allclose(both[:, 1], shifted[:, 0], atol=1e-12)
    assert np.abs(both[:, 0] - both[:, 1]).max() > 0.1


def test_trials_of_several_durations_keep_their_columns():
    time_s = volume_times(30, 2.0, start_time_s=1.0)
    onset_s, duration_s = np.array([2.0, 20.0, 9.0]), np.array([4.0, 1.0, 4.0])

    together = trial_regressors(onset_s, duration_s, time_s, hrf="spm")

    for i in range(3):
        alone = trial_regressors(onset_s[[i]], duration_s[[i]], time_s, hrf="spm")
        np.testing.assert_array_equal(together[:, i], alone[:, 0])


def test_onsets_and_durations_must_pair():
    with pytest.raises(ShapeMismatchError, match="2 onsets, but 1 durations"):
        trial_regressors(np.zeros(2), np.ones(1), np.arange(5.0), hrf="spm")


def problems(onset_s, duration_s):
    onset_s, duration_s = np.array(onset_s), np.array(duration_s)
    return event_problems(onset_s, duration_s, run_length_s=100.0, tr_s=2.0)


def test_events_within_the_run_are_no_problem():
    assert problems([0.0, 98.0], [2.0, 4.0]) == []


@pytest.mark.parametrize(
    ("onset_s", "duration_s", "said"),
    [
        (
            [1.0, 120.0],
            [1.0, 1.0],
            r"1 events reach beyond.*lasts 100 s.*ends at 121 s",
        ),
        ([1.0, 97.0], [1.0, 9.0], "1 events reach beyond the run"),
        (
            [1.0, 250000.0],
            [1.0, 1.0],
            "at 250000, but the run lasts 100 s.*milliseconds",
        ),
        ([np.nan, 3.0], [1.0, 1.0], "1 of 2 events have no onset.*row 2"),
        ([1.0, -3.0], [1.0, 1.0], "1 events start before the run.*row 3"),
        ([1.0, 3.0], [1.0, -1.0], "less than 0 s"),
    ],
)
def test_events_that_cannot_be_are_named(onset_s, duration_s, said):
    (found,) = problems(onset_s, duration_s)

    with pytest.raises(AssertionError, match=said):
        raise AssertionError(found)
