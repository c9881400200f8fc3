"""Loss of many voxels, with a gradient that is formed together with it.

Letters for shapes: B stimuli, L levels, T tokens, C token width, H hidden width,
N voxels.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.autograd.function import once_differentiable

from boldwise.encoders.voxel_products import (
    AT_ONCE,
    Folded,
    Kept,
    Stimulus,
    cut_voxels,
    learn,
    look,
    pattern_loss,
)

Prepare = Callable[[torch.Tensor], tuple[torch.Tensor, Folded]]


def loss_and_slopes(
    tokens: torch.Tensor,
    folded: Folded,
    target: torch.Tensor,
    *,
    cosine: float,
    keep: torch.Tensor | None = None,
    shared: bool = True,
) -> tuple[torch.Tensor, list[torch.Tensor | None]]:
    """Loss of all stimuli, and its gradient.

    Parameters
    ----------
    tokens : tensor of shape (B, L, T, C)
    folded : Folded
    target : tensor of shape (B, N)
    cosine : float
        Weight of the cosine of predicted and measured pattern, beside the squared
        error.
    keep : tensor of shape (B, L, 1, C), optional
        Factors on what is found: 0 where it is dropped.
    shared : bool
        Also the gradient of ``tokens``, ``hidden`` and ``shift``.

    Returns
    -------
    losses : tensor of shape (2,)
        Sums over stimuli: of the mean squared error over voxels, and of the cosine.
    slopes : list of tensor or None
        Gradient of the first less ``cosine`` times the second, for tokens and for
        the fields of ``folded``; None for what is not asked for.
    """
    chunks = cut_voxels(folded)
    slope = torch.zeros_like(tokens) if shared else None
    own = _zeros(chunks, folded)
    rooms = [[Kept.empty(chunk) for _ in range(AT_ONCE)] for chunk in chunks]
    losses = tokens.new_zeros(2)
    for start in range(0, len(tokens), AT_ONCE):
        few = slice(start, start + AT_ONCE)
        seen = _stimuli(tokens[few], keep, slope, start)
        found = torch.cat(
            [_look_all(*one, seen) for one in zip(chunks, rooms, strict=True)], 1
        )
        part, to_found = pattern_loss(found, target[few], cosine)  # (b, N)
        losses += part
        each = torch.split(to_found, [len(chunk.constant) for chunk in chunks], 1)
        for number, chunk in enumerate(chunks):
            for one, kept, row in zip(seen, rooms[number], each[number], strict=False):
                learn(chunk, own[number], one, kept, row)
    voxels = [torch.cat([getattr(one, name) for one in own], 1) for name in NAMES]
    constant = torch.cat([one.constant for one in own])
    rest = [own[0].hidden, own[0].shift] if shared else [None, None]
    return losses, [slope, *voxels, constant, *rest]


NAMES = Folded._fields[:4]  # with voxels along their second axis


class GroupLoss(torch.autograd.Function):
    """Loss of the stimuli of one subject; the gradient is formed on the way.

    What depends on voxels or tokens alone is multiplied out, used and freed subject by
    subject, so that the memory does not grow with their number.
    """

    @staticmethod
    def forward(
        ctx: Any,
        prepare: Prepare,
        options: dict[str, Any],
        target: torch.Tensor,
        voxels: torch.Tensor,
        *shared: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss () and its parts (2,) on target (B, N) of voxels (N, E)."""
        leaf = voxels.detach().requires_grad_(voxels.requires_grad)  # (N, E)
        with torch.enable_grad():
            tokens, folded = prepare(leaf)
        made = [tokens, *folded]
        plain = Folded(*(one.detach() for one in folded))
        parts, slopes = loss_and_slopes(tokens.detach(), plain, target, **options)
        learned = [one for one in made if one.requires_grad]
        onward = [s for one, s in zip(made, slopes, strict=True) if one.requires_grad]
        parameters = (leaf, *shared)
        wanted = [one for one in parameters if one.requires_grad]
        found = iter(torch.autograd.grad(learned, wanted, onward))
        ctx.slopes = [next(found) if one.requires_grad else None for one in parameters]
        ctx.mark_non_differentiable(parts)
        return parts[0] - options["cosine"] * parts[1], parts

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: torch.Tensor, _: torch.Tensor) -> tuple[Any, ...]:
        """Scale the gradient that is there by ``slope`` ()."""
        scaled = (None if one is None else one * slope for one in ctx.slopes)
        return None, None, None, *scaled


def _stimuli(
    tokens: torch.Tensor,
    keep: torch.Tensor | None,
    slope: torch.Tensor | None,
    start: int,
) -> list[Stimulus]:
    return [
        Stimulus(
            one,
            None if keep is None else keep[start + b],
            None if slope is None else slope[start + b],
        )
        for b, one in enumerate(tokens)
    ]


def _look_all(
    chunk: Folded, rooms: Sequence[Kept], seen: Sequence[Stimulus]
) -> torch.Tensor:
    """Predict a chunk for a few stimuli: (b, n)."""
    return torch.stack(
        [look(chunk, one, kept) for one, kept in zip(seen, rooms, strict=False)]
    )


def _zeros(chunks: Sequence[Folded], folded: Folded) -> list[Folded]:
    """Gradients as they add up; those of M and m are common to all chunks."""
    common = torch.zeros_like(folded.hidden), torch.zeros_like(folded.shift)
    found = []
    for chunk in chunks:
        own = [torch.zeros_like(one) for one in chunk[:5]]
        found.append(Folded._make([*own, *common]))
    return found
