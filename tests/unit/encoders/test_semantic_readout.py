"""The content of a stimulus moves fields, maps and gains; without it nothing moves."""

import pytest
import torch

from boldwise.encoders.readouts import MapShape, build_readout
from boldwise.encoders.semantic_readout import PARTS, SemanticReadout
from boldwise.errors import ConfigError

GRID = (4, 8)
SHAPE = MapShape(GRID, 3)


@pytest.fixture
def maps():
    return torch.randn(5, 32, 3, generator=torch.manual_seed(1))


def silence(readout):
    with torch.no_grad():
        for head in readout.heads.values():
            head.weight.zero_()
            head.bias.zero_()


def test_silent_heads_leave_the_factorised_readout(maps):
    semantic = build_readout("semantic", SHAPE, 2)
    plain = build_readout("factorised", SHAPE, 2)
    plain.load_state_dict(semantic.state_dict(), strict=False)
    silence(semantic)

    torch.testing.assert_close(
        semantic(maps, GRID), plain(maps, GRID), rtol=1e-4, atol=1e-5
    )


def test_a_shift_moves_the_mask_by_as_much(maps):
    readout = build_readout("semantic", SHAPE, 1, moves=["fields"])
    silence(readout)
    place = torch.zeros(1, 32)
    place[0, 11] = 1.0  # row 1, column 3
    readout.start_at(place)
    with torch.no_grad():  # the third of six numbers: two columns of a width of 2
        readout.heads["fields"].bias[2] = 10 * 2 * 2 / 8

    moved = readout.moved(readout.content(maps), GRID)

    torch.testing.assert_close(moved.argmax(2), torch.full((5, 1), 9))


def test_moved_masks_still_sum_to_one(maps):
    readout = build_readout("semantic", SHAPE, 2)
    with torch.no_grad():
        readout.heads["fields"].bias += 1.5 * torch.randn(12)

    total = readout.moved(readout.content(maps), GRID).sum(2)

    torch.testing.assert_close(total, torch.ones(5, 2))


def test_only_what_is_asked_for_moves(maps):
    for part in PARTS:
        assert list(SemanticReadout(SHAPE, 2, moves=[part]).heads) == [part]
    readout = build_readout("semantic", SHAPE, 2, moves=["gains"])
    mask = readout.moved(readout.content(maps), GRID)

    torch.testing.assert_close(mask, readout.place(GRID).expand(5, -1, -1))


@pytest.mark.parametrize("moves", [[], ["field"]])
def test_unknown_moves_are_refused(moves):
    with pytest.raises(ConfigError, match="name one or more of fields, maps, gains"):
        SemanticReadout(SHAPE, 2, moves=moves)
