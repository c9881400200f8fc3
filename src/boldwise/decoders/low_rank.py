"""Low-rank adapters: a frozen matrix that learns a small departure.

Letters for shapes: I inputs, O outputs, K rank.
"""

import torch
from torch import nn


class LowRank(nn.Module):
    """x W + b + (x P) Q, of which P (I, K) and Q (K, O) are trained.

    After Hu et al. (2022), "LoRA", ICLR; Q begins at 0, so that nothing changes.

    Parameters
    ----------
    base : nn.Linear
        Frozen here.
    rank : int
        K.
    """

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        down = torch.randn(base.in_features, rank, device=base.weight.device)
        self.down = nn.Parameter(down / base.in_features**0.5)  # (I, K)
        self.up = nn.Parameter(base.weight.new_zeros(rank, base.out_features))  # (K, O)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map x of shape (..., I) to (..., O)."""
        found: torch.Tensor = self.base(x)
        return found + x @ self.down @ self.up


def adapt_low_rank(module: nn.Module, rank: int) -> None:
    """Put an adapter around each linear layer within a module, in place.

    Parameters
    ----------
    module : nn.Module
    rank : int
        K; at most the narrower side of a layer is used.
    """
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Linear):
            most = min(rank, child.in_features, child.out_features)
            setattr(module, name, LowRank(child, most))
        elif not isinstance(child, LowRank):
            adapt_low_rank(child, rank)
