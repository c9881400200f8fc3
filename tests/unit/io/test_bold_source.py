"""Runs are named by templates, or found by their labels."""

from pathlib import Path

import pytest

from boldwise.io.bold_source import BoldSource


def test_templates_name_a_file_for_each_hemisphere():
    source = BoldSource(
        "data",
        runs=["1"],
        bold="{subject}_{run}_{hemisphere}.func.gii",
        events="{subject}_{run}.tsv",
        mask="{hemi}.cortex.label.gii",
    )

    (run,) = source.run_files("s")

    assert run.bold == (Path("data/s_1_L.func.gii"), Path("data/s_1_R.func.gii"))
    assert run.events == Path("data/s_1.tsv")
    assert run.confounds is None
    assert source.masks("s") == [
        (Path("data/lh.cortex.label.gii"), Path("data/rh.cortex.label.gii"))
    ]


def test_brain_masks_of_fmriprep_serve_unless_another_is_named(fmriprep):
    for run in ("1", "2"):
        fmriprep.run("volume", run)
    root, query = str(fmriprep.root), fmriprep.query()

    assert len(BoldSource(root, query=query).masks("01")) == 2
    grey = BoldSource(root, query=query, mask="sub-{subject}_grey.nii.gz")
    assert grey.masks("01") == [(fmriprep.root / "sub-01_grey.nii.gz",)]


@pytest.mark.parametrize("form", ["surface", "cifti"])
def test_surfaces_have_no_brain_mask(fmriprep, form):
    fmriprep.run(form)
    space = {"surface": "fsaverage5", "cifti": "fsLR"}[form]

    assert BoldSource("", query=fmriprep.query(space=space)).masks("01") == []
