"""Given features join the stimuli by id."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.given import take_given
from boldwise.features.records import FeatureSpace, Stimuli

STIMULI = Stimuli(np.array(["b", "a"]))


def given(feature=((1, 2), (3, 4), (5, 6)), ids=("a", "b", "c"), column=None):
    names = None if column is None else np.array(column)
    return FeatureSpace(
        np.array(ids), np.array(feature, np.float32), {"file": "x"}, names
    )


def test_rows_come_in_the_order_of_the_stimuli():
    space = take_given(STIMULI, given())

    assert space.stimulus_id.tolist() == ["b", "a"]
    np.testing.assert_array_equal(space.feature, [[3, 4], [1, 2]])
    assert space.notes == {"file": "x"}
    assert space.column is None


def test_columns_are_picked_in_the_order_asked_for():
    space = take_given(STIMULI, given(column=("size", "hue")), columns=["hue", "size"])

    np.testing.assert_array_equal(space.feature, [[4, 3], [2, 1]])
    assert space.column.tolist() == ["hue", "size"]


def test_a_misspelt_column_gets_a_hint():
    with pytest.raises(DataError, match=r"no column 'sise'.*did you mean 'size'\?"):
        take_given(STIMULI, given(column=("size", "hue")), columns=["sise"])


def test_columns_of_an_array_without_names_cannot_be_asked_for():
    with pytest.raises(DataError, match="no column 'size' among 0 named columns"):
        take_given(STIMULI, given(), columns=["size"])


def test_a_stimulus_without_features_is_named():
    with pytest.raises(DataError, match="1 stimulus ids have no given features: 'b'"):
        take_given(STIMULI, given(((1, 2), (3, 4)), ids=("a", "c")))


def test_missing_numbers_are_counted_and_named():
    broken = given(((1, np.nan), (3, 4), (np.nan, np.nan)))

    with pytest.raises(DataError, match=r"1 of 4 feature values.*1 stimuli: 'a'"):
        take_given(STIMULI, broken)
