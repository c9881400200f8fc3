"""Stimuli, feature spaces and fitted features are joined by id, or refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.features.records import (
    FeatureSpace,
    FittedFeatures,
    Stimuli,
    find_rows,
    refuse_duplicates,
    refuse_not_finite,
)

IDS = np.array(["c", "a", "b"])


def test_columns_of_stimuli_must_be_as_long_as_their_ids():
    with pytest.raises(ShapeMismatchError, match="2 caption entries for 3 stimuli"):
        Stimuli(IDS, caption=np.array(["x", "y"]))


def test_stimuli_count_and_give_what_they_have():
    stimuli = Stimuli(IDS, caption=np.array(["x", "y", "z"]))

    assert len(stimuli) == 3
    assert stimuli.need("caption").tolist() == ["x", "y", "z"]


@pytest.mark.parametrize("name", ["image", "caption", "category", "group"])
def test_what_stimuli_lack_is_named_with_the_place_to_give_it(name):
    with pytest.raises(DataError, match=rf"3 stimuli have no {name}\. .*dataset.stim"):
        Stimuli(IDS).need(name)


def test_repeated_ids_are_named():
    with pytest.raises(DataError, match="1 stimulus ids occur more than once: 'a'"):
        refuse_duplicates(np.array(["a", "b", "a"]), what="stimulus ids")


def test_rows_of_a_space_come_in_the_order_asked_for():
    space = FeatureSpace(IDS, np.arange(6.0).reshape(3, 2))

    np.testing.assert_array_equal(space.rows(np.array(["a", "c"])), [[2, 3], [0, 1]])


@pytest.mark.parametrize("shape", [(2, 4), (3,), (3, 2, 2)])
def test_features_of_another_shape_are_refused(shape):
    with pytest.raises(ShapeMismatchError, match="but there are 3 stimuli; expected"):
        FeatureSpace(IDS, np.zeros(shape))


def test_column_names_must_be_as_many_as_features():
    with pytest.raises(ShapeMismatchError, match="1 column names for 2 features"):
        FeatureSpace(IDS, np.zeros((3, 2)), column=np.array(["x"]))


def test_each_fold_has_its_own_features():
    fitted = FittedFeatures(IDS, np.arange(12.0).reshape(2, 3, 2), {"model": "x"})

    space = fitted.fold(1)

    np.testing.assert_array_equal(space.feature, [[6, 7], [8, 9], [10, 11]])
    assert space.stimulus_id.tolist() == ["c", "a", "b"]
    assert space.notes == {"model": "x"}


def test_one_fold_serves_all():
    fitted = FittedFeatures(IDS, np.arange(6.0).reshape(1, 3, 2))

    np.testing.assert_array_equal(fitted.fold(7).feature, fitted.feature[0])


def test_a_fold_beyond_the_fitted_ones_is_refused():
    with pytest.raises(ShapeMismatchError, match=r"fold 2 .*fitted in 2 folds"):
        FittedFeatures(IDS, np.zeros((2, 3, 2))).fold(2)


def test_fitted_features_of_another_shape_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"\(3, 2\), but there are 3 stimuli"):
        FittedFeatures(IDS, np.zeros((3, 2)))


@given(st.lists(st.text(max_size=3), unique=True, max_size=8), st.randoms())
@settings(max_examples=30, deadline=None)
def test_every_id_finds_its_row(ids, random):
    wanted = list(ids)
    random.shuffle(wanted)
    known = np.array(ids, dtype=str)
    names = np.array(wanted, dtype=str)
    if len(set(known.tolist())) < len(ids):
        return  # numpy drops trailing NUL characters

    rows = find_rows(known, names, what="features")

    np.testing.assert_array_equal(known[rows], names)


def test_unknown_ids_are_named_beside_known_ones():
    with pytest.raises(
        DataError, match=r"2 stimulus ids have no betas: 'x', 'zz'\..*'c'"
    ):
        find_rows(IDS, np.array(["zz", "a", "x", "x"]), what="betas")


def test_features_that_are_no_numbers_are_counted_and_named():
    refuse_not_finite(FeatureSpace(IDS, np.zeros((3, 2))))

    with pytest.raises(DataError, match=r"2 of 6 feature values .*2 stimuli: 'c', 'b'"):
        refuse_not_finite(
            FeatureSpace(IDS, np.array([[np.nan, 0], [0, 0], [0, -np.inf]]))
        )


def test_an_empty_id_is_no_id_that_is_known():
    with pytest.raises(DataError, match="1 stimulus ids have no features: ''"):
        find_rows(IDS, np.array(["a", ""]), what="features")


def test_an_empty_id_is_found_where_it_is_known():
    known = np.array([f"s{i}" for i in range(400)] + [""])

    assert find_rows(known, np.array(["", "s7"]), what="features").tolist() == [400, 7]


def test_nothing_wanted_finds_nothing_and_nothing_known_knows_nothing():
    none = np.array([], str)

    assert find_rows(IDS, none, what="features").tolist() == []
    assert find_rows(none, none, what="features").tolist() == []
    with pytest.raises(DataError, match="1 stimulus ids have no features: 'a'"):
        find_rows(none, np.array(["a"]), what="features")


def test_an_id_may_be_wanted_more_than_once():
    wanted = np.array(["b", "c", "b"])

    assert find_rows(IDS, wanted, what="features").tolist() == [2, 0, 2]
