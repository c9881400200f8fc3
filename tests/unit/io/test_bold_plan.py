"""All that is wrong with a subject's runs is told before a volume is read."""

import numpy as np
import pytest
from derivatives import MESH, write_gifti

from boldwise.errors import DataError
from boldwise.io.bold_plan import BoldSource, plan_runs, read_masks, stimuli_of_runs
from boldwise.io.images import read_grid
from boldwise.io.scrubbing import Scrub


def plan(fields, *, wanted=("motion",), continuous=False, **changes):
    source = BoldSource(**{**fields, **changes})
    return plan_runs(source, "s1", confounds=wanted, continuous=continuous)


def test_headers_events_and_confounds_are_read_per_run(bold_fields):
    runs = plan(bold_fields)

    assert [one.run for one in runs] == ["01", "02"]
    assert runs[1].events.stimulus_id.tolist() == [
        "a-02",
        "b-02",
        "c-02",
        "d-02",
        "e-02",
    ]
    assert runs[0].confounds.shape == (60, 6)
    assert runs[0].timing.tr_s == 2.0
    assert runs[0].timing.start_time_s == 0.9


def test_confounds_are_left_out_where_none_are_wanted(bold_fields):
    assert plan(bold_fields, wanted=())[0].confounds is None
    assert plan(bold_fields, continuous=True)[0].confounds is not None


def test_continuous_data_need_no_events(bold_fields, files):
    for path in sorted(files.folder.glob("*_events.tsv")):
        path.unlink()

    runs = plan(bold_fields, continuous=True)

    assert len(runs[0].events.onset_s) == 0


def test_runs_belong_to_sessions(bold_fields):
    runs = plan(bold_fields, sessions={"am": ["02"], "pm": ["01"]})

    assert [one.session for one in runs] == ["pm", "am"]
    assert plan(bold_fields)[0].session == "1"


def test_sessions_may_stand_in_file_names(bold_fields, files):
    (files.folder / "ses-pm").mkdir()
    for path in sorted(files.folder.glob("sub-s1_run-01_*")):
        path.rename(files.folder / "ses-pm" / path.name)
    templates = {
        name: "ses-{session}/" + bold_fields[name]
        for name in ("bold", "events", "confounds")
    }

    (run,) = plan(bold_fields, runs=["01"], sessions={"pm": ["01"]}, **templates)

    assert run.session == "pm"


def test_problems_of_all_runs_come_together(bold_fields, files):
    (files.folder / "sub-s1_run-01_bold.nii.gz").unlink()
    files.events("sub-s1_run-02_events.tsv", (500, 3, "a"))
    files.motion("sub-s1_run-02_confounds.tsv", n_volumes=57)

    with pytest.raises(DataError) as caught:
        plan(bold_fields)

    one, two, three = str(caught.value).splitlines()
    assert "run-01_bold.nii.gz: no such file" in one
    assert "run-02_events.tsv: 1 events reach beyond the run, which lasts 120 s" in two
    assert "run-02_confounds.tsv: 57 rows of confounds, but" in three
    assert "has 60 volumes" in three


def test_onsets_in_milliseconds_are_suspected(bold_fields, files):
    files.events("sub-s1_run-02_events.tsv", (6000, 3000, "a"), (90000, 3000, "b"))

    with pytest.raises(DataError, match=r"run-02_events.tsv:.*look like milliseconds"):
        plan(bold_fields)


def test_runs_on_another_grid_are_refused(bold_fields, files):
    data = np.ones((5, 5, 5, 60), np.float32)
    files.nifti("sub-s1_run-02_bold.nii.gz", data)

    with pytest.raises(DataError, match=r"run-02.*shape \(5, 5, 5\), but .*run-01"):
        plan(bold_fields)


def test_masks_and_regions_on_another_grid_are_refused(bold_fields, files):
    files.nifti("sub-s1_mask.nii.gz", np.ones((2, 2, 2), np.uint8))

    with pytest.raises(DataError, match=r"sub-s1_mask.nii.gz: shape \(2, 2, 2\)"):
        plan(bold_fields)


def test_runs_of_several_repetition_times_are_refused_where_delays_count(
    bold_fields, files
):
    files.bold("sub-s1_run-02_bold.nii.gz", tr_s=1.8, n_volumes=70)
    (files.folder / "sub-s1_run-02_bold.json").unlink()
    files.motion("sub-s1_run-02_confounds.tsv", n_volumes=70)

    assert [one.timing.tr_s for one in plan(bold_fields)] == [2.0, pytest.approx(1.8)]
    with pytest.raises(DataError, match=r"repetition times of \[1.8, 2.0\] s. Delays"):
        plan(bold_fields, continuous=True)


def test_scrubbing_needs_a_table(bold_fields):
    source = BoldSource(**{**bold_fields, "confounds": None})

    with pytest.raises(DataError, match=r"`responses.scrub` needs confounds"):
        plan_runs(source, "s1", confounds=["motion"], scrub=Scrub())


def test_a_mask_of_vertices_keeps_what_is_above_zero(fmriprep):
    fmriprep.run("surface")
    for side, n_vertices in MESH.items():
        path = fmriprep.root / f"sub-01_{side}.shape.gii"
        write_gifti(path, [np.arange(n_vertices) % 4 - 1], side)
    source = BoldSource(
        str(fmriprep.root),
        query=fmriprep.query(space="fsaverage5"),
        mask="sub-{subject}_{hemisphere}.shape.gii",
    )
    (run,) = plan_runs(source, "01", confounds=["motion"])

    mask, _ = read_masks(source, "01", run.grid)

    expected = [np.arange(n) % 4 - 1 > 0 for n in MESH.values()]
    np.testing.assert_array_equal(mask, np.concatenate(expected))


def test_volumes_before_the_steady_state_do_not_count(fmriprep):
    fmriprep.run("volume")
    source = BoldSource(str(fmriprep.root), query=fmriprep.query())

    (run,) = plan_runs(source, "01", confounds=["motion"])
    (bare,) = plan_runs(source, "01", confounds=[])

    assert np.flatnonzero(~run.kept).tolist() == [0, 1]
    assert np.flatnonzero(~bare.kept).tolist() == [0, 1]
    assert bare.confounds is None


def test_a_single_volume_is_no_run(bold_fields, files):
    files.nifti("sub-s1_run-01_bold.nii.gz", np.ones(files.shape, np.float32))

    with pytest.raises(DataError, match="not a 4-D run"):
        plan(bold_fields, tr_s=2.0)


def test_masks_of_several_runs_are_intersected(bold_fields, files):
    files.mask("sub-s1_run-01_mask.nii.gz", slice(0, 3))
    files.mask("sub-s1_run-02_mask.nii.gz", slice(1, 4))
    source = BoldSource(
        **{**bold_fields, "mask": "sub-{subject}_run-{run}_mask.nii.gz"}
    )
    grid = read_grid(files.folder / "sub-s1_run-01_bold.nii.gz")

    mask, roi = read_masks(source, "s1", grid)

    assert mask.any((1, 2)).tolist() == [False, True, True, False]
    np.testing.assert_array_equal(roi["region"], np.argwhere(mask)[:, 0] == 2)


def test_masks_of_runs_must_meet(bold_fields, files):
    files.mask("sub-s1_run-01_mask.nii.gz", 0)
    files.mask("sub-s1_run-02_mask.nii.gz", 3)

    with pytest.raises(DataError, match="masks of 2 runs share no voxel"):
        plan(bold_fields, mask="sub-{subject}_run-{run}_mask.nii.gz", rois={})


def test_a_region_outside_the_mask_is_refused(bold_fields, files):
    files.mask("sub-s1_region.nii.gz", 0)

    with pytest.raises(DataError, match=r"no voxel of 'region' lies.*12 voxels"):
        plan(bold_fields)


def test_without_a_mask_every_voxel_is_looked_at(bold_fields, files):
    source = BoldSource(**{**bold_fields, "mask": None})
    grid = read_grid(files.folder / "sub-s1_run-01_bold.nii.gz")

    assert read_masks(source, "s1", grid)[0].all()


def test_stimuli_are_events_with_their_category(bold_fields, files):
    columns = ("onset", "duration", "stimulus_id", "trial_type")
    files.events("sub-s1_run-01_events.tsv", (2, 2, "a", "face"), columns=columns)

    found = stimuli_of_runs(plan(bold_fields), continuous=False)

    assert found["a"] == "face"
    assert found["e-02"] == ""


def test_volumes_are_the_stimuli_of_continuous_data(bold_fields):
    found = stimuli_of_runs(plan(bold_fields, continuous=True), continuous=True)

    assert len(found) == 120
    assert "run-02_volume-0059" in found
