"""What is encoded as an attribute comes back."""

import numpy as np
import pytest

from boldwise.io.attributes import JSON, decode, encode


@pytest.mark.parametrize(
    "value", [1, 2.5, True, "text", "json:[1]", None, [1, [2.0]], {"b": 1, "a": None}]
)
def test_values_come_back(value):
    assert decode(encode(value)) == value


@pytest.mark.parametrize("value", [1, 2.5, True, "text"])
def test_what_hdf5_can_hold_is_held_as_it_is(value):
    assert encode(value) is value


def test_arrays_become_lists_and_numbers_of_numpy_plain():
    assert decode(encode({"x": np.arange(3), "y": np.float32(0.5)})) == {
        "x": [0, 1, 2],
        "y": 0.5,
    }
    assert type(encode(np.int64(3))) is int
    assert type(decode(np.int64(3))) is int


def test_the_order_of_keys_leaves_no_trace():
    assert (
        encode({"b": 1, "a": 2})
        == encode({"a": 2, "b": 1})
        == JSON + '{"a": 2, "b": 1}'
    )
