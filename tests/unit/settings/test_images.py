"""Datasets without brains: what they may hold, and what they may not ask for."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.sources import stimulus_files, stimulus_source

RAW = {
    "dataset": {
        "name": "photographs",
        "kind": "images",
        "root": "data",
        "stimuli": {"images": ["all/*/*.jpg"], "category": {"pattern": "^(.*)-"}},
    },
    "splits": {"folds": {"kind": "k_fold", "by": "stimulus", "balance": "category"}},
    "feature_spaces": {"edges": {"kind": "hog"}, "small": {"kind": "pixels"}},
    "evaluation": {"category_check": True},
}


def test_features_are_all_that_is_needed():
    config = load_config(RAW)

    assert config.dataset.subjects == []
    assert list(config.feature_spaces) == ["edges", "small"]
    assert not config.encoders


def test_stimuli_are_read_from_the_folders_of_the_patterns():
    dataset = load_config(RAW).dataset

    assert stimulus_files(dataset, continuous=False) == ["data/all"]
    source = stimulus_source(dataset, continuous=False)
    assert source["images"] == ["all/*/*.jpg"]
    assert source["category"] == {"pattern": "^(.*)-", "aliases": {}}
    assert "runs" not in source


@pytest.mark.parametrize(
    ("part", "entry"),
    [
        ("encoders", {"edges": {"kind": "ridge", "features": ["edges"]}}),
        ("decoders", {"edges": {"kind": "category"}}),
    ],
)
def test_models_of_brains_are_refused(part, entry):
    with pytest.raises(ConfigError, match=f"{part}: 'edges' needs brain responses"):
        load_config({**RAW, part: entry})


def test_time_series_are_refused():
    with pytest.raises(ConfigError, match="'timeseries' needs brain responses"):
        load_config({**RAW, "responses": {"estimate": "timeseries"}})


def test_a_category_pattern_needs_a_group():
    stimuli = {"images": ["*.jpg"], "category": {"pattern": "abc"}}
    raw = {**RAW, "dataset": {**RAW["dataset"], "stimuli": stimuli}}

    with pytest.raises(
        ConfigError, match=r"stimuli.category.pattern: 'abc' has no gro"
    ):
        load_config(raw)
