"""Sidecars of raw runs: inherited as BIDS says, checked before they are believed."""

import json

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.images import Grid
from boldwise.io.raw_sidecars import read_raw_sidecar, repetition_time, slice_times

RUN = "sub-01/func/sub-01_task-a_run-1_bold.nii.gz"


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


def grid(folder, tr_s=2.0):
    return Grid(folder / RUN, (4, 4, 3), np.eye(4), 10, tr_s)


def test_nearer_files_win_over_farther_ones(tmp_path):
    write(tmp_path, "task-a_bold.json", {"RepetitionTime": 1.0, "SliceTiming": [0]})
    write(tmp_path, "task-b_bold.json", {"RepetitionTime": 9.0})
    write(tmp_path, "sub-01/sub-01_bold.json", {"EchoTime": 0.03})
    write(tmp_path, RUN.replace("nii.gz", "json"), {"RepetitionTime": 2.0})
    write(tmp_path, "sub-01/func/sub-01_task-a_run-2_bold.json", {"EchoTime": 1})

    told = read_raw_sidecar(tmp_path / RUN, tmp_path)

    assert told == {"RepetitionTime": 2.0, "SliceTiming": [0], "EchoTime": 0.03}


def test_a_run_whose_name_is_not_of_bids_has_the_file_beside_it(tmp_path):
    write(tmp_path, "deep/bold.json", {"RepetitionTime": 2.5})

    told = read_raw_sidecar(tmp_path / "deep/bold_25mm.nii.gz", tmp_path)
    write(tmp_path, "deep/bold_25mm.json", {"RepetitionTime": 2.0})
    beside = read_raw_sidecar(tmp_path / "deep/bold_25mm.nii.gz", tmp_path)

    assert told == {}
    assert beside == {"RepetitionTime": 2.0}


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "not JSON .* in line 1"), ("[1]", "holds no JSON object")],
)
def test_a_broken_sidecar_is_named(tmp_path, content, told):
    write(tmp_path, "task-a_bold.json", content)

    with pytest.raises(DataError, match=f"task-a_bold.json: {told}"):
        read_raw_sidecar(tmp_path / RUN, tmp_path)


def test_the_repetition_time_is_that_of_the_setting_then_of_the_sidecar(tmp_path):
    assert repetition_time(grid(tmp_path), {"RepetitionTime": 2.0}) == 2.0
    assert repetition_time(grid(tmp_path), {"RepetitionTime": 9.0}, tr_s=1.5) == 1.5
    assert repetition_time(grid(tmp_path, None), {"RepetitionTime": 0.8}) == 0.8


@pytest.mark.parametrize(
    ("sidecar", "tr_s", "told"),
    [
        ({}, 2.0, "no sidecar with `RepetitionTime` for it; the header says 2 s"),
        ({}, None, "no sidecar with `RepetitionTime` for it. Mend"),
        ({"RepetitionTime": 1.5}, 2.0, "header says .* 2 s, the sidecar says 1.5 s"),
        ({"RepetitionTime": "2"}, 2.0, "'RepetitionTime' of its sidecar is no number"),
        ({"RepetitionTime": 2000}, 2000.0, "2000 s looks like milliseconds"),
    ],
)
def test_a_repetition_time_that_cannot_be_is_told(tmp_path, sidecar, tr_s, told):
    with pytest.raises(DataError, match=told):
        repetition_time(grid(tmp_path, tr_s), sidecar)


@pytest.mark.parametrize(
    ("direction", "axis", "times"),
    [
        ("k", 2, [0, 1, 2]),
        ("k-", 2, [2, 1, 0]),
        ("j", 1, [0, 1, 2]),
        ("i-", 0, [2, 1, 0]),
    ],
)
def test_slices_are_counted_along_their_direction(tmp_path, direction, axis, times):
    sidecar = {"SliceTiming": [0, 1, 2], "SliceEncodingDirection": direction}

    slices = slice_times(grid(tmp_path), sidecar)

    assert slices.axis == axis
    np.testing.assert_array_equal(slices.time_s, times)


@pytest.mark.parametrize(
    ("sidecar", "told"),
    [
        ({}, "no sidecar with `SliceTiming` for it.*slice_timing: false"),
        ({"SliceTiming": "interleaved"}, "`SliceTiming` of its sidecar is no list"),
        (
            {"SliceTiming": [0, 1, 2], "SliceEncodingDirection": "z"},
            "`SliceEncodingDirection` is 'z'; known: i, j, k",
        ),
    ],
)
def test_slice_times_that_cannot_be_are_told(tmp_path, sidecar, told):
    with pytest.raises(DataError, match=told):
        slice_times(grid(tmp_path), sidecar)
