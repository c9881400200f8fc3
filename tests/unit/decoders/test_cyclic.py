"""Mirrors src/boldwise/decoders/cyclic.py."""

import numpy as np
import pytest
import torch

from boldwise.decoders.cyclic import Builder, cycle_loss, rebuild_loss
from boldwise.decoders.subject_maps import MapOptions, SubjectInput, SubjectMap

H, B = 3, 4
SIZES = {"a": 5, "b": 7, "c": 6}


@pytest.fixture
def world():
    """Builders that are the pseudo-inverse of the maps: every round trip is exact."""
    torch.manual_seed(0)
    maps, builders = {}, {}
    for name, size in SIZES.items():
        one = SubjectInput(np.zeros(size), np.ones(size))
        maps[name] = SubjectMap(one, H, MapOptions())
        builders[name] = Builder(H, size)
        with torch.no_grad():
            weight = maps[name].inner.linear.weight  # (H, V)
            inverse = torch.linalg.pinv(weight)  # (V, H)
            builders[name].linear.weight.copy_(inverse)
            builders[name].linear.bias.copy_(-inverse @ maps[name].inner.linear.bias)
    embedded = {name: torch.randn(B, H) for name in SIZES}
    return maps, builders, embedded


def test_exact_builders_lose_nothing_on_the_way(world):
    maps, builders, embedded = world
    columns = {name: builders[name](embedded[name]) for name in SIZES}

    assert cycle_loss(builders, maps, embedded).item() == pytest.approx(0, abs=1e-9)
    assert rebuild_loss(builders, columns, embedded).item() == 0


def test_rebuilding_is_the_mean_squared_error_of_each_subject(world):
    _, builders, embedded = world
    columns = {name: torch.zeros(B, size) for name, size in SIZES.items()}
    expected = np.mean([builders[k](embedded[k]).square().mean().item() for k in SIZES])

    assert rebuild_loss(builders, columns, embedded).item() == pytest.approx(expected)


def test_each_subject_goes_through_another(world):
    """With one builder spoilt, only the vectors that go through it are lost."""
    maps, builders, embedded = world
    with torch.no_grad():
        builders["b"].linear.bias += 1.0
    lost = [
        (maps["b"].embed(builders["b"](embedded[k])) - embedded[k]).square().mean()
        for k in "ac"
    ]

    found = {round(cycle_loss(builders, maps, embedded).item(), 5) for _ in range(20)}

    assert found == {round(one.item() / 3, 5) for one in lost}


def test_one_subject_alone_has_no_round_trip(world):
    maps, builders, embedded = world
    embedded["a"].requires_grad_(True)

    loss = cycle_loss(builders, maps, {"a": embedded["a"]})

    assert loss.item() == 0
    assert loss.requires_grad
