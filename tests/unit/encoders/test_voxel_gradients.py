"""The gradient formed with the loss: against autograd, at the true chunk size."""

import pytest
import torch
from torch.nn.functional import gelu, layer_norm

from boldwise.encoders.voxel_gradients import loss_and_slopes
from boldwise.encoders.voxel_products import (
    AT_ONCE,
    CHUNK,
    Folded,
    cut_voxels,
    pattern_loss,
    predict,
)

L, T, C, H = 2, 5, 4, 3


def draw_folded(n_voxels):
    generator = torch.Generator().manual_seed(n_voxels)
    sizes = [(L, n_voxels, size) for size in (C, T, C, H)]
    sizes += [(n_voxels,), (L, H, C), (L, H)]
    return Folded(
        *(torch.randn(s, generator=generator, dtype=torch.float64) for s in sizes)
    )


def draw_stimuli(n_stimuli, n_voxels):
    generator = torch.Generator().manual_seed(n_stimuli)
    options = {"generator": generator, "dtype": torch.float64}
    keep = (torch.rand(n_stimuli, L, 1, C, **options) < 0.7) / 0.7
    return (
        torch.randn(n_stimuli, L, T, C, **options),
        torch.randn(n_stimuli, n_voxels, **options),
        keep.double(),
    )


def by_the_equations(tokens, folded, keep=None):
    """Equations (2) to (5) of all voxels and stimuli at once."""
    score = torch.einsum("lnc,bltc->blnt", folded.query, tokens) + folded.place
    f = layer_norm(torch.einsum("blnt,bltc->blnc", score.softmax(3), tokens), (C,))
    f = f if keep is None else f * keep
    h = gelu(torch.einsum("lhc,blnc->blnh", folded.hidden, f) + folded.shift[:, None])
    straight = torch.einsum("lnc,blnc->bn", folded.direct, f)
    return straight + torch.einsum("lnh,blnh->bn", folded.through, h) + folded.constant


def loss_of(found, target, cosine):
    alike = torch.cosine_similarity(found, target, dim=1).sum()
    return torch.stack([((found - target) ** 2).mean(1).sum(), alike])


@pytest.mark.parametrize("n_voxels", [1, 7, CHUNK, CHUNK + 1])
@pytest.mark.parametrize("n_stimuli", [1, AT_ONCE, AT_ONCE + 1])
def test_losses_and_slopes_are_those_of_autograd(n_voxels, n_stimuli):
    folded = draw_folded(n_voxels)
    tokens, target, keep = draw_stimuli(n_stimuli, n_voxels)
    losses, slopes = loss_and_slopes(tokens, folded, target, cosine=0.3, keep=keep)

    leaves = [one.clone().requires_grad_() for one in (tokens, *folded)]
    found = by_the_equations(leaves[0], Folded(*leaves[1:]), keep)
    wanted = loss_of(found, target, 0.3)
    gradient = torch.autograd.grad(wanted[0] - 0.3 * wanted[1], leaves)
    torch.testing.assert_close(losses, wanted)
    for mine, theirs in zip(slopes, gradient, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("n_voxels", [1, CHUNK - 1, CHUNK, 2 * CHUNK + 3])
def test_chunks_hold_each_voxel_once_and_predict_as_the_whole_does(n_voxels):
    folded, (tokens, _, keep) = draw_folded(n_voxels), draw_stimuli(2, n_voxels)
    chunks = cut_voxels(folded)

    assert len(chunks) == -(-n_voxels // CHUNK)
    for name in Folded._fields[:4]:
        joined = torch.cat([getattr(one, name) for one in chunks], 1)
        assert torch.equal(joined, getattr(folded, name))
    torch.testing.assert_close(
        predict(tokens, folded, keep), by_the_equations(tokens, folded, keep)
    )


def test_a_cosine_of_silence_is_zero_and_has_a_finite_slope():
    target = torch.tensor([[1.0, -1.0, 2.0], [0.0, 0.0, 0.0]])
    losses, slope = pattern_loss(torch.zeros(2, 3), target, cosine=0.0)

    torch.testing.assert_close(losses, torch.tensor([2.0, 0.0]))
    torch.testing.assert_close(slope, -2 / 3 * target)
