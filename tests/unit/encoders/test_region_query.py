"""Region queries: the equations, the readout, what positions may do."""

import numpy as np
import pytest
import torch

from boldwise.encoders.ragged import RaggedReadout, SoftReadout
from boldwise.encoders.region_attention import sine_positions
from boldwise.encoders.region_query import RegionQueryEncoder, RegionQuerySizes
from boldwise.errors import ConfigError
from boldwise.training.gradients import dead_parameters
from boldwise.training.seeds import seeded

GRID, WIDTH = (3, 4), 8
MEMBER = np.array([[1, 1, 0, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1]], bool)


def make(member=MEMBER, **sizes):
    with seeded(0):
        model = RegionQueryEncoder(
            member, GRID, WIDTH, sizes=RegionQuerySizes(**sizes)
        ).double()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.3 * torch.randn_like(parameter))
        model.standardise_with(np.linspace(-1, 1, WIDTH), np.linspace(0.5, 2, WIDTH))
    return model.eval()


def draw_tokens(n=3):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(n, 12, WIDTH, generator=generator, dtype=torch.float64)


def by_the_equations(model, tokens, member):
    """Equations (1) to (4) head by head: all keys and values, all queries read."""
    layer, readout = model.attention, model.readout
    x = (tokens - layer.mean) / layer.scale
    key = torch.einsum("btd,ed->bte", x + layer.position, layer.to_key.weight)
    value = torch.einsum("btd,ed->bte", x, layer.to_value.weight) + layer.to_value.bias
    query = layer.to_query(layer.query)
    wide = WIDTH // layer.n_heads
    found = []
    for head in range(layer.n_heads):
        own = slice(head * wide, (head + 1) * wide)
        score = torch.einsum("rw,btw->brt", query[:, own], key[..., own]) / wide**0.5
        found.append(score.softmax(2) @ value[..., own])
    z = layer.to_output(torch.cat(found, 2))
    if layer.feed_forward is not None:
        z = z + layer.feed_forward(z)
    weight, bias = readout.by_voxel()
    each = torch.einsum("brd,vd->brv", z, weight)
    return torch.einsum("brv,rv->bv", each, torch.from_numpy(member).double()) + bias


@pytest.mark.parametrize("n_heads", [1, 2, 8])
@pytest.mark.parametrize("hidden", [0, 6])
def test_values_and_gradients_are_those_of_the_equations(n_heads, hidden):
    model, tokens = make(n_heads=n_heads, hidden=hidden), draw_tokens()
    slope = torch.linspace(-1, 1, 15, dtype=torch.float64).reshape(3, 5)
    parameters = list(model.parameters())

    ours, plain = model(tokens), by_the_equations(model, tokens, MEMBER)

    torch.testing.assert_close(ours, plain)
    found, wanted = (
        torch.autograd.grad((one * slope).sum(), parameters) for one in (ours, plain)
    )
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_both_orders_of_products_are_tested():
    assert make(n_heads=1).attention.folds
    assert not make(n_heads=8).attention.folds


def test_a_query_per_voxel_reads_as_the_equations_say():
    member = np.eye(5, dtype=bool)
    model, tokens = make(member), draw_tokens()

    torch.testing.assert_close(model(tokens), by_the_equations(model, tokens, member))


def test_gradients_of_the_ragged_readout_are_those_of_finite_differences():
    readout = RaggedReadout(MEMBER, 4).double()
    found = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)

    def read(found, weight, bias):
        values = {"weight": weight, "bias": bias}
        return torch.func.functional_call(readout, values, (found,))

    assert torch.autograd.gradcheck(read, (found, readout.weight, readout.bias))


def test_a_voxel_of_two_regions_reads_both_and_no_other():
    readout = RaggedReadout(MEMBER, 4)
    found = torch.randn(1, 3, 4, requires_grad=True)

    (slope,) = torch.autograd.grad(readout(found)[0, 4], found)

    reached = slope[0].abs().sum(1) > 0
    assert reached.tolist() == MEMBER[:, 4].tolist()


def test_without_positions_the_order_of_tokens_does_not_matter():
    model, tokens = make(), draw_tokens()
    shuffled = tokens[:, torch.randperm(12)]
    with_positions = model(shuffled)
    model.attention.position.zero_()

    torch.testing.assert_close(model(shuffled), model(tokens))
    assert not torch.allclose(with_positions, model(shuffled))


@pytest.mark.parametrize("n_heads", [1, 8])
def test_positions_move_attention_but_are_never_brought_back(n_heads):
    model = make(n_heads=n_heads)
    same = draw_tokens()[:, :1].expand(-1, 12, -1)  # one token everywhere
    attention, response = model.attend(same), model(same)
    model.attention.position.mul_(-1)

    assert not torch.allclose(model.attend(same), attention)
    torch.testing.assert_close(model(same), response)


def test_attention_is_told_per_query_and_sums_to_one():
    attention = make(n_heads=2).attend(draw_tokens())

    assert attention.shape == (3, 3, 12)
    torch.testing.assert_close(attention.sum(2), torch.ones_like(attention[..., 0]))


def test_soft_assignment_of_certainty_reads_one_query():
    readout, found = SoftReadout(3, 5, 4), torch.randn(2, 3, 4)
    choice = torch.tensor([0, 2, 1, 1, 0])
    with torch.no_grad():
        readout.assign.copy_(1e3 * torch.eye(3)[choice])
    weight, _ = readout.by_voxel()

    wanted = torch.einsum("bvd,vd->bv", found[:, choice], weight)
    torch.testing.assert_close(readout(found), wanted)


def test_positions_differ_between_all_places():
    position = sine_positions((5, 7), 16)

    apart = torch.cdist(position, position) + torch.eye(35)
    assert position.shape == (35, 16)
    assert apart.min() > 0.1


def test_tokens_of_an_odd_width_are_refused():
    with pytest.raises(ConfigError, match="6 wide; positions need a multiple of 4"):
        sine_positions((2, 2), 6)


@pytest.mark.parametrize("member", [MEMBER, (2, 5)])
def test_every_parameter_learns(member):
    model = make(member, n_heads=2, hidden=6)
    batch = {"tokens": draw_tokens(), "responses": torch.randn(3, 5)}

    assert dead_parameters(model, [batch]) == {}
