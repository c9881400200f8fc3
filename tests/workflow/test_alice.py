"""A story from files to the report: three people of the example, where its data are."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from boldwise.io.records import read_responses, read_split
from boldwise.io.stores import open_store
from boldwise.io.tables import read_table

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def alice(run_in, tmp_path_factory):
    """Run the example with three people and two encoders."""
    root = Path(__file__).parents[2]
    data = (root / "../shared/data/alice_brennan2016").resolve()
    if not data.is_dir():
        pytest.skip("the shared example data are not here")
    folder = tmp_path_factory.mktemp("alice")
    config = yaml.safe_load((root / "config/examples/alice.yaml").read_text())
    config["dataset"] |= {"root": str(data), "subjects": ["18", "22", "23"]}
    for space in config["feature_spaces"].values():
        if "path" in space:
            space["path"] = str(data / space["path"].partition("alice_brennan2016/")[2])
    kept = ("timing", "story")
    config["encoders"] = {name: config["encoders"][name] for name in kept}
    config["evaluation"] |= {"n_permutations": 99, "n_bootstraps": 99, "n_shuffles": 3}
    path = folder / "alice.yaml"
    path.write_text(yaml.safe_dump(config))
    run_in(folder, path).snakemake()
    yield folder / "results/alice"
    shutil.rmtree(folder, ignore_errors=True)


def test_the_story_ends_in_a_report(alice):
    page = (alice / "report.html").read_text()

    assert "draws the phases of the spectrum of each run" in page
    assert "training and test of time series lie far apart" in page


def test_every_region_is_scored_beside_the_control_and_the_ceiling(alice):
    table = read_table(alice / "scores/stretches/scores.tsv")

    assert set(table["model"]) == {"timing", "story"}
    assert {"LATL", "LIFG"} <= set(table["roi"])
    assert {"r", "noise_ceiling", "share_significant"} <= set(table["metric"])


def test_series_are_cleaned_of_motion_and_left_out_volumes_stay_out(alice):
    responses = read_responses(alice / "responses/sub-18.h5")
    split = read_split(alice / "splits/stretches.h5")

    assert (responses.kind, responses.response.shape) == ("continuous", (362, 6))
    assert (split.n_folds, split.inner_gap_s) == (5, 33.0)  # 4 volumes of 2 s, 25 s
    for part in split.part:
        train, test = (np.flatnonzero(part == kind) for kind in (1, 2))
        assert np.abs(train[:, None] - test).min() > 4 + 12  # delay, 25 s at 2 s


def test_scores_tell_their_null(alice):
    with open_store(
        alice / "scores/stretches/story/sub-22.h5", schema="scores"
    ) as store:
        assert store.attributes["null_method"] == "phase_randomisation"
