"""NumPy arrays and torch tensors through the same functions."""

import numpy as np
import pytest
import torch

from boldwise.errors import DataError
from boldwise.linear.arrays import (
    cast,
    is_tensor,
    namespace,
    precision_of,
    put,
    to_device,
    to_numpy,
    upper_triangle,
)

VALUES = np.arange(6.0).reshape(3, 2)


def test_each_array_finds_its_library():
    assert namespace(VALUES) is np
    assert namespace(torch.ones(2)) is torch
    assert is_tensor(torch.ones(2))
    assert not is_tensor(VALUES)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_is_told_of_both(dtype):
    assert precision_of(VALUES.astype(dtype)) == np.dtype(dtype)
    assert precision_of(torch.ones(2, dtype=getattr(torch, dtype))) == np.dtype(dtype)


def test_whole_numbers_are_worked_on_in_double():
    assert precision_of(np.arange(3)) == np.float64


def test_values_are_put_where_another_array_is():
    tensor = torch.ones(1, dtype=torch.float32)

    there = put(VALUES[::-1], like=tensor)
    back = put(there, like=VALUES)

    assert there.dtype == torch.float32
    np.testing.assert_array_equal(back, VALUES[::-1])
    assert back.dtype == np.float64


def test_an_array_that_is_there_is_not_copied():
    assert put(VALUES, like=VALUES) is VALUES
    assert to_numpy(VALUES) is VALUES
    assert to_device(VALUES, None) is VALUES


def test_cast_lays_out_rows():
    flipped = np.flip(VALUES, 1)

    assert cast(flipped, np.float64).flags.c_contiguous
    assert cast(torch.from_numpy(VALUES).T, np.float32).is_contiguous()


def test_upper_triangle_keeps_every_product():
    features = np.random.default_rng(0).standard_normal((20, 4))

    for kind in (features, to_device(features, "cpu")):
        turned = to_numpy(upper_triangle(kind))
        assert turned.shape == (4, 4)
        np.testing.assert_allclose(turned.T @ turned, features.T @ features)


@pytest.mark.skipif(torch.cuda.is_available(), reason="here CUDA works")
def test_a_device_that_is_not_there_says_what_to_give_instead():
    with pytest.raises(DataError, match=r"cannot use device 'cuda' here.*device=None"):
        to_device(VALUES, "cuda")
