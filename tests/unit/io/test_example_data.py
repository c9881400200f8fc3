"""The published data of the example configs are read as their authors describe."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
from sklearn.svm import SVC

from boldwise.io.dataset_check import dataset_problems
from boldwise.io.stimulus_files import StimulusSource, find_stimuli
from boldwise.io.subjects import read_subject
from boldwise.responses.subjects import average_subjects, shared_voxels
from boldwise.settings.config import load_config
from boldwise.settings.sources import response_source, stimulus_source

REPOSITORY = Path(__file__).parents[3]
EXAMPLES = REPOSITORY / "config" / "examples"

pytestmark = pytest.mark.real


def load(name):
    """Load an example config; skip the test if its data are not on this machine."""
    raw = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    root = REPOSITORY / raw["dataset"]["root"]
    if not root.exists():
        pytest.skip(f"the data of {name}.yaml are not on this machine")
    raw["dataset"]["root"] = str(root)
    return load_config(raw)


def read_all(config):
    source = response_source(config.dataset)
    options = config.responses.model_dump()
    return [read_subject(source, one, options) for one in config.dataset.subjects]


@pytest.mark.parametrize("name", ["tarhan", "haxby", "haxby-25mm"])
def test_the_data_of_the_examples_have_no_problems(name):
    config = load(name)

    assert dataset_problems(config.dataset, config.responses) == []


def test_tarhan_has_60_actions_of_two_clips():
    dataset = load("tarhan").dataset

    columns, images = find_stimuli(
        StimulusSource(**stimulus_source(dataset, continuous=False))
    )

    assert len(images) == 120
    assert Counter(Counter(columns["group"]).values()) == {2: 60}
    lines = [len(text.splitlines()) for text in columns["caption"]]
    assert sum(lines) == 2100 - 61  # descriptions, less those left empty


def test_tarhan_clips_are_identified_across_subjects():
    subjects = read_all(load("tarhan"))
    columns = shared_voxels([one.voxels for one in subjects])
    betas = np.array(
        [one.response[:, kept] for one, kept in zip(subjects, columns, strict=True)]
    )
    session = subjects[0].trials.session

    hits = []
    for label in ("set1", "set2"):
        shown = betas[:, session == label]
        shown = shown - shown.mean(1, keepdims=True)
        for one in range(len(subjects)):
            others = np.delete(shown, one, axis=0).mean(0)
            match = np.corrcoef(shown[one], others)[:60, 60:]
            hits.append((match.argmax(1) == np.arange(60)).mean())

    assert np.mean(hits) >= 0.30  # chance 0.017


def test_tarhan_subjects_average_in_the_voxels_that_all_have():
    mean = average_subjects(read_all(load("tarhan")))

    assert mean.response.shape == (120, 8119)
    assert set(mean.trials.session) == {"set1", "set2"}


@pytest.mark.parametrize(
    ("name", "n_voxels", "least"), [("haxby", 530, 0.65), ("haxby-25mm", 129, 0.2)]
)
def test_haxby_categories_are_decoded_from_runs_left_out(name, n_voxels, least):
    (responses,) = read_all(load(name))
    category = [one.split("_")[0] for one in responses.trials.stimulus_id]

    hits = cross_val_score(
        SVC(kernel="linear"),
        responses.response,
        category,
        groups=responses.trials.run,
        cv=LeaveOneGroupOut(),
    )

    assert responses.response.shape == (96, n_voxels)
    assert np.mean(hits) >= least  # chance 0.125
