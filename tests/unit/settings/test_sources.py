"""Jobs get the slice of the dataset that they need; files are listed by it."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.dataset import BetasDataset, BoldDataset, SimulatedDataset
from boldwise.settings.sources import (
    response_files,
    response_source,
    stimulus_files,
    stimulus_source,
)

BETAS = {
    "kind": "betas",
    "name": "study",
    "root": "/data",
    "subjects": ["1", "2"],
    "path": "sub-{subject}.mat",
    "blocks": [
        {"response": "B/betas", "stimulus_id": "B/id"},
        {"response": "B/more", "stimulus_id": "sub-{subject}_ids.csv"},
    ],
    "voxels": {"path": "voxels.mat", "ijk": "c", "volume_shape": "d"},
    "rois": {"V1": "v1.nii.gz"},
    "stimuli": {"images": ["frames/set*/*.png"], "id_rule": {"lower": True}},
}
BOLD = {
    "kind": "bold",
    "name": "study",
    "root": "$DATA",
    "subjects": ["1"],
    "runs": ["01", "02"],
    "sessions": {"am": ["01"], "pm": ["02"]},
    "bold": "ses-{session}/sub-{subject}_run-{run}.nii.gz",
    "events": "run-{run}.tsv",
    "mask": "mask.nii.gz",
    "stimuli": {"from_events": True},
}
STUDY = {
    "splits": {"main": {"kind": "leave_group_out", "by": "run"}},
    "feature_spaces": {"category": {"kind": "category"}},
}


def load(dataset, **changes):
    responses = {"estimate": "given" if dataset["kind"] == "betas" else "block_mean"}
    study = {**STUDY, "responses": responses, "dataset": {**dataset, **changes}}
    return load_config(study)


def test_files_of_betas_are_listed_for_a_subject():
    files = response_files(BetasDataset(**BETAS), "2")

    assert files == [
        "/data/sub-2.mat",
        "/data/sub-2_ids.csv",
        "/data/voxels.mat",
        "/data/v1.nii.gz",
    ]


def test_files_of_runs_are_listed_once(monkeypatch):
    monkeypatch.setenv("DATA", "/data")

    files = response_files(BoldDataset(**BOLD), "1")

    assert files == [
        "/data/ses-am/sub-1_run-01.nii.gz",
        "/data/run-01.tsv",
        "/data/mask.nii.gz",
        "/data/ses-pm/sub-1_run-02.nii.gz",
        "/data/run-02.tsv",
    ]


def test_simulated_data_are_read_as_bold():
    simulated = SimulatedDataset(kind="simulated", name="demo", subjects=["1"])

    source = response_source(simulated)

    assert source["kind"] == "bold"
    assert source["root"] == "results/demo/bids"
    assert len(source["runs"]) * 4 + 5 == len(response_files(simulated, "1"))


def test_folders_stand_for_the_images_in_them():
    assert stimulus_files(BetasDataset(**BETAS), continuous=False) == ["/data/frames"]


def test_stimuli_from_events_need_the_events():
    files = stimulus_files(BoldDataset(**BOLD), continuous=False)

    assert [name.rpartition("/")[2] for name in files] == [
        "sub-1_run-01.nii.gz",
        "run-01.tsv",
        "sub-1_run-02.nii.gz",
        "run-02.tsv",
    ]


def test_responses_do_not_depend_on_where_images_lie():
    other = {**BETAS, "stimuli": {"images": ["*.jpg"], "id_rule": {"lower": True}}}

    assert response_source(BetasDataset(**BETAS)) == response_source(
        BetasDataset(**other)
    )


def test_the_id_rule_reaches_both_sides():
    dataset = BetasDataset(**BETAS)

    rule = {"drop": [], "replace": {}, "lower": True, "shift": 0}
    assert response_source(dataset)["id_rule"] == rule
    assert stimulus_source(dataset, continuous=False)["id_rule"] == rule


def test_runs_are_part_of_stimuli_only_where_they_name_them():
    without = {**BOLD, "stimuli": {"images": ["*.png"]}}

    assert "runs" in stimulus_source(BoldDataset(**BOLD), continuous=False)
    assert "runs" in stimulus_source(BoldDataset(**without), continuous=True)
    assert "runs" not in stimulus_source(BoldDataset(**without), continuous=False)


@pytest.mark.parametrize(
    ("dataset", "changes", "said"),
    [
        (BETAS, {"path": "{sub}.mat"}, r"dataset.path: '{sub}.mat' asks for 'sub'"),
        (BETAS, {"path": "{run}.mat"}, "asks for 'run'; known: subject"),
        (BETAS, {"path": "{subject.mat"}, "has a stray brace"),
        (BOLD, {"bold": "{id}.nii"}, "asks for 'id'; known: subject, session, run"),
        (
            BOLD,
            {"sessions": {"am": ["01"]}},
            "they hold runs 01, but the runs are 01, 02",
        ),
        (
            BETAS,
            {"stimuli": {"images": ["*"], "group": {"pattern": "[0-9]"}}},
            r"group.pattern: '\[0-9\]' has no group",
        ),
        (
            BETAS,
            {"stimuli": {"images": ["*"], "group": {"pattern": "("}}},
            r"group.pattern: '\(' is no regular expression",
        ),
    ],
)
def test_what_cannot_be_filled_in_is_refused(dataset, changes, said):
    with pytest.raises(ConfigError, match=said):
        load(dataset, **changes)


@pytest.mark.parametrize(
    ("dataset", "estimate", "said"),
    [
        (BETAS, "block_mean", "'block_mean' needs BOLD, but the dataset holds betas"),
        (BOLD, "given", "'given' needs betas, but the dataset holds BOLD"),
    ],
)
def test_the_estimate_must_fit_the_dataset(dataset, estimate, said):
    study = {**STUDY, "dataset": dataset, "responses": {"estimate": estimate}}

    with pytest.raises(ConfigError, match=said):
        load_config(study)


@pytest.mark.parametrize("dataset", [BETAS, BOLD])
def test_datasets_as_above_are_sound(dataset):
    load(dataset)


def test_every_file_that_stimuli_are_read_from_is_waited_for():
    captions = {"path": "texts.csv", "stimulus_id": "id", "text": "t"}
    stimuli = {"images": ["a/b/*.png", "c.png"], "captions": captions}
    dataset = BetasDataset(**{**BETAS, "stimuli": {**stimuli, "table": "t.tsv"}})

    files = stimulus_files(dataset, continuous=False)

    assert files == ["/data/a/b", "/data", "/data/texts.csv", "/data/t.tsv"]


def test_volumes_as_stimuli_need_the_story_and_no_events(monkeypatch):
    monkeypatch.setenv("DATA", "/data")
    stimuli = {"story": {"sound": "{run}.wav"}}
    dataset = BoldDataset(**{**BOLD, "stimuli": stimuli})

    files = stimulus_files(dataset, continuous=True)

    assert files[:2] == ["/data/01.wav", "/data/02.wav"]
    assert [name.endswith(".nii.gz") for name in files[2:]] == [True, True]
