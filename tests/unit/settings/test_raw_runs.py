"""What preprocessing reads and writes, and what is read after it."""

import pytest

from boldwise.io.containers import Fmriprep
from boldwise.settings.config import load_config
from boldwise.settings.raw_runs import (
    as_preprocessed,
    fmriprep_source,
    preprocessing_kind,
    raw_run,
    raw_source,
    reference_output,
    run_outputs,
    subject_outputs,
)
from boldwise.settings.sources import response_files, response_source

FILES = "sub-{subject}/ses-{session}/sub-{subject}_ses-{session}_task-a_run-{run}"
STUDY = {
    "responses": {"estimate": "block_mean"},
    "splits": {"main": {"kind": "leave_group_out", "by": "run"}},
    "feature_spaces": {"category": {"kind": "category"}},
}
DATASET = {
    "kind": "bold",
    "name": "study",
    "root": "$DATA",
    "subjects": ["01"],
    "runs": ["1", "2"],
    "sessions": {"am": ["1"], "pm": ["2"]},
    "bold": f"{FILES}_bold.nii.gz",
    "events": f"{FILES}_events.tsv",
    "rois": {"V1": "rois/sub-{subject}_V1.nii.gz"},
    "tr_s": 1.5,
    "stimuli": {"from_events": True},
}
LEAD = "results/study/preprocessed/sub-01/ses-{0}/func/sub-01_ses-{0}_task-a_run-{1}"


@pytest.fixture(autouse=True)
def _folder(monkeypatch):
    monkeypatch.setenv("DATA", "/data/{odd}")


def load(**preprocessing):
    dataset = {**DATASET, "preprocessing": preprocessing}
    return load_config({**STUDY, "dataset": dataset}).dataset


def simulated(kind):
    dataset = {"kind": "simulated", "name": "s", "subjects": ["01"]}
    study = {**STUDY, "dataset": {**dataset, "preprocessing": {"kind": kind}}}
    return load_config(study).dataset


def test_a_dataset_that_is_preprocessed_already_stays_as_it_is():
    dataset = load(kind="none")

    assert preprocessing_kind(dataset) == "none"
    assert as_preprocessed(dataset) is dataset
    assert run_outputs(dataset) == {}


def test_responses_are_read_from_what_preprocessing_writes():
    dataset = load(kind="builtin")

    read = response_files(as_preprocessed(dataset), "01")

    written = subject_outputs(dataset, "01")
    own = [path for path in read if path.startswith("results/")]
    assert set(own) < set(written)
    assert f"{LEAD.format('pm', '2')}_desc-preproc_bold.nii.gz" in own
    assert f"{LEAD.format('am', '1')}_desc-brain_mask.nii.gz" in own
    given = [path for path in read if path not in own]
    name = "sub-01/ses-am/sub-01_ses-am_task-a_run-1_events.tsv"
    assert f"/data/{{odd}}/{name}" in given
    assert "/data/{odd}/rois/sub-01_V1.nii.gz" in given


def test_what_is_not_about_files_is_kept():
    source = response_source(as_preprocessed(load(kind="builtin")))

    assert source["kind"] == "bold"
    assert source["tr_s"] == 1.5
    assert source["start_time_s"] is None
    assert source["sessions"] == {"am": ["1"], "pm": ["2"]}


def test_a_given_mask_wins():
    dataset = load(kind="builtin").model_copy(update={"mask": "mask.nii.gz"})

    assert as_preprocessed(dataset).mask == "/data/{{odd}}/mask.nii.gz"


def test_atlases_are_found_from_where_the_workflow_runs():
    given = load_config(
        {
            **STUDY,
            "dataset": {
                **DATASET,
                "atlases": {"own": {"path": "atlas.nii.gz"}},
                "preprocessing": {"kind": "builtin"},
            },
        }
    ).dataset

    found = as_preprocessed(given).atlases["own"]
    assert found.path == "/data/{{odd}}/atlas.nii.gz"
    assert found.lookup is None


def test_raw_runs_are_named_with_their_session():
    path = raw_run(load(kind="builtin"), "01", "2")

    name = "sub-01/ses-pm/sub-01_ses-pm_task-a_run-2_bold.nii.gz"
    assert path == f"/data/{{odd}}/{name}"


def test_outputs_of_a_subject_may_keep_its_wildcard():
    paths = subject_outputs(load(kind="builtin"), "{subject}")

    assert len(paths) == 10
    assert all("{subject}" in path and "{run}" not in path for path in paths)
    assert "{subject}" in reference_output(load(kind="builtin"))


def test_slice_times_are_needed_only_where_they_are_used():
    assert raw_source(load(kind="builtin"))["slice_timing"] is True
    assert raw_source(load(kind="builtin", slice_timing=False))["slice_timing"] is False
    assert raw_source(load(kind="builtin"))["tr_s"] == 1.5


def test_fmriprep_gets_its_folders_and_options():
    dataset = load(kind="fmriprep", license="l.txt", output_spaces=["T1w"])

    source = Fmriprep(**fmriprep_source(dataset))

    assert source.output == "results/study/preprocessed"
    assert source.task == "a"
    assert source.license == "l.txt"
    assert fmriprep_source(load(kind="builtin")) == {}
    bold = run_outputs(dataset)["bold"]
    assert bold.endswith("_run-{run}_space-T1w_desc-preproc_bold.nii.gz")


def test_simulated_runs_can_be_preprocessed_too():
    dataset = simulated("builtin")
    read = as_preprocessed(dataset)

    assert raw_run(dataset, "01", "02") == (
        "results/s/bids/sub-01/func/sub-01_task-scenes_run-02_bold.nii.gz"
    )
    assert read.bold.startswith("results/s/preprocessed/sub-{subject}/func/")
    assert read.mask.startswith("results/s/bids/derivatives/fmriprep/")
    assert "early_visual" in read.rois
    assert response_source(read)["start_time_s"] == dataset.tr_s / 2


def test_the_known_motion_stays_the_default_of_the_simulation():
    dataset = simulated("none")

    assert as_preprocessed(dataset) is dataset


def test_absolute_files_are_read_from_the_same_place_as_without_preprocessing():
    mask, atlas = "/masks/sub-{subject}.nii.gz", {"path": "/atlas.nii.gz"}
    given = load(kind="builtin").model_dump()
    changes = {"mask": mask, "rois": {"V1": "/v1.nii"}, "atlases": {"a": atlas}}
    dataset = load_config({**STUDY, "dataset": {**given, **changes}}).dataset

    read = set(response_files(as_preprocessed(dataset), "01"))

    assert {"/masks/sub-01.nii.gz", "/v1.nii", "/atlas.nii.gz"} <= read
    assert read >= {p for p in response_files(dataset, "01") if "/data/" not in p}
