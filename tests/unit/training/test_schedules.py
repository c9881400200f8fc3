"""Mirrors src/boldwise/training/schedules.py."""

import numpy as np
import pytest
import torch

from boldwise.training.schedules import rate_factor


def rates_of_torch(make, n_steps):
    """Rates that a scheduler of torch sets, of a highest rate of 1."""
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimiser)
    rates = []
    for step in range(n_steps):
        if step:
            optimiser.step()
            scheduler.step()
        rates.append(optimiser.param_groups[0]["lr"])
    return rates


@pytest.mark.parametrize("warmup", [0.3, 0.45, 1.0])
@pytest.mark.parametrize("n_steps", [5, 10, 97])
def test_one_cycle_is_that_of_torch(n_steps, warmup):
    expected = rates_of_torch(
        lambda optimiser: torch.optim.lr_scheduler.OneCycleLR(
            optimiser, 1.0, n_steps, pct_start=warmup, cycle_momentum=False
        ),
        n_steps,
    )

    found = [
        rate_factor("one_cycle", n, n_steps, warmup=warmup) for n in range(n_steps)
    ]

    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_cosine_is_that_of_torch():
    expected = rates_of_torch(
        lambda optimiser: torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 20), 20
    )

    found = [rate_factor("cosine", step, 20) for step in range(20)]

    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_warm_up_rises_in_equal_steps_to_the_highest_rate():
    found = [rate_factor("constant", step, 10, warmup=0.4) for step in range(10)]

    np.testing.assert_allclose(found, [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1])


def test_cosine_falls_only_after_the_warm_up():
    late = [rate_factor("cosine", step, 10, warmup=0.4) for step in range(4, 10)]

    np.testing.assert_allclose(late, [rate_factor("cosine", n, 6) for n in range(6)])


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
@pytest.mark.parametrize("warmup", [0.0, 0.01, 0.5, 1.0])
@pytest.mark.parametrize("n_steps", [1, 2, 7])
def test_a_factor_is_a_share(schedule, warmup, n_steps):
    found = [rate_factor(schedule, n, n_steps, warmup=warmup) for n in range(n_steps)]

    assert 0 < min(found) <= max(found) <= 1
