"""Attention of queries: tokens in half precision, and where a place lies."""

import math

import pytest
import torch

from boldwise.encoders.region_attention import QueryAttention, sine_positions
from boldwise.training.seeds import seeded

WIDTH, GRID = 8, (2, 3)


def make(n_queries):
    with seeded(0):
        layer = QueryAttention(n_queries, GRID, WIDTH, n_heads=2)
    layer.mean.fill_(1000)
    layer.scale.copy_(torch.linspace(0.5, 4, WIDTH))
    return layer.double().eval()


def draw(n_stimuli):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(n_stimuli, 6, WIDTH, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("n_queries", [3, 20])
def test_halves_survive_a_mean_far_above_the_spread(n_queries):
    layer = make(n_queries)
    tokens = (draw(2) * layer.scale + 1000).float()
    wanted, _ = layer(tokens.double())
    with torch.autocast("cpu", torch.bfloat16):
        found, _ = layer.float()(tokens)

    torch.testing.assert_close(found.double(), wanted, rtol=0.05, atol=0.05)


def test_positions_are_sines_and_cosines_of_the_middle_of_each_place():
    position = sine_positions(GRID, WIDTH)
    for place in range(6):
        shares = (place // 3 + 0.5) / 2, (place % 3 + 0.5) / 3
        for half, share in enumerate(shares):
            turn = [2 * math.pi * share * rate for rate in (1, 1e-2)]
            wanted = [*map(math.sin, turn), *map(math.cos, turn)]
            told = position[place, 4 * half : 4 * half + 4]
            torch.testing.assert_close(told, torch.tensor(wanted))
