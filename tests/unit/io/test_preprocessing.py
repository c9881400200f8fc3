"""Raw BIDS in, derivatives that the rest of the workflow reads out."""

import json

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.confounds import read_confounds
from boldwise.io.images import read_grid, read_mask, read_volume
from boldwise.io.preprocessing import (
    RawSource,
    read_raw_header,
    read_raw_run,
    read_reference,
    write_preprocessed,
    write_reference,
)
from boldwise.io.timing import read_timing
from boldwise.responses.confound_table import tabulate_confounds
from boldwise.responses.preprocessing import PreprocessedRun
from boldwise.responses.rigid import Volume

NAME = "sub-01/func/sub-01_task-a_run-1_bold.nii.gz"
TIMES = {"RepetitionTime": 2.0, "SliceTiming": [0.0, 1.0]}


@pytest.fixture
def source(files):
    """Write one good run with its sidecar."""
    files.bold(NAME)
    files.text("task-a_bold.json", json.dumps(TIMES))
    return RawSource(str(files.folder))


def test_a_run_is_read_with_what_its_sidecars_say(files, source):
    run = read_raw_run(files.folder / NAME, source)

    assert run.bold.shape == (4, 3, 2, 60)
    assert run.tr_s == 2.0
    assert run.start_time_s == 1.0
    assert run.slice_axis == 2
    np.testing.assert_array_equal(run.slice_time_s, [0, 1])
    np.testing.assert_allclose(run.affine, files.affine)


def test_slice_times_are_not_asked_for_where_they_are_not_used(files):
    files.bold(NAME)
    files.text("task-a_bold.json", json.dumps({"RepetitionTime": 2.0}))
    path = files.folder / NAME

    with pytest.raises(DataError, match="no sidecar with `SliceTiming`"):
        read_raw_run(path, RawSource(str(files.folder)))
    run = read_raw_run(path, RawSource(str(files.folder), slice_timing=False))

    assert run.slice_time_s is None


def test_the_header_alone_tells_what_is_wrong(files, source):
    files.nifti(NAME, np.ones((4, 3, 2), np.float32))

    with pytest.raises(DataError, match=r"1 volume of shape .* not a 4-D run"):
        read_raw_header(files.folder / NAME, source)


def test_single_echoes_are_named(files, source):
    path = files.folder / NAME
    for echo in (1, 2, 3):
        files.bold(NAME.replace("_bold", f"_echo-{echo}_bold"))
    path.unlink()

    with pytest.raises(DataError, match=r"3 echoes .*echo-1.*echo-3.*does not combine"):
        read_raw_header(path, source)


def test_a_missing_run_is_named(files, source):
    with pytest.raises(DataError, match=r"run-9_bold.nii.gz: no such file"):
        read_raw_header(files.folder / NAME.replace("run-1", "run-9"), source)


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "run-1_bold.nii.gz: flat: all voxels are 0"), (7, "flat: no voxel changes")],
)
def test_a_flat_run_is_named(files, source, value, told):
    files.nifti(NAME, np.full((4, 3, 2, 60), value, np.int16))

    with pytest.raises(DataError, match=told):
        read_raw_run(files.folder / NAME, source)


def test_integers_that_lost_their_scale_are_refused(files, source):
    rounded = np.rint(files.rng.normal(0, 1, size=(4, 3, 2, 60))).astype(np.int16)
    files.nifti(NAME, rounded)

    with pytest.raises(DataError, match=r"whole numbers from .* without the scale"):
        read_raw_run(files.folder / NAME, source)


def test_scaled_integers_are_read_as_they_were_meant(files, source):
    data = files.rng.normal(1000, 100, size=(6, 6, 4, 60))
    files.text("task-a_bold.json", json.dumps({**TIMES, "SliceTiming": [0] * 4}))
    files.nifti(NAME, np.rint(data).astype(np.int16))

    run = read_raw_run(files.folder / NAME, source)

    np.testing.assert_array_equal(run.bold, np.rint(data))


def test_the_workflow_reads_what_was_written(files, source):
    raw = read_raw_run(files.folder / NAME, source)
    mask = np.zeros(raw.bold.shape[:3], bool)
    mask[1:] = True
    motion = files.rng.normal(0, 0.01, size=(60, 6))
    confounds = tabulate_confounds(raw.bold[mask].T, motion, tr_s=2.0)
    run = PreprocessedRun(raw.bold, raw.affine, mask, motion, confounds)
    out = {
        key: str(files.folder / "out" / name)
        for key, name in {
            "bold": "a_desc-preproc_bold.nii.gz",
            "sidecar": "a_desc-preproc_bold.json",
            "mask": "a_desc-brain_mask.nii.gz",
            "confounds": "a_desc-confounds_timeseries.tsv",
            "confounds_sidecar": "a_desc-confounds_timeseries.json",
        }.items()
    }

    write_preprocessed(out, run, raw, source=str(files.folder / NAME))

    grid = read_grid(out["bold"])
    timing = read_timing(grid)
    assert (timing.tr_s, timing.start_time_s) == (2.0, 1.0)
    np.testing.assert_array_equal(read_volume(out["bold"])[0], raw.bold)
    np.testing.assert_array_equal(read_mask(out["mask"], grid), mask)
    found = read_confounds(out["confounds"], ["motion"])
    np.testing.assert_allclose(found, motion, rtol=1e-6)
    about = json.loads((files.folder / "out/a_desc-preproc_bold.json").read_text())
    assert about["SliceTimingCorrected"] is True
    assert about["Sources"] == ["sub-01_task-a_run-1_bold.nii.gz"]
    columns = json.loads(
        (files.folder / "out/a_desc-confounds_timeseries.json").read_text()
    )
    assert columns["rot_x"]["Units"] == "rad"
    assert "Rx Ry Rz" in columns["trans_x"]["Description"]


def test_the_reference_comes_back_with_its_place(files):
    image = files.rng.normal(size=(4, 3, 2)).astype(np.float32)
    path = files.folder / "ref.nii.gz"

    write_reference(path, Volume(image, files.affine))
    found = read_reference([str(path)])

    np.testing.assert_array_equal(found.image, image)
    np.testing.assert_allclose(found.affine, files.affine)
    assert read_reference([]) is None
