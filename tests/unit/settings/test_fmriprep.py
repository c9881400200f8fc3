"""A folder of derivatives in the config: labels, spaces, and what is refused."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config

DATASET = {
    **{"name": "s", "kind": "fmriprep", "root": "derivatives", "raw": "raw"},
    **{"subjects": ["01"], "tasks": ["view"], "stimuli": {"from_events": True}},
}


def load(responses=None, **changes):
    """Load a small config of derivatives, with changes of its dataset."""
    return load_config(
        {
            "dataset": {**DATASET, **changes},
            "responses": responses or {},
            "splits": {"runs": {"kind": "leave_group_out", "by": "run"}},
            "feature_spaces": {"c": {"kind": "category"}},
        }
    )


def test_labels_become_the_question_to_the_folder():
    dataset = load(sessions=["a"], entities={"res": "2"}).dataset

    assert dataset.query == {
        **{"root": "derivatives", "raw": "raw", "space": "MNI152NLin2009cAsym"},
        **{"tasks": ["view"], "sessions": ["a"], "runs": [], "entities": {"res": "2"}},
    }


def test_scrubbing_has_the_defaults_of_fmriprep():
    scrub = load({"scrub": {}}).responses.scrub

    assert (scrub.fd_mm, scrub.std_dvars, scrub.min_volumes) == (0.5, 1.5, 5)
    assert load().responses.scrub is None


REFUSED = {
    "unquoted run": ({"runs": [1]}, r"dataset\.runs: 1 is not quoted"),
    "unknown key": ({"task": ["x"]}, r"unknown key 'task'; did you mean 'tasks'"),
    "unknown label in a file": (
        {"mask": "{run}.nii"},
        r"dataset\.mask: '\{run\}\.nii' asks for 'run'; known: subject, hemisphere",
    ),
    "an atlas from nowhere": (
        {"atlases": {"a": {}}},
        r"give `path` or `fetch`, one of them; got neither",
    ),
    "an atlas from two places": (
        {"atlases": {"a": {"path": "x.nii", "fetch": "aal"}}},
        r"give `path` or `fetch`, one of them; got both",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused(name):
    changes, told = REFUSED[name]

    with pytest.raises(ConfigError, match=told):
        load(**changes)
