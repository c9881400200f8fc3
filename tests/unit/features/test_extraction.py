"""One call for every kind of feature space."""

import numpy as np
import pytest

from boldwise.errors import ConfigError, DataError
from boldwise.features.extraction import extract_features, extract_layers
from boldwise.features.records import FeatureSpace, Stimuli
from boldwise.features.registry import extractor_of

STIMULI = Stimuli(np.array(["a", "b"]), category=np.array(["face", "house"]))


def broken(stimuli, *, value):
    """Stand in for an extractor that fails on one stimulus."""
    feature = np.zeros((len(stimuli), 2))
    feature[1, 0] = value
    return FeatureSpace(stimuli.stimulus_id, feature)


def test_the_named_extractor_is_called_with_the_options():
    image = np.zeros((2, 8, 8, 3), np.uint8)
    stimuli = Stimuli(np.array(["a", "b"]), image)
    options = {"kind": "colour_statistics", "grid": 2}

    space = extract_features(stimuli, extractor_of("colour_statistics"), options)

    assert space.feature.shape == (2, 6 * 4 + 16)


def test_notes_tell_the_extractor_and_its_options():
    space = extract_features(STIMULI, f"{__name__}:broken", {"kind": "x", "value": 2})

    assert space.notes == {"extractor": f"{__name__}:broken", "value": "2"}


def test_features_become_float32_and_keep_their_names():
    space = extract_features(STIMULI, extractor_of("category"), {})

    assert space.feature.dtype == np.float32
    assert space.column.tolist() == ["face", "house"]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_features_that_are_no_numbers_are_refused(value):
    with pytest.raises(DataError, match=r"1 of 4 feature values.*1 stimuli: 'b'"):
        extract_features(STIMULI, f"{__name__}:broken", {"value": value})


def layered(stimuli, *, layers):
    """Stand in for an extractor of several layers."""
    feature = np.ones((len(stimuli), 2))
    return {one: FeatureSpace(stimuli.stimulus_id, feature) for one in layers}


def test_layers_of_one_pass_come_by_their_names():
    here = f"{__name__}:layered"

    spaces = extract_layers(STIMULI, here, {"layers": ["a", "b"]})

    assert list(spaces) == ["a", "b"]
    assert spaces["b"].feature.dtype == np.float32
    assert list(extract_layers(STIMULI, extractor_of("category"), {})) == [""]
    assert extract_features(STIMULI, here, {"layers": ["a"]}).feature.shape == (2, 2)
    with pytest.raises(ConfigError, match=r"gave 2 layers where one .* Name one"):
        extract_features(STIMULI, here, {"layers": ["a", "b"]})
