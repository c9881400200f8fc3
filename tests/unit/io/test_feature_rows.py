"""Rows for ridge come out of any feature store: vectors, tokens, one layer of many."""

import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.io.feature_rows import layers_in, open_feature_rows
from boldwise.io.stores import write_store

IDS = np.array(["a", "b", "c"])
FEATURE = np.arange(6, dtype=np.float32).reshape(3, 2)
TOKEN = np.arange(24, dtype=np.float16).reshape(3, 4, 2)


@pytest.fixture
def store(tmp_path):
    """Write a feature store of what is given."""

    def write(datasets, **attributes):
        path = tmp_path / "f.h5"
        about = {"notes": {"model": "x"}, **attributes}
        named = {"stimulus_id": IDS, **datasets}
        write_store(path, named, schema="features", attributes=about)
        return path

    return write


def test_vectors_come_as_they_are(store):
    path = store({"feature": FEATURE})

    with open_feature_rows(path) as space:
        assert space.stimulus_id.tolist() == IDS.tolist()
        np.testing.assert_array_equal(space.feature[:], FEATURE)
        assert space.notes == {"model": "x"}
    assert layers_in(path) == []


@pytest.mark.parametrize("pool", [None, "mean", "max", "flatten"])
def test_tokens_are_pooled_while_they_are_read(store, pool):
    expected = {
        **dict.fromkeys((None, "mean"), TOKEN.mean(1)),
        **{"max": TOKEN.max(1), "flatten": TOKEN.reshape(3, 8)},
    }

    with open_feature_rows(store({"token": TOKEN}), pool=pool) as space:
        assert not isinstance(space.feature, np.ndarray)
        np.testing.assert_array_equal(space.feature[:], expected[pool])
        assert space.notes["pool"] == f"{pool or 'mean'} of 4 tokens"


def test_one_layer_of_many_is_read(store):
    datasets = {"layer/a-1/feature": FEATURE, "layer/a-2/token": TOKEN}
    path = store(datasets, layers={"a-1": {"layer": "a.1", "grid": None}})

    assert layers_in(path) == ["a-1", "a-2"]
    with open_feature_rows(path, layer="a-1") as space:
        np.testing.assert_array_equal(space.feature[:], FEATURE)
        assert space.notes == {"model": "x", "layer": "a.1", "grid": "None"}
    with open_feature_rows(path, layer="a-2", pool="max") as space:
        np.testing.assert_array_equal(space.feature[:], TOKEN.max(1))


def test_the_only_layer_of_an_entry_may_lie_at_the_root(store):
    with open_feature_rows(store({"feature": FEATURE}), layer="a-1") as space:
        np.testing.assert_array_equal(space.feature[:], FEATURE)


def test_a_layer_that_is_not_there_is_told(store):
    path = store({"layer/a-1/feature": FEATURE, "layer/a-2/feature": FEATURE})

    with (
        pytest.raises(StoreError, match=r"has no layer 'a-3', but a-1, a-2\. Delete"),
        open_feature_rows(path, layer="a-3"),
    ):
        pass
    with (
        pytest.raises(StoreError, match=r"holds the layers a-1, a-2; name one"),
        open_feature_rows(path),
    ):
        pass
