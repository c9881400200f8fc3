"""Raw runs are checked before anything is preprocessed: all problems at once."""

import json

import pytest

from boldwise.io.raw_check import raw_problems
from boldwise.settings.dataset import BoldDataset, SimulatedDataset

BOLD = "sub-{subject}/func/sub-{subject}_task-a_run-{run}_bold.nii.gz"


@pytest.fixture
def dataset(files):
    """Describe a dataset of raw runs, of which one lies there and is good."""
    files.bold(BOLD.format(subject="01", run="1"))
    about = {"RepetitionTime": 2.0, "SliceTiming": [0.0, 1.0]}
    files.text("task-a_bold.json", json.dumps(about))

    def describe(runs=("1",), **preprocessing):
        return BoldDataset(
            kind="bold",
            name="study",
            root=str(files.folder),
            subjects=["01"],
            runs=list(runs),
            bold=BOLD,
            events="events.tsv",
            stimuli={"from_events": True},
            preprocessing=preprocessing or {"kind": "none"},
        )

    return describe


def test_good_runs_have_no_problems(dataset):
    assert raw_problems(dataset(kind="builtin")) == []


def test_every_run_that_is_absent_is_named(dataset):
    problems = raw_problems(dataset(runs=["1", "2", "3"], kind="builtin"))

    assert len(problems) == 2
    assert "run-2_bold.nii.gz: no such file" in problems[0]


def test_fmriprep_needs_a_runtime_a_licence_and_an_anatomical_image(dataset, tmp_path):
    problems = raw_problems(
        dataset(kind="fmriprep", license=str(tmp_path / "none.txt"))
    )

    text = "\n".join(problems)
    assert "none.txt: no such file" in text
    assert "no `anat/*_T1w.nii.gz`" in text


def test_datasets_without_raw_runs_have_no_raw_problems(dataset):
    simulated = SimulatedDataset(kind="simulated", name="a", subjects=["01"])

    assert raw_problems(dataset(runs=["9"])) == []
    assert raw_problems(simulated) == []
