"""Cores: pictures in, maps out, everything learns."""

import pytest
import torch

from boldwise.encoders.cores import CoreShape, build_core
from boldwise.errors import ConfigError
from boldwise.training.gradients import dead_parameters

KINDS = ("convolutional", "transformer")


class Summed(torch.nn.Module):
    """A loss on a core."""

    def __init__(self, core):
        super().__init__()
        self.core = core

    def loss(self, batch):
        """Weigh the maps."""
        maps = self.core(batch["pictures"])
        return (maps * batch["weight"]).sum(), {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("kernel", "stride"), [(9, 4), (5, 4), (4, 4), (6, 3), (4, 1)])
def test_maps_have_the_grid_of_the_stride(kind, kernel, stride):
    shape = CoreShape(kind, n_features=8, kernel=kernel, stride=stride, n_heads=2)
    core = build_core((3, 23, 36), shape)

    maps = core(torch.randn(2, 3, 23, 36))

    assert core.grid == (23 // stride, 36 // stride)
    assert maps.shape == (2, core.grid[0] * core.grid[1], 8)


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_can_learn(kind):
    core = build_core((1, 16, 16), CoreShape(kind, n_features=8, n_heads=2))
    batch = {"pictures": torch.randn(6, 1, 16, 16), "weight": torch.randn(6, 16, 8)}

    assert dead_parameters(Summed(core), [batch]) == {}


def test_places_run_row_by_row():
    core = build_core((1, 16, 32), CoreShape(n_features=4, n_blocks=0, kernel=5)).eval()
    picture = torch.zeros(1, 1, 16, 32)
    picture[0, 0, 6, 22] = 1.0  # row 1 of 4, column 5 of 8

    change = (core(picture) - core(picture * 0))[0].abs().sum(1)

    assert change.argmax() == 1 * 8 + 5


def test_a_pair_of_filters_does_not_mind_the_phase():
    core = build_core((1, 32, 32), CoreShape(n_features=1, n_blocks=0, kernel=9)).eval()
    steps = torch.arange(9) - 4.0
    window = torch.exp(-(steps**2) / 8)
    with torch.no_grad():
        for index, wave in enumerate((torch.cos, torch.sin)):
            core.first.pair.weight[index, 0] = window[:, None] * window * wave(steps)
    x = torch.arange(32.0)
    pictures = torch.stack(
        [torch.cos(x + phase).expand(1, 32, 32) for phase in (0.0, 0.7, 1.6, 3.0)]
    )

    inside = core(pictures).reshape(4, 8, 8)[:, 2:6, 2:6]

    assert (inside.std(0) / inside.mean(0)).max() < 0.05


def test_unknown_cores_and_small_pictures_are_refused():
    with pytest.raises(ConfigError, match="core 'cnn' is none of convolutional"):
        build_core((1, 32, 32), CoreShape("cnn"))
    with pytest.raises(ConfigError, match="8 by 32 pixels are too small for a core"):
        build_core((1, 8, 32), CoreShape())
    with pytest.raises(ConfigError, match="a kernel of 2 pixels every 4 leaves pixels"):
        build_core((1, 32, 32), CoreShape(kernel=2))
