"""Mirrors src/boldwise/settings/continuous.py, and what goes with time series."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.controls import TIMING

DELAYS = [1, 2, 3]


def study(**changes):
    """Make a config of a story with one encoder of something given."""
    parts = {
        "dataset": {
            **{"kind": "series", "name": "s", "root": ".", "subjects": ["1"]},
            **{"series": "s{subject}.txt", "tr_s": 2, "columns": ["LATL"]},
            "stimuli": {"story": {"transcript": "a.TextGrid"}},
        },
        "responses": {"estimate": "timeseries"},
        "splits": {"main": {"kind": "contiguous"}},
        "feature_spaces": {
            "given": {"kind": "given_volumes", "path": "{run}.txt"},
            "words": {"kind": "word_rate"},
            "position": {"kind": "position"},
        },
        "encoders": {
            "mine": {"kind": "ridge", "features": ["given"], "delays": DELAYS}
        },
    }
    for name, change in changes.items():
        parts[name] = {**parts.get(name, {}), **change}
    return load_config(parts)


def test_a_story_gets_a_control_of_position_and_word_rate_with_the_same_delays():
    control = study().encoders[TIMING]

    assert control.delays == DELAYS
    assert control.features == ["control-position", "control-word-rate"]


def test_the_control_counts_words_as_the_study_does():
    config = study(feature_spaces={"words": {"kind": "word_rate", "tier": "w"}})

    assert config.feature_spaces["control-word-rate"].tier == "w"


def test_without_a_transcript_the_control_is_the_position():
    dataset = {**study().dataset.model_dump(), "stimuli": {}}
    spaces = {"words": {"kind": "position"}}

    config = study(dataset=dataset, feature_spaces=spaces)

    assert config.encoders[TIMING].features == ["control-position"]


def test_a_control_of_ones_own_stays_the_only_one():
    own = {"kind": "ridge", "features": ["position", "words"]}

    assert TIMING not in study(encoders={"timing": own}).encoders


def test_word_rate_alone_is_not_the_control():
    own = {"kind": "ridge", "features": ["words"]}

    assert TIMING in study(encoders={"words": own}).encoders


def test_the_control_can_be_declined():
    assert TIMING not in study(evaluation={"low_level_control": False}).encoders


def test_shuffling_volumes_is_refused_before_anything_runs():
    with pytest.raises(
        ConfigError, match=r"null_method: shuffling volumes would break"
    ):
        study(evaluation={"null_method": "shuffle"})


def test_series_are_left_as_series():
    with pytest.raises(ConfigError, match=r"'block_mean' makes a response per trial"):
        study(responses={"estimate": "block_mean"})


def test_what_is_for_time_series_is_refused_for_trials():
    dataset = {"kind": "simulated", "name": "s", "subjects": ["01"]}

    with pytest.raises(ConfigError) as caught:
        load_config(
            {
                "dataset": dataset,
                "splits": {"main": {"kind": "contiguous"}},
                "feature_spaces": {"p": {"kind": "position"}},
                "evaluation": {"null_method": "circular_shift"},
            }
        )

    told = str(caught.value)
    assert "splits.main: 'contiguous' is for time series" in told
    assert "feature_spaces.p: 'position' is for time series" in told
    assert "null_method: 'circular_shift' is for time series" in told


def test_a_table_of_volumes_may_differ_by_run_only():
    with pytest.raises(
        ConfigError, match=r"path: '\{subject\}.txt' asks for 'subject'"
    ):
        study(
            feature_spaces={"given": {"kind": "given_volumes", "path": "{subject}.txt"}}
        )


def test_a_kind_that_is_nearly_right_gets_a_hint():
    with pytest.raises(
        ConfigError, match="unknown kind 'word-rate'; did you mean 'word_"
    ):
        study(feature_spaces={"words": {"kind": "word-rate"}})
