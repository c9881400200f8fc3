"""Mirrors src/boldwise/settings/dataset.py and base.py."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config

BOLD = {
    **{"name": "s", "kind": "bold", "root": "data", "subjects": ["01"]},
    **{"runs": ["1", "2"], "bold": "{subject}_{run}.nii.gz", "events": "{run}.tsv"},
    "stimuli": {"from_events": True},
}
SIMULATED = {"name": "s", "kind": "simulated", "subjects": ["01"]}


def load(**changes):
    """Load a small config of BOLD runs, with changes of its dataset."""
    return load_config(
        {
            "dataset": {**BOLD, **changes},
            "splits": {"runs": {"kind": "leave_group_out", "by": "run"}},
            "feature_spaces": {"c": {"kind": "category"}},
        }
    ).dataset


REFUSED = {
    "unknown label": (
        {"bold": "{sub}.nii"},
        r"dataset\.bold: '\{sub\}\.nii' asks for 'sub'; known: subject, session, run",
    ),
    "run of a file per subject": (
        {"rois": {"V1": "{acquisition}.nii"}},
        r"asks for 'acquisition'; known: subject",
    ),
    "stray brace": (
        {"events": "{run.tsv"},
        r"dataset\.events: '\{run\.tsv' has a stray brace; write \{subject\}",
    ),
    "sessions that lack a run": (
        {"sessions": {"1": ["1"]}},
        r"dataset\.sessions: they hold runs 1, but the runs are 1, 2; list each run",
    ),
    "pattern without a group": (
        {"stimuli": {"from_events": True, "group": {"pattern": "a.*"}}},
        r"group\.pattern: 'a\.\*' has no group; put what names it in brackets",
    ),
    "pattern that is none": (
        {"stimuli": {"from_events": True, "group": {"pattern": "(a"}}},
        r"group\.pattern: '\(a' is no regular expression",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_file_could_fill_is_refused(case):
    changes, message = REFUSED[case]

    with pytest.raises(ConfigError, match=message):
        load(**changes)


def test_labels_of_subject_session_and_run_are_known():
    path = "sub-{subject}/ses-{session}/run-{run}.nii.gz"

    assert load(bold=path, sessions={"a": ["1"], "b": ["2"]}).bold == path


def test_a_group_is_named_by_the_brackets_of_its_pattern():
    stimuli = {"from_events": True, "group": {"pattern": "^(.*)_[0-9]+$"}}

    assert load(stimuli=stimuli).stimuli.group.aliases == {}


def test_a_simulated_dataset_is_read_like_any_other():
    config = load_config(
        {
            "dataset": SIMULATED,
            "splits": {"shared": {"kind": "shared_images"}},
            "feature_spaces": {"w": {"kind": "tfidf"}},
        }
    )
    dataset = config.dataset

    assert dataset.root == "results/s/bids"
    assert dataset.bold.format(subject="01", run=dataset.runs[0]).endswith(".nii.gz")
    assert set(dataset.rois) >= {"early_visual", "category", "semantic", "noise"}
    assert dataset.start_time_s == dataset.tr_s / 2
    assert not dataset.common_space
    assert not dataset.group_subject
