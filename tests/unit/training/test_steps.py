"""Mirrors src/boldwise/training/steps.py."""

import numpy as np
import pytest
import torch
from torch import nn

from boldwise.errors import ConfigError, DataError
from boldwise.training.options import TrainingOptions
from boldwise.training.steps import Stepper, find_device


class Line(nn.Module):
    """A linear map; its loss is multiplied by a factor."""

    def __init__(self, factor=1.0):
        super().__init__()
        self.map = nn.Linear(3, 2)
        nn.init.constant_(self.map.weight, 0.5)
        nn.init.zeros_(self.map.bias)
        self.factor = factor

    def loss(self, batch):
        """Mean squared error; keep what was seen."""
        self.seen = batch
        self.product = self.map(batch["x"])
        loss = self.factor * (self.product - batch["y"]).float().square().mean()
        return loss, {"error": loss}


@pytest.fixture
def batch():
    generator = np.random.default_rng(0)
    return {
        "x": generator.standard_normal((8, 3)).astype(np.float32),
        "y": generator.standard_normal((8, 2)).astype(np.float32),
    }


def gradient_of(stepper, batch):
    stepper.step(batch, 0.1)
    return torch.cat([one.grad.reshape(-1) for one in stepper.model.parameters()])


def test_a_long_gradient_is_cut_to_length_and_keeps_its_direction(batch):
    free = gradient_of(Stepper(Line(100.0), TrainingOptions()), batch)
    cut = gradient_of(Stepper(Line(100.0), TrainingOptions(clip_norm=0.1)), batch)

    assert free.norm() > 1
    torch.testing.assert_close(cut, free * 0.1 / free.norm(), rtol=1e-5, atol=0)


def test_a_short_gradient_is_left(batch):
    free = gradient_of(Stepper(Line(1e-3), TrainingOptions()), batch)
    cut = gradient_of(Stepper(Line(1e-3), TrainingOptions(clip_norm=0.1)), batch)

    torch.testing.assert_close(cut, free, rtol=1e-4, atol=0)


def test_the_rate_of_the_step_is_used(batch):
    stepper = Stepper(Line(), TrainingOptions(learning_rate=0.5))
    before = stepper.model.map.weight.detach().clone()

    stepper.step(batch, 0.01)

    # Adam's first step is as long as the rate, whatever the gradient.
    moved = (stepper.model.map.weight - before).abs()
    torch.testing.assert_close(moved, torch.full((2, 3), 0.01), rtol=1e-3, atol=0)


def test_low_precision_is_for_products_while_weights_stay_precise(batch):
    stepper = Stepper(Line(), TrainingOptions(mixed_precision="bf16"))

    losses = stepper.step(batch, 0.1)

    assert stepper.model.product.dtype == torch.bfloat16
    assert stepper.model.map.weight.dtype == torch.float32
    assert stepper.model.map.weight.grad.dtype == torch.float32
    assert losses["loss"].dtype == torch.float32


def test_half_precision_on_disk_is_single_in_the_model(batch):
    stepper = Stepper(Line(), TrainingOptions())
    given = {
        **batch,
        "x": batch["x"].astype(np.float16),
        "part": {"z": np.zeros(2, np.float16)},
        "row": np.arange(8),
        "name": "01",
    }

    stepper.step(given, 0.1)
    seen = stepper.model.seen

    assert seen["x"].dtype == seen["part"]["z"].dtype == torch.float32
    assert seen["row"].dtype == torch.int64
    assert seen["name"] == "01"


def test_pinning_leaves_a_batch_for_the_cpu_as_it_is(batch):
    assert Stepper(Line(), TrainingOptions()).pin(batch) is batch


def test_a_model_without_a_loss_is_refused():
    with pytest.raises(DataError, match=r"no method loss\(batch\)"):
        Stepper(nn.Linear(2, 2), TrainingOptions())


def test_a_model_that_is_frozen_is_refused():
    with pytest.raises(DataError, match="Line has no parameter to train"):
        Stepper(Line().requires_grad_(False), TrainingOptions())


@pytest.mark.parametrize("bad", ["shape", "gradient"])
def test_a_loss_that_cannot_be_lowered_is_refused(batch, bad):
    class Bad(Line):
        def loss(self, batch):
            loss = self.map(batch["x"])
            return (loss if bad == "shape" else loss.detach().mean()), {}

    told = {"shape": r"shape \(8, 2\) and a gradient", "gradient": "and no gradient"}
    with pytest.raises(DataError, match=told[bad]):
        Stepper(Bad(), TrainingOptions()).step(batch, 0.1)


@pytest.mark.parametrize("name", ["cuda:99", "abacus"])
def test_a_device_that_is_not_there_is_told(name):
    with pytest.raises(ConfigError, match=f"cannot use device '{name}' here"):
        find_device(name)
