"""Whatever is written, it is a config or a list of problems, and never a crash."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config

ROOT = Path(__file__).parents[3]
CONFIGS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.glob("config/**/*.yaml"))
}
TEXT = st.text("ab{}:-_ 0", max_size=5)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 99),
    st.floats(allow_nan=True),
    TEXT,
    st.dates(),
    st.lists(st.one_of(st.integers(), TEXT), max_size=2),
    st.dictionaries(st.one_of(st.integers(), TEXT), st.none(), max_size=2),
)


def places(part, path=()):
    """List the paths of everything below a config."""
    keys = part if isinstance(part, dict) else range(len(part))
    for key in keys:
        yield (*path, key)
        if isinstance(part[key], dict | list):
            yield from places(part[key], (*path, key))


@given(data=st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_value_at_any_place_is_taken_or_told_in_sentences(data):
    raw = deepcopy(CONFIGS[data.draw(st.sampled_from(sorted(CONFIGS)))])
    *path, last = data.draw(st.sampled_from(list(places(raw))))
    part = raw
    for key in path:
        part = part[key]
    part[last] = data.draw(JUNK)

    try:
        load_config(raw)
    except ConfigError as error:
        head, *told = str(error).splitlines()
        assert head.startswith("cannot run with this config:") or not told
        assert all(line.startswith("  ") and ": " in line for line in told)


@given(data=st.data())
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_key_with_a_letter_too_many_is_told_with_the_right_one(data):
    raw = deepcopy(CONFIGS["config"])
    key = data.draw(st.sampled_from(["evaluation", "responses", "decoders"]))
    raw[f"{key}x"] = raw.pop(key, {})

    with pytest.raises(ConfigError, match=f"'{key}x'; did you mean '{key}'"):
        load_config(raw)


@pytest.mark.parametrize("name", CONFIGS)
def test_what_a_config_says_with_its_defaults_and_controls_is_the_same_config(name):
    config = load_config(CONFIGS[name])

    assert load_config(config.model_dump()) == config
    assert load_config(json.loads(config.model_dump_json())) == config


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config_is_read_without_being_changed(name):
    before = deepcopy(CONFIGS[name])

    load_config(CONFIGS[name])

    assert CONFIGS[name] == before


@pytest.mark.parametrize("part", ["splits", "feature_spaces"])
def test_a_study_without_a_split_or_a_feature_space_is_none(part):
    with pytest.raises(ConfigError, match=f"{part}: dictionary should have at least 1"):
        load_config({**CONFIGS["config"], part: {}})


@pytest.mark.parametrize("runs", [{"am": 1}, {"am": "1"}, {"am": True}, 5, "1"])
def test_sessions_that_are_no_lists_are_told_by_their_place(runs):
    dataset = {"kind": "bold", "name": "s", "sessions": runs}

    with pytest.raises(ConfigError, match=r"dataset\.sessions(\.am)?: input should be"):
        load_config({**CONFIGS["config"], "dataset": dataset})


def test_a_run_deep_in_a_session_that_is_not_quoted_is_told_once():
    dataset = {"kind": "bold", "name": "s", "sessions": {"am": [1]}}

    with pytest.raises(ConfigError) as refused:
        load_config({**CONFIGS["config"], "dataset": dataset})

    told = [line for line in str(refused.value).splitlines() if "sessions" in line]
    assert len(told) == 1
    assert "1 is not quoted" in told[0]
