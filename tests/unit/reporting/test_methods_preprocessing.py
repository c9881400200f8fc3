"""The methods text tells what was done to raw runs, and nothing else."""

import pytest

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_preprocessing import describe_preprocessing

BUILTIN = {"kind": "builtin", "realign": True, "slice_timing": True, "smooth_mm": 0.0}


def describe(**preprocessing):
    sources = Bibliography()
    text = describe_preprocessing({"preprocessing": preprocessing}, sources)
    return text, " ".join(sources.entries)


def test_all_steps_are_told_with_their_sources():
    text, sources = describe(**BUILTIN)

    for told in ("rigid registration", "quintic splines", "resampled once", "DVARS"):
        assert told in text
    for author in ("Lowekamp", "Power", "Abraham"):
        assert author in sources


@pytest.mark.parametrize(
    ("option", "lost"),
    [("realign", "rigid registration"), ("slice_timing", "quintic splines")],
)
def test_what_was_not_done_is_not_told(option, lost):
    text, _ = describe(**{**BUILTIN, option: False})

    assert lost not in text
    assert "DVARS" in text


def test_smoothing_is_told_with_its_width():
    assert "a Gaussian of 6 mm" in describe(**{**BUILTIN, "smooth_mm": 6.0})[0]
    assert "Gaussian" not in describe(**BUILTIN)[0]


def test_fmriprep_is_told_with_its_version():
    text, sources = describe(
        kind="fmriprep", version="25.2.7", output_spaces=["T1w", "fsaverage"]
    )

    assert "fMRIPrep 25.2.7" in text
    assert "the space T1w" in text
    assert "Esteban" in sources


@pytest.mark.parametrize("dataset", [{}, {"preprocessing": {"kind": "none"}}])
def test_data_that_came_preprocessed_have_no_such_paragraph(dataset):
    assert describe_preprocessing(dataset, Bibliography()) == ""
