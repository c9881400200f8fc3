"""Prediction, loss and gradients of voxels that look at tokens, in few passes.

Letters for shapes: B stimuli, L levels, T tokens, C token width, H hidden width,
N voxels, n voxels of a chunk.

For a stimulus with tokens x and a voxel, on every level (equation numbers as in
``voxel_embedding``; what depends on the voxel alone was multiplied out before):

(2) A = softmax(q x' + p)
(3) f = (A x - mean) / spread
(4) h = gelu(M f + m)
(5) prediction = sum over levels of d · f + u · h, + c

The loss of a stimulus is known once all its voxels are predicted. What its gradient
needs is kept until then, and for a few stimuli only: attention maps of all stimuli
never lie in memory together, and nothing is computed twice but the gelu.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch.nn.functional import gelu, layer_norm

CHUNK = 256  # voxels at once on a CPU: what they need then lies in its cache
AT_ONCE = 4  # stimuli whose attention maps are kept together
EPSILON = 1e-5


class Folded(NamedTuple):
    """What the products of a stimulus with N voxels need.

    Attributes
    ----------
    query : tensor of shape (L, N, C)
        q: folded with the projection of the keys.
    place : tensor of shape (L, N, T)
        p: what positions add to scores.
    direct : tensor of shape (L, N, C)
        d: weight on what was found.
    through : tensor of shape (L, N, H)
        u: weight on the hidden layer, folded with its projection.
    constant : tensor of shape (N,)
        c.
    hidden, shift : tensor of shape (L, H, C) and (L, H)
        M and m.
    """

    query: torch.Tensor
    place: torch.Tensor
    direct: torch.Tensor
    through: torch.Tensor
    constant: torch.Tensor
    hidden: torch.Tensor
    shift: torch.Tensor


class Stimulus(NamedTuple):
    """One stimulus.

    Attributes
    ----------
    tokens : tensor of shape (L, T, C)
    keep : tensor of shape (L, 1, C), or None
        Factors on what is found: 0 where it is dropped.
    slope : tensor of shape (L, T, C), or None
        Gradient with respect to the tokens, as it adds up.
    """

    tokens: torch.Tensor
    keep: torch.Tensor | None = None
    slope: torch.Tensor | None = None


@dataclass
class Kept:
    """What the gradient of a chunk of n voxels needs of one stimulus.

    Attributes
    ----------
    attention : tensor of shape (L, n, T)
    found : tensor of shape (L, n, C)
        f, standardised.
    rate : tensor of shape (L, n, 1)
        1 / spread.
    before : tensor of shape (L, n, H)
        M f + m.
    """

    attention: torch.Tensor
    found: torch.Tensor
    rate: torch.Tensor
    before: torch.Tensor

    @classmethod
    def empty(cls, voxels: Folded) -> "Kept":
        """Make room for the voxels of one chunk."""
        like = voxels.place, voxels.query, voxels.query[..., :1], voxels.through
        return cls(*(torch.empty_like(one) for one in like))


@torch.no_grad()
def predict(
    tokens: torch.Tensor, folded: Folded, keep: torch.Tensor | None = None
) -> torch.Tensor:
    """Predict N voxels for each stimulus; keeps nothing, and carries no gradient.

    Parameters
    ----------
    tokens : tensor of shape (B, L, T, C)
    folded : Folded
    keep : tensor of shape (B, L, 1, C), optional
        Factors on what is found, such as dropout's.

    Returns
    -------
    prediction : tensor of shape (B, N)
    """
    seen = [
        Stimulus(one, None if keep is None else keep[b]) for b, one in enumerate(tokens)
    ]
    parts = []
    for chunk in cut_voxels(folded):
        kept = Kept.empty(chunk)
        parts.append(torch.stack([look(chunk, one, kept) for one in seen]))  # (B, n)
    return torch.cat(parts, 1)  # (B, N)


def predict_traced(tokens: torch.Tensor, folded: Folded) -> torch.Tensor:
    """Predict the same in operations that autograd follows, and that keep it all.

    For gradients of what is not the loss, such as with respect to the tokens; needs
    the memory of attention maps and hidden layers of all stimuli and voxels.

    Parameters
    ----------
    tokens : tensor of shape (B, L, T, C)
    folded : Folded

    Returns
    -------
    prediction : tensor of shape (B, N)
    """
    score = folded.query @ tokens.mT + folded.place  # (B, L, N, T)
    gathered = torch.softmax(score, 3) @ tokens  # (B, L, N, C), eq. 2
    found = layer_norm(gathered, gathered.shape[3:], eps=EPSILON)  # eq. 3
    hidden = gelu(found @ folded.hidden.mT + folded.shift[:, None])  # (B, L, N, H)
    through = (hidden * folded.through).sum((1, 3))  # (B, N), eq. 4
    return (found * folded.direct).sum((1, 3)) + through + folded.constant  # eq. 5


def cut_voxels(folded: Folded) -> list[Folded]:
    """Cut N voxels into chunks of n that the cache holds, each contiguous."""
    n_voxels = len(folded.constant)
    width = CHUNK if folded.constant.device.type == "cpu" else n_voxels
    cut = []
    for start in range(0, n_voxels, width):
        part = slice(start, start + width)
        own = [one[:, part].contiguous() for one in folded[:4]]
        cut.append(Folded._make([*own, folded.constant[part], *folded[5:]]))
    return cut


def look(voxels: Folded, seen: Stimulus, kept: Kept) -> torch.Tensor:
    """Predict the voxels of a chunk (n,), and keep what their gradient needs."""
    x = seen.tokens  # (L, T, C)
    score = torch.baddbmm(voxels.place, voxels.query, x.mT, out=kept.attention)
    attention = torch.softmax(score, 2, out=kept.attention)  # (L, n, T), eq. 2
    found = torch.bmm(attention, x, out=kept.found)  # (L, n, C), eq. 3
    found -= found.mean(2, keepdim=True)
    spread = found.square().mean(2, keepdim=True)  # (L, n, 1)
    torch.rsqrt(spread + EPSILON, out=kept.rate)
    found *= kept.rate
    used = found if seen.keep is None else found * seen.keep  # (L, n, C)
    shift = voxels.shift[:, None].expand_as(kept.before)  # (L, n, H)
    torch.baddbmm(shift, used, voxels.hidden.mT, out=kept.before)  # (L, n, H)
    through = gelu(kept.before).mul_(voxels.through).sum((0, 2))  # (n,), eq. 4
    return (used * voxels.direct).sum((0, 2)) + through + voxels.constant  # (n,), eq. 5


def learn(
    voxels: Folded, slopes: Folded, seen: Stimulus, kept: Kept, slope: torch.Tensor
) -> None:
    """Add the gradient of a chunk and a stimulus to ``slopes`` and ``seen.slope``.

    Parameters
    ----------
    voxels, slopes : Folded
        The chunk, and its gradient as it adds up.
    seen : Stimulus
        Without a gradient of its own, those of M and m are not formed either.
    kept : Kept
    slope : tensor of shape (n,)
        Of the loss with respect to the predictions.
    """
    x, each = seen.tokens, slope[:, None]  # (L, T, C), (n, 1)
    used = kept.found if seen.keep is None else kept.found * seen.keep  # (L, n, C)
    slopes.constant.add_(slope)
    slopes.direct.addcmul_(used, each)  # (L, n, C)
    slopes.through.addcmul_(gelu(kept.before), each)  # (L, n, H)
    before = torch.ops.aten.gelu_backward(voxels.through * each, kept.before)
    to_found = torch.baddbmm(voxels.direct * each, before, voxels.hidden)  # (L, n, C)
    if seen.slope is not None:
        slopes.hidden.baddbmm_(before.mT, used)  # (L, H, C)
        slopes.shift.add_(before.sum(1))  # (L, H)
    if seen.keep is not None:
        to_found *= seen.keep
    aligned = (to_found * kept.found).mean(2, keepdim=True)  # (L, n, 1)
    to_found -= to_found.mean(2, keepdim=True)
    to_found.addcmul_(kept.found, aligned, value=-1).mul_(kept.rate)  # (L, n, C)
    # of the softmax: sum_t A dA = dA x' · f / rate, as A x = f / rate + mean
    common = (to_found * kept.found).sum(2, keepdim=True) / kept.rate  # (L, n, 1)
    minus = (-common).expand_as(kept.attention)
    to_score = torch.baddbmm(minus, to_found, x.mT).mul_(kept.attention)  # (L, n, T)
    slopes.place.add_(to_score)
    slopes.query.baddbmm_(to_score, x)  # (L, n, C)
    if seen.slope is not None:
        seen.slope.baddbmm_(kept.attention.mT, to_found)  # (L, T, C)
        seen.slope.baddbmm_(to_score.mT, voxels.query)  # (L, T, C)


def pattern_loss(
    prediction: torch.Tensor, target: torch.Tensor, cosine: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Squared error less a cosine, per stimulus; with the gradient.

    Parameters
    ----------
    prediction, target : tensor of shape (B, N)
    cosine : float

    Returns
    -------
    losses : tensor of shape (2,)
        Sums over stimuli: of the mean squared error over voxels, and of the cosine.
    slope : tensor of shape (B, N)
        Of the first less ``cosine`` times the second.
    """
    error = prediction - target  # (B, N)
    long = prediction.norm(dim=1, keepdim=True).clamp_min(1e-12)  # (B, 1)
    product = long * target.norm(dim=1, keepdim=True).clamp_min(1e-12)  # (B, 1)
    alike = (prediction * target).sum(1, keepdim=True) / product  # (B, 1)
    turn = target / product - alike * prediction / long**2  # (B, N)
    slope = 2 / error.shape[1] * error - cosine * turn  # (B, N)
    return torch.stack([error.square().mean(1).sum(), alike.sum()]), slope
