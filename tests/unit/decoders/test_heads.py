"""Mirrors src/boldwise/decoders/heads.py."""

import pytest
import torch

from boldwise.decoders.heads import Head, HeadOptions, Residual
from boldwise.errors import ConfigError

B, H, T, D = 3, 24, 5, 7


def make(shape, **options):
    torch.manual_seed(0)
    return Head(H, shape, HeadOptions(**options))


@pytest.fixture
def latent():
    return torch.randn(B, H, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((D,), {}),
        ((T, D), {"n_projections": 2}),
        ((T, D), {"kind": "resampled", "width": 8, "depth": 2}),
        ((3, 8, 12), {"kind": "picture", "width": 4}),
    ],
)
def test_both_embeddings_have_the_shape_of_the_target(latent, shape, options):
    regression, retrieval = make(shape, **options)(latent)

    assert regression.shape == retrieval.shape == (B, *shape)


def test_a_linear_head_is_one_matrix_to_all_tokens(latent):
    head = make((T, D))
    layer = head.expand.linear

    expected = (latent @ layer.weight.T + layer.bias).reshape(B, T, D)
    torch.testing.assert_close(head(latent)[0], expected)


def test_retrieval_departs_from_regression_by_training(latent):
    head = make((T, D))
    regression, retrieval = head(latent)
    assert torch.equal(regression, retrieval)

    torch.nn.init.normal_(head.project[0].linear.weight)
    regression, retrieval = head(latent)
    assert not torch.allclose(regression, retrieval)


def test_a_residual_layer_is_its_equation():
    torch.manual_seed(0)
    layer, x = Residual(D), torch.randn(B, D)
    torch.nn.init.normal_(layer.linear.weight)
    centred = x - x.mean(1, keepdim=True)
    normed = centred / (centred.square().mean(1, keepdim=True) + 1e-5).sqrt()
    bent = normed * (1 + torch.erf(normed / 2**0.5)) / 2

    torch.testing.assert_close(layer(x), x + bent @ layer.linear.weight.T)


def test_resampled_tokens_of_one_stimulus_are_not_of_rank_one():
    """The published tokeniser gives every token the same vector, scaled."""
    torch.manual_seed(0)
    head = Head(64, (16, 12), HeadOptions("resampled", width=8))
    tokens = head(3 * torch.randn(B, 64))[0]  # (B, T, D)

    moved = tokens - tokens.mean(1, keepdim=True)
    singular = torch.linalg.svdvals(moved)
    assert (singular[:, 2] > 1e-3 * singular[:, 0]).all()


def test_a_resampled_head_needs_tokens_and_a_width_that_divides():
    with pytest.raises(ConfigError, match="resampled head needs a target of tokens"):
        make((D,), kind="resampled", width=8)
    with pytest.raises(ConfigError, match="cut into tokens of 7"):
        make((T, D), kind="resampled", width=7)


def test_pictures_are_for_regression_and_of_sides_that_double_twice(latent):
    head = make((3, 8, 8), kind="picture", width=4)
    assert not head.retrieves
    with pytest.raises(ConfigError, match="sides are multiples of 4"):
        make((3, 8, 9), kind="picture")


def test_unknown_heads_are_refused():
    with pytest.raises(ConfigError, match="a head is 'conv'; known: linear, resampled"):
        HeadOptions("conv")
