"""Mirrors src/boldwise/decoders/low_rank.py."""

import torch
from torch import nn

from boldwise.decoders.low_rank import LowRank, adapt_low_rank


def make():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 5), nn.GELU(), nn.Sequential(nn.Linear(5, 2)))


def test_an_adapter_changes_nothing_until_it_is_trained():
    model, x = make(), torch.randn(3, 6)
    before = model(x)

    adapt_low_rank(model, 2)

    assert torch.equal(model(x), before)


def test_only_adapters_are_left_to_train():
    model = make()
    adapt_low_rank(model, 3)

    left = {name for name, one in model.named_parameters() if one.requires_grad}

    assert left == {"0.down", "0.up", "2.0.down", "2.0.up"}
    assert model[2][0].down.shape == (5, 2)  # no wider than the layer


def test_the_departure_has_the_asked_rank():
    layer = LowRank(nn.Linear(6, 5), 2)
    nn.init.normal_(layer.up)
    x = torch.eye(6)

    departure = layer(x) - layer.base(x)

    assert torch.linalg.matrix_rank(departure) == 2


def test_a_second_call_adds_no_second_adapter():
    model = make()
    adapt_low_rank(model, 2)
    adapt_low_rank(model, 2)

    assert isinstance(model[0].base, nn.Linear)
