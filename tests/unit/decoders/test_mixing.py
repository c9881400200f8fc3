"""Mirrors src/boldwise/decoders/mixing.py."""

import pytest
import torch

from boldwise.decoders.mixing import Mixture, draw_mixture

SIZES = [6, 1, 9, 4]


@pytest.fixture(params=range(20))
def mixture(request):
    torch.manual_seed(request.param)
    return draw_mixture(SIZES)


def blocks():
    first = 0
    for size in SIZES:
        yield slice(first, first + size)
        first += size


def test_rows_of_labels_sum_to_one_whoever_the_partner_is(mixture):
    labels = mixture.labels()

    assert labels.shape == (20, 20)
    assert torch.allclose(labels.sum(1), torch.ones(20))
    assert (labels >= 0).all()


def test_partners_are_of_the_same_subject_each_once(mixture):
    for block in blocks():
        own = torch.arange(20)[block]
        assert torch.equal(mixture.partner[block].sort().values, own)


def test_a_row_that_is_its_own_partner_is_wholly_itself():
    mixture = Mixture(torch.tensor([0, 2, 1]), torch.tensor([0.3, 0.4, 1.0]))

    expected = torch.tensor([[1.0, 0, 0], [0, 0.4, 0.6], [0, 0, 1.0]])
    assert torch.allclose(mixture.labels(), expected)


def test_labels_tell_what_the_mixed_rows_hold(mixture):
    """Mixed unit vectors are their labels."""
    assert torch.allclose(mixture.mix(torch.eye(20)), mixture.labels())


def test_blocks_mix_as_the_whole_does(mixture):
    values = torch.randn(20, 3, 2)
    whole = mixture.mix(values)

    for block in blocks():
        part = mixture.block(block.start, block.stop)
        assert torch.equal(part.mix(values[block]), whole[block])


def test_about_half_of_the_rows_are_mixed_and_mostly_with_one_of_two():
    torch.manual_seed(0)
    share = draw_mixture([4000]).share

    mixed = share[share < 1]
    assert 0.42 < len(mixed) / 4000 < 0.52  # some of the mixed have a share of 1
    assert 0.45 < mixed.mean() < 0.55
    assert ((mixed < 0.1) | (mixed > 0.9)).float().mean() > 0.6
