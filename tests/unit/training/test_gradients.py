"""Mirrors src/boldwise/training/gradients.py."""

import numpy as np
import pytest
import torch
from torch import nn

from boldwise.training.gradients import dead_parameters
from boldwise.training.seeds import seeded


class Planted(nn.Module):
    """A linear map, with dead parts of the kinds that are met in the wild."""

    def __init__(self):
        super().__init__()
        self.alive = nn.Linear(4, 3)
        self.unused = nn.Linear(4, 3)
        self.over_one = nn.LayerNorm(1)  # of a single number: only its bias is left
        self.before_norm = nn.Parameter(torch.zeros(()))
        self.down = nn.Parameter(torch.randn(4, 2))
        self.up = nn.Parameter(torch.zeros(2, 3))  # a low-rank adapter begins at zero
        self.frozen = nn.Parameter(torch.ones(3), requires_grad=False)

    def loss(self, batch):
        """Mean squared error after a norm."""
        hidden = self.alive(batch["x"]) + batch["x"] @ self.down @ self.up
        hidden = nn.functional.layer_norm(hidden + self.before_norm, (3,))
        hidden = hidden + self.over_one(hidden.unsqueeze(-1)).squeeze(-1) * self.frozen
        return (hidden - batch["y"]).square().mean(), {}


@pytest.fixture
def model():
    with seeded(0):
        return Planted()


@pytest.fixture
def batch():
    generator = np.random.default_rng(0)
    return {
        "x": generator.standard_normal((8, 4)).astype(np.float32),
        "y": generator.standard_normal((8, 3)).astype(np.float32),
        "subject": 1,
    }


def test_planted_dead_parameters_are_found_and_no_others(model, batch):
    assert dead_parameters(model, [batch]) == {
        "before_norm": "zero gradient",
        "unused.weight": "unused",
        "unused.bias": "unused",
        "over_one.weight": "zero gradient",
    }


def test_an_adapter_that_begins_at_zero_is_not_dead(model, batch):
    assert "down" in dead_parameters(model, [batch], jitter=0.0)
    assert "down" not in dead_parameters(model, [batch])


def test_one_batch_that_reaches_it_is_enough():
    class PerSubject(nn.Module):
        def __init__(self):
            super().__init__()
            self.maps = nn.ModuleDict({name: nn.Linear(4, 3) for name in "ab"})

        def loss(self, batch):
            return self.maps[batch["source"]](batch["x"]).square().mean(), {}

    with seeded(0):
        model = PerSubject()
    a, b = ({"x": torch.ones(2, 4), "source": name} for name in "ab")

    assert set(dead_parameters(model, [a])) == {"maps.b.weight", "maps.b.bias"}
    assert dead_parameters(model, [a, b]) == {}


def test_the_model_is_left_as_it_is(model, batch):
    before = {name: one.clone() for name, one in model.state_dict().items()}
    model.eval()

    dead_parameters(model, [batch])

    assert not model.training
    assert all(torch.equal(model.state_dict()[n], one) for n, one in before.items())
    assert all(one.grad is None for one in model.parameters())


def test_parts_of_a_batch_may_be_dicts(model, batch):
    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model.alive

        def loss(self, batch):
            return self.inner(batch["01"]["x"]).square().mean(), {}

    assert dead_parameters(Wrapped(), [{"01": batch}]) == {}
