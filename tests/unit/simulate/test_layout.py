"""Names of runs and files."""

import re

import pytest

from boldwise.settings.dataset import SimulatedDataset
from boldwise.simulate.layout import (
    POPULATIONS,
    ROI_FILES,
    RUN_FILES,
    count_runs,
    label_runs,
)
from boldwise.simulate.protocol import Protocol

ENTITY = r"[a-z]+-[A-Za-z0-9]+"
BIDS_NAME = re.compile(rf"(?:{ENTITY}_)+[A-Za-z]+\.(?:nii\.gz|json|tsv)")


@pytest.mark.parametrize(
    ("sizes", "counts"),
    [
        ((100, 3, 400, 75), (4, 6)),
        ((100, 3, 400, 70), (5, 6)),
        ((10, 3, 20, 100), (3, 1)),  # three repeats need three runs
    ],
)
def test_runs_hold_all_trials_and_no_more_are_made(sizes, counts):
    assert count_runs(*sizes) == counts


def test_runs_are_numbered_in_order():
    assert label_runs(11)[:2] == ["01", "02"]
    assert label_runs(11)[-1] == "11"


@pytest.mark.parametrize("path", [*RUN_FILES.values(), *ROI_FILES.values()])
def test_file_names_follow_bids(path):
    filled = path.format(subject="01", run="02")

    assert BIDS_NAME.fullmatch(filled.rsplit("/", 1)[1])
    assert "sub-01/" in filled


def test_files_are_distinct_and_every_population_has_a_mask():
    assert len(set(RUN_FILES.values())) == len(RUN_FILES)
    assert tuple(ROI_FILES) == POPULATIONS
    assert len(set(ROI_FILES.values())) == len(ROI_FILES)


def test_config_and_simulation_agree_on_the_runs():
    dataset = SimulatedDataset(
        kind="simulated", name="tiny", subjects=["01"], n_shared=11, trials_per_run=13
    )
    sizes = dataset.model_dump(include=set(Protocol.__dataclass_fields__))

    assert dataset.runs == Protocol(**sizes).runs


def test_the_config_offers_the_same_paths_as_a_bold_dataset():
    dataset = SimulatedDataset(kind="simulated", name="tiny", subjects=["01"])

    assert dataset.root == "results/tiny/bids"
    for path in (dataset.bold, dataset.events, dataset.confounds, dataset.mask):
        assert path in RUN_FILES.values()
    assert dataset.rois == ROI_FILES
    assert dataset.start_time_s == 1.0
    assert dataset.stimulus_id == "{stimulus_id}"
    assert dataset.space == "MNI152NLin2009cAsym"
    assert not dataset.common_space
    assert not dataset.group_subject
