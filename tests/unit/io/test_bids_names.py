"""Labels are read from names as other readers of BIDS read them."""

from pathlib import Path

import pytest
from nilearn.interfaces.bids import parse_bids_filename

from boldwise.io.bids_names import differing, labels_of, list_folder, parse_name

NAMES = [
    "sub-01_ses-pre_task-rest_run-02_bold.nii.gz",
    "sub-s1_task-x_hemi-L_space-fsaverage5_bold.func.gii",
    "sub-01_task-x_space-fsLR_den-91k_bold.dtseries.nii",
    "sub-01_task-x_desc-confounds_timeseries.tsv",
    "task-x_events.tsv",
]


@pytest.mark.parametrize("name", NAMES)
def test_nilearn_reads_the_same_labels(name):
    file = parse_name(Path("func", name))

    theirs = parse_bids_filename(f"func/{name}")
    assert dict(file.entities) == dict(theirs["entities"])
    assert file.suffix == theirs["suffix"]
    assert file.extension == "." + theirs["extension"]


@pytest.mark.parametrize(
    "name",
    ["README", "sub-01_bold", "sub-01_bold_space-T1w_preproc.nii.gz", ".DS_Store"],
)
def test_other_names_are_none_of_bids(name):
    assert parse_name(Path(name)) is None


def test_a_folder_lists_what_follows_bids_in_order(tmp_path):
    for name in ("sub-2_bold.nii.gz", "sub-1_bold.nii.gz", "notes.txt"):
        (tmp_path / name).touch()

    found = list_folder(tmp_path)

    assert [file.entities["sub"] for file in found] == ["1", "2"]
    assert list_folder(tmp_path / "absent") == []


def test_a_file_may_leave_labels_out_but_not_contradict():
    run = parse_name(Path("sub-1_task-x_run-2_bold.nii.gz"))

    assert parse_name(Path("task-x_events.tsv")).belongs_to(run)
    assert not parse_name(Path("sub-1_task-y_events.tsv")).belongs_to(run)


def test_what_tells_files_apart_is_named():
    files = [parse_name(Path(f"sub-1_{res}bold.nii.gz")) for res in ("res-2_", "")]

    assert differing(files) == {"res": ["2", "none"]}
    assert labels_of(files, "res") == ["2"]
    assert files[1].matches(res=None)
