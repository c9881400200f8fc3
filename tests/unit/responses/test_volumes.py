"""Mirrors src/boldwise/responses/volumes.py."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.errors import DataError
from boldwise.responses.runs import volume_ids
from boldwise.responses.volumes import count_volumes, read_volume_ids


def test_ids_are_read_as_they_are_made():
    ids = volume_ids("wheretheres_smoke-2", 3)

    assert read_volume_ids(ids) == [("wheretheres_smoke-2", k) for k in range(3)]


def test_missing_volumes_count():
    ids = np.concatenate([volume_ids("1", 5)[[0, 4]], volume_ids("2", 2)])

    assert count_volumes(ids) == {"1": 5, "2": 2}


@pytest.mark.parametrize("one", ["cat", "run-1", "run-1_volume-x", "1_volume-0001"])
def test_other_ids_are_named(one):
    with pytest.raises(DataError, match=rf"1 ids name no run and volume .*'{one}"):
        read_volume_ids(np.array([one]))


@pytest.mark.parametrize("one", ["run-1_volume-", "run-1_volume-²", "run-1_volume--1"])
def test_a_number_is_made_of_digits(one):
    with pytest.raises(DataError, match="1 ids name no run and volume"):
        read_volume_ids(np.array([one]))


def test_only_the_ids_that_are_wrong_are_named():
    ids = np.concatenate([volume_ids("1", 2), ["dog"], volume_ids("2", 1), ["cat"]])

    with pytest.raises(DataError, match=r"2 ids name no run .*: 'dog', 'cat'\. Delays"):
        read_volume_ids(ids)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.text("ab1-", min_size=1), st.integers(1, 12), max_size=4),
    st.randoms(),
)
def test_runs_are_counted_in_any_order_of_their_volumes(lengths, random):
    ids = [one for run, n in lengths.items() for one in volume_ids(run, n)]
    random.shuffle(ids)

    assert count_volumes(np.array(ids, str)) == lengths


def test_no_volumes_are_of_no_run():
    assert count_volumes(np.array([], str)) == {}
    assert read_volume_ids(np.array([], str)) == []
