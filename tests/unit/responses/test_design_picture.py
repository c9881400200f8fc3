"""The model that is drawn is the model that was fitted, part by part."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.responses.design_picture import design_matrix, volumes_as_trials
from boldwise.responses.runs import Run, volume_ids

OPTIONS = {"high_pass_hz": 0.0, "detrend_order": 2}


@pytest.fixture
def run(rng):
    return Run(
        "03",
        "1",
        np.zeros((50, 4), np.float32),
        np.array(["a", "b"]),
        np.array([10.0, 40.0]),
        np.array([2.0, 2.0]),
        2.0,
        1.0,
        confounds=rng.normal(size=(50, 6)),
    )


def test_trials_drifts_and_confounds_stand_side_by_side(run):
    design = design_matrix(run, hrf="glover", **OPTIONS)

    assert design.groups == [("trials", 2), ("drifts", 3), ("confounds", 6)]
    assert design.matrix.shape == (50, 11)
    assert design.matrix[:, 0].argmax() in (7, 8)  # 5 to 6 s after 10 s, at TR 2 s
    np.testing.assert_array_equal(design.matrix[:, 5:], run.confounds)


def test_trials_that_are_not_convolved_are_boxes(run):
    boxes = design_matrix(run, hrf="none", **OPTIONS).matrix[:, :2]

    assert np.unique(boxes).tolist() == [0, 1]


def test_time_series_have_no_trials(run):
    design = design_matrix(run, hrf=None, **OPTIONS)

    assert [name for name, _ in design.groups] == ["drifts", "confounds"]


def test_every_volume_can_be_taken_for_a_trial(run):
    found = volumes_as_trials(run)

    assert found.stimulus_id.tolist() == volume_ids("03", 50).tolist()
    assert found.onset_s[:3].tolist() == [0, 2, 4]
    assert (found.duration_s == 2).all()


def test_impulses_have_a_shape_under_a_library_of_responses(run):
    events = replace(run, duration_s=np.zeros(2))

    design = design_matrix(events, hrf="library", **OPTIONS)

    expected = design_matrix(events, hrf="glover", **OPTIONS)
    np.testing.assert_array_equal(design.matrix, expected.matrix)
