"""Options of the preprocessing, and the names of what it writes."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.preprocessing import (
    BuiltinPreprocessing,
    FmriprepPreprocessing,
    derivative_names,
    task_of,
)

BUILTIN = BuiltinPreprocessing(kind="builtin")
BIDS = "sub-{subject}/func/sub-{subject}_task-a_run-{run}_bold.nii.gz"
STUDY = {
    "responses": {"estimate": "block_mean"},
    "splits": {"main": {"kind": "leave_group_out", "by": "run"}},
    "feature_spaces": {"category": {"kind": "category"}},
}
DATASET = {
    "kind": "bold",
    "name": "study",
    "root": "raw",
    "subjects": ["01"],
    "runs": ["1", "2"],
    "bold": BIDS,
    "events": BIDS.replace("bold.nii.gz", "events.tsv"),
    "stimuli": {"from_events": True},
}


def load(preprocessing, **changes):
    dataset = {**DATASET, "preprocessing": preprocessing, **changes}
    return load_config({**STUDY, "dataset": dataset}).dataset


def fmriprep(**options):
    return FmriprepPreprocessing(kind="fmriprep", license="l.txt", **options)


def test_the_builtin_keeps_the_name_of_the_run():
    names = derivative_names(BIDS, BUILTIN)

    lead = "sub-{subject}/func/sub-{subject}_task-a_run-{run}"
    assert names == {
        "bold": f"{lead}_desc-preproc_bold.nii.gz",
        "sidecar": f"{lead}_desc-preproc_bold.json",
        "mask": f"{lead}_desc-brain_mask.nii.gz",
        "confounds": f"{lead}_desc-confounds_timeseries.tsv",
        "confounds_sidecar": f"{lead}_desc-confounds_timeseries.json",
    }


@pytest.mark.parametrize(
    ("bold", "lead"),
    [
        (
            "s{subject}/run{run}/bold.nii.gz",
            "sub-{subject}/func/sub-{subject}_run-{run}",
        ),
        (
            "{subject}/{session}/{run}.nii",
            "sub-{subject}/ses-{session}/func/sub-{subject}_ses-{session}_run-{run}",
        ),
        (
            BIDS.replace("_bold", "_echo-2_bold"),
            "sub-{subject}/func/sub-{subject}_task-a_run-{run}",
        ),
    ],
)
def test_other_names_are_made_of_their_labels(bold, lead):
    assert derivative_names(bold, BUILTIN)["mask"] == f"{lead}_desc-brain_mask.nii.gz"


@pytest.mark.parametrize(
    ("space", "labels"),
    [
        ("T1w", "_space-T1w"),
        ("MNI152NLin2009cAsym:res-2", "_space-MNI152NLin2009cAsym_res-2"),
        ("MNIInfant:res-1:cohort-3", "_space-MNIInfant_cohort-3_res-1"),
    ],
)
def test_fmriprep_names_its_first_space(space, labels):
    names = derivative_names(BIDS, fmriprep(output_spaces=[space, "fsaverage"]))

    lead = "sub-{subject}/func/sub-{subject}_task-a_run-{run}"
    assert names["bold"] == f"{lead}{labels}_desc-preproc_bold.nii.gz"
    assert names["confounds"] == f"{lead}_desc-confounds_timeseries.tsv"


def test_the_task_is_read_from_the_name():
    assert task_of(BIDS) == "a"
    assert task_of("run{run}.nii") is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"version": "latest"}, "version: 'latest' means another program"),
        ({"output_spaces": ["fsaverage"]}, "'fsaverage' is a surface"),
        ({"output_spaces": ["func"]}, "'func' is another grid in each run"),
        ({"output_space": ["T1w"]}, "unknown key 'output_space'; did you mean"),
    ],
)
def test_options_of_fmriprep_that_cannot_work_are_told(options, told):
    with pytest.raises(ConfigError, match=told):
        load({"kind": "fmriprep", "license": "l.txt", **options})


@pytest.mark.parametrize(
    ("preprocessing", "changes", "told"),
    [
        ("builtin", {"confounds": "c.tsv"}, "dataset.confounds: builtin preprocessing"),
        ("builtin", {"start_time_s": 1.0}, "dataset.start_time_s: builtin"),
        ("builtin", {"bold": "{run}.func.gii"}, "is no NIfTI file, as raw runs are"),
        ("fmriprep", {"bold": "{run}.nii"}, "is no name of BIDS, which fMRIPrep needs"),
        ("builtim", {}, "unknown kind 'builtim'; did you mean 'builtin'"),
    ],
)
def test_what_preprocessing_finds_out_itself_is_not_given(preprocessing, changes, told):
    options = {"license": "l.txt"} if preprocessing == "fmriprep" else {}

    with pytest.raises(ConfigError, match=told):
        load({"kind": preprocessing, **options}, **changes)


def test_without_preprocessing_all_may_be_given():
    assert load({"kind": "none"}, confounds="c.tsv").confounds == "c.tsv"
