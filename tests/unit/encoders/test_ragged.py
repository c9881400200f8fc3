"""Readouts of queries: each voxel from its own, against products of all with all."""

import numpy as np
import pytest
import torch

from boldwise.encoders.ragged import RaggedReadout, SoftReadout
from boldwise.training.seeds import seeded

WIDTH = 6


def draw(n_stimuli, n_queries, seed=3):
    generator = torch.Generator().manual_seed(seed)
    shape = n_stimuli, n_queries, WIDTH
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def make(member):
    with seeded(0):
        readout = RaggedReadout(member, WIDTH).double()
        with torch.no_grad():
            readout.bias.normal_()
    return readout


def masked(readout, found, member):
    """Read every query with every voxel, as published, and mask what is not its own."""
    weight, bias = readout.by_voxel()
    own = torch.from_numpy(member).to(found.dtype)
    return torch.einsum("brd,vd,rv->bv", found, weight, own) + bias


MEMBERS = {
    "many voxels of few sets": np.random.default_rng(0).random((3, 40)) < 0.6,
    "a set for each voxel": np.eye(5, dtype=bool)[:, [3, 1, 4, 0, 2]],
    "one set for all": np.ones((2, 7), bool),
    "one voxel": np.array([[True], [False]]),
    "two voxels, one query": np.ones((1, 2), bool),
}


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("n_stimuli", [1, 4])
def test_values_and_gradients_are_those_of_the_masked_product(name, n_stimuli):
    member = MEMBERS[name]
    readout = make(member)
    slope = draw(n_stimuli, member.shape[1], seed=5)[..., 0]
    told = []
    for read in (lambda z: readout(z), lambda z: masked(readout, z, member)):
        found = draw(n_stimuli, len(member)).requires_grad_()
        response = read(found)
        learned = (found, readout.weight, readout.bias)
        told.append([response, *torch.autograd.grad((response * slope).sum(), learned)])

    for mine, theirs in zip(*told, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-10, atol=1e-12)


def test_half_precision_keeps_shapes_and_learns_in_full():
    member = MEMBERS["many voxels of few sets"]
    readout = make(member).float()
    found = draw(4, 3).float().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        response = readout(found)
    response.sum().backward()

    wanted = masked(readout, found, member)
    assert response.shape == (4, 40)
    assert readout.weight.grad.dtype == found.grad.dtype == torch.float32
    torch.testing.assert_close(response.float(), wanted, rtol=0.03, atol=0.1)


def test_a_soft_readout_is_the_mixture_that_it_learned():
    with seeded(0):
        readout = SoftReadout(4, 9, WIDTH).double()
        with torch.no_grad():
            readout.assign.normal_()
            readout.bias.normal_()
    found = draw(3, 4)
    share = torch.softmax(readout.assign, 1)
    mixed = torch.einsum("vr,brd->bvd", share, found)
    wanted = torch.einsum("bvd,vd->bv", mixed, readout.weight) + readout.bias

    torch.testing.assert_close(readout(found), wanted)


def test_a_soft_readout_of_one_query_is_linear_in_it():
    readout = SoftReadout(1, 5, WIDTH).double()
    found = draw(2, 1)

    torch.testing.assert_close(readout(found), found[:, 0] @ readout.weight.T)
    readout(found).square().sum().backward()
    assert not readout.assign.grad.any()  # there is nothing to choose
