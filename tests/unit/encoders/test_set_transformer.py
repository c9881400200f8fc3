"""A set has no order; longer sets are looked at as sharply."""

import torch

from boldwise.encoders.set_transformer import REFERENCE, SetBlock


def block_and_set(n=9):
    torch.manual_seed(0)
    return SetBlock(8, 2, 0.0).double(), torch.randn(3, n, 8).double()


def test_members_in_another_order_come_out_in_that_order():
    block, members = block_and_set()
    order = torch.randperm(9)

    torch.testing.assert_close(block(members[:, order]), block(members)[:, order])


def test_reading_the_first_members_only_gives_the_same():
    block, members = block_and_set()

    torch.testing.assert_close(block(members, n_read=2), block(members)[:, :2])


def test_sets_do_not_see_one_another():
    block, members = block_and_set()
    other = members.clone()
    other[1:] = 0

    torch.testing.assert_close(block(other)[0], block(members)[0])


def test_at_the_reference_size_attention_is_the_usual_one():
    block, members = block_and_set(REFERENCE)
    peer = torch.nn.MultiheadAttention(8, 2, bias=False, batch_first=True).double()
    with torch.no_grad():
        peer.in_proj_weight.copy_(block.qkv.weight)
        peer.out_proj.weight.copy_(block.out.weight)
        block.out.bias.zero_()
        block.down.weight.zero_()
        block.down.bias.zero_()
        normed = block.norm(members)
        expected = members + peer(normed, normed, normed)[0]

        torch.testing.assert_close(block(members), expected)
