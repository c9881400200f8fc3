"""Mirrors src/boldwise/training/optimiser.py."""

import subprocess
import sys

import torch
from torch import nn

from boldwise.training.optimiser import decayed_parameters, make_optimiser


class Mixed(nn.Module):
    """One of each kind of parameter."""

    undecayed = ("query",)

    def __init__(self):
        super().__init__()
        self.query = nn.Parameter(torch.ones(2, 3))
        self.embedding = nn.Embedding(4, 3)
        self.blocks = nn.Sequential(nn.Linear(3, 3), nn.LayerNorm((2, 3)))
        self.frozen = nn.Linear(3, 3).requires_grad_(False)
        self.attention = nn.MultiheadAttention(4, 2)
        self.gain = nn.Parameter(torch.ones(3))


def test_only_matrices_decay():
    assert decayed_parameters(Mixed()) == [
        "blocks.0.weight",
        "attention.in_proj_weight",
        "attention.out_proj.weight",
    ]


def test_a_model_that_is_itself_an_embedding_is_free():
    assert decayed_parameters(nn.Embedding(3, 2)) == []


def test_every_parameter_to_train_is_in_one_group():
    model = Mixed()
    groups = make_optimiser(model, learning_rate=0.1, weight_decay=0.1).param_groups
    found = [id(one) for group in groups for one in group["params"]]

    assert sorted(found) == sorted(id(p) for p in model.parameters() if p.requires_grad)
    assert [group["weight_decay"] for group in groups] == [0.1, 0.0]


def test_a_parameter_without_a_gradient_stays_and_costs_nothing():
    model = nn.Linear(2, 2)
    optimiser = make_optimiser(model, learning_rate=0.1, weight_decay=0.1)
    model.weight.grad = torch.ones(2, 2)
    before = model.bias.detach().clone()

    optimiser.step()

    assert torch.equal(model.bias, before)
    assert list(optimiser.state) == [model.weight]


def test_a_step_does_not_import_the_compiler():
    code = """
import sys, torch
from boldwise.training.options import TrainingOptions
from boldwise.training.steps import Stepper
model = torch.nn.Linear(2, 2)
model.loss = lambda batch: (model(batch["x"]).sum(), {})
Stepper(model, TrainingOptions(clip_norm=1.0)).step({"x": torch.ones(3, 2)}, 0.1)
print("torch._dynamo" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def test_a_step_is_that_of_the_paper():
    """Loshchilov & Hutter 2019, algorithm 2, written out for one weight."""
    model = nn.Linear(1, 1, bias=False).double()
    weight = expected = model.weight.item()
    optimiser = make_optimiser(model, learning_rate=0.1, weight_decay=0.5)
    m = v = 0.0
    for t in range(1, 6):
        gradient = 2 * weight
        model.weight.grad = torch.full((1, 1), gradient, dtype=torch.float64)
        optimiser.step()
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        expected -= 0.1 * (m_hat / (v_hat**0.5 + 1e-8) + 0.5 * expected)
        weight = model.weight.item()
        assert abs(weight - expected) < 1e-12
