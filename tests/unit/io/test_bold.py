"""A subject's runs become responses in the voxels of the mask."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.bold import read_bold
from boldwise.io.bold_plan import BoldSource
from boldwise.io.images import read_volume
from boldwise.responses.records import Voxels
from boldwise.responses.runs import Recipe, Run, estimate_responses

RECIPE = Recipe("least_squares_all", high_pass_hz=0)


def read(fields, *, recipe=RECIPE, **changes):
    source = BoldSource(**{**fields, **changes})
    return read_bold(source, "s1", recipe=recipe, confounds=[])


def test_responses_are_those_of_the_core(bold_fields, files):
    """Same numbers as when every array is handed over by hand."""
    inside = np.zeros(files.shape, bool)
    inside[1:3] = True
    runs = []
    for run in ("01", "02"):
        data, _ = read_volume(files.folder / f"sub-s1_run-{run}_bold.nii.gz")
        ids = np.array([f"{letter}-{run}" for letter in "abcde"])
        onset_s = 6 + 20.0 * np.arange(5)
        runs.append(
            Run(run, "1", data[inside].T, ids, onset_s, np.full(5, 3.0), 2.0, 0.9)
        )
    voxels = Voxels(np.argwhere(inside), files.shape)

    responses = read(bold_fields)

    expected = estimate_responses(runs, voxels, RECIPE)
    np.testing.assert_array_equal(responses.response, expected.response)
    np.testing.assert_array_equal(responses.voxels.ijk, expected.voxels.ijk)


def test_place_and_time_are_recorded(bold_fields, files):
    responses = read(bold_fields)

    np.testing.assert_array_equal(responses.voxels.affine, files.affine)
    assert responses.voxels.volume_shape == files.shape
    assert responses.tr_s == 2.0
    assert responses.space == "native"
    assert responses.notes["start_time_s"] == "0.9"
    assert responses.voxels.roi["region"].sum() == 6


def test_confounds_change_the_responses(bold_fields):
    source = BoldSource(**bold_fields)

    without = read(bold_fields)
    cleaned = read_bold(source, "s1", recipe=RECIPE, confounds=["motion"])

    assert np.abs(without.response - cleaned.response).max() > 0.01
    assert cleaned.notes["confounds"] == "motion"


def test_without_a_mask_the_background_is_left_out(bold_fields, files):
    for run in ("01", "02"):
        data = files.rng.normal(1000, 10, size=(*files.shape, 60)).astype(np.float32)
        data[0] = 0
        files.nifti(f"sub-s1_run-{run}_bold.nii.gz", data)

    responses = read(bold_fields, mask=None)

    assert responses.voxels.ijk[:, 0].min() == 1
    assert responses.response.shape == (10, 18)
    assert responses.notes["voxels_dropped"].startswith("6 of 24")


def test_volumes_come_with_their_ids(bold_fields):
    responses = read(bold_fields, recipe=Recipe("timeseries"))

    assert responses.response.shape == (120, 12)
    assert responses.trials.stimulus_id[60] == "run-02_volume-0000"


def test_a_subject_of_constant_voxels_is_refused_by_name(bold_fields, files):
    constant = np.full((*files.shape, 60), 100, np.float32)
    files.nifti("sub-s1_run-02_bold.nii.gz", constant)

    with pytest.raises(DataError, match="subject s1, none of 12 voxels"):
        read(bold_fields)


def test_events_at_one_time_are_refused_with_run_and_subject(bold_fields, files):
    files.events("sub-s1_run-02_events.tsv", (6, 3, "a"), (6, 3, "b"))

    with pytest.raises(DataError, match="subject s1, run 02: 2 trials cannot be told"):
        read(bold_fields)
