"""One command goes from raw BIDS to the report, with or without fMRIPrep."""

import pytest
import yaml

pytestmark = pytest.mark.workflow
RUN = "sub-01/func/sub-01_task-a_run-{}_bold.nii.gz"
STUDY = {
    "dataset": {
        "name": "raw",
        "kind": "bold",
        "root": "bids",
        "subjects": ["01"],
        "runs": ["1", "2"],
        "bold": "sub-{subject}/func/sub-{subject}_task-a_run-{run}_bold.nii.gz",
        "events": "sub-{subject}/func/sub-{subject}_task-a_run-{run}_events.tsv",
        "stimuli": {"from_events": True},
    },
    "responses": {"estimate": "block_mean"},
    "splits": {"runs": {"kind": "leave_group_out", "by": "run", "cv_by": "run"}},
    "feature_spaces": {"category": {"kind": "category"}},
    "encoders": {"category": {"kind": "ridge", "features": ["category"]}},
    "evaluation": {"ceiling": "none"},
}


@pytest.fixture
def raw(finished, tmp_path):
    """Give a study of raw BIDS whose files exist, but are never opened."""

    def write(**preprocessing):
        for run in "12":
            bold = tmp_path / "bids" / RUN.format(run)
            bold.parent.mkdir(parents=True, exist_ok=True)
            bold.touch()
            bold.with_name(bold.name.replace("bold.nii.gz", "events.tsv")).touch()
        study = {
            **STUDY,
            "dataset": {**STUDY["dataset"], "preprocessing": preprocessing},
        }
        path = tmp_path / "raw.yaml"
        path.write_text(yaml.safe_dump(study))
        return type(finished)(finished.checkout, tmp_path, path)

    return write


def test_the_builtin_stands_between_raw_runs_and_the_report(raw, jobs):
    text = raw(kind="builtin").snakemake("--dry-run")

    planned = [rule for rule, _ in jobs(text)]
    assert planned.count("preprocess_run") == 2
    assert planned.count("make_reference") == 1
    assert "write_report" in planned
    lead = "results/raw/preprocessed/sub-01/func/sub-01_task-a_run-1"
    assert f"{lead}_desc-preproc_bold.nii.gz" in text


def test_fmriprep_is_one_job_per_subject_before_the_responses(raw, jobs):
    text = raw(kind="fmriprep", license="license.txt").snakemake("--dry-run")

    planned = [rule for rule, _ in jobs(text)]
    assert planned.count("run_fmriprep") == 1
    assert "preprocess_run" not in planned
    assert "write_report" in planned
    lead = "results/raw/preprocessed/sub-01/func/sub-01_task-a_run-2_space-T1w"
    assert f"{lead}_desc-preproc_bold.nii.gz" in text


def test_without_a_container_the_job_ends_with_a_sentence(raw):
    run = raw(kind="fmriprep", license="none.txt")

    text = run.snakemake("--until", "run_fmriprep", ok=False)

    assert "none.txt: no such file. fMRIPrep needs a licence file of FreeSurfer" in text
    assert "Traceback" not in text


def test_runs_that_are_not_realigned_need_no_reference(raw, jobs):
    study = raw(kind="builtin", realign=False, slice_timing=False)

    planned = [rule for rule, _ in jobs(study.snakemake("--dry-run"))]

    assert planned.count("preprocess_run") == 2
    assert "make_reference" not in planned
