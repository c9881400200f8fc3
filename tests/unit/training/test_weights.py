"""Mirrors src/boldwise/training/weights.py."""

import numpy as np
import pytest
import torch
from torch import nn

from boldwise.errors import ShapeMismatchError
from boldwise.training.weights import load_weights, weights_of


def test_a_model_gets_its_weights_back(make_model):
    first, second = make_model(seed=0), make_model(seed=1)

    load_weights(second, weights_of(first))

    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_weights_are_copies(make_model):
    model = make_model()
    before = weights_of(model)["first.weight"].copy()
    kept = weights_of(model)

    with torch.no_grad():
        model.first.weight.zero_()

    assert np.array_equal(kept["first.weight"], before)


def test_bfloat16_keeps_its_values():
    model = nn.Linear(3, 2).bfloat16()
    kept = weights_of(model)

    assert kept["weight"].dtype == np.float32
    assert torch.equal(torch.from_numpy(kept["weight"]).bfloat16(), model.weight)


def test_weights_of_another_model_are_refused_by_name_and_shape():
    model = nn.Linear(3, 2)
    before = model.weight.clone()
    other = {"weight": np.zeros((2, 4), np.float32), "scale": np.zeros(2)}

    with pytest.raises(
        ShapeMismatchError,
        match=r"3 of 3 weights are not those of this Linear: 'bias none for \(2,\)', "
        r"'scale \(2,\) for none', 'weight \(2, 4\) for \(2, 3\)'",
    ):
        load_weights(model, other)

    assert torch.equal(model.weight, before)
