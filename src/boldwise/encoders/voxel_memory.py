"""Voxels that a model remembers, and which of them a new voxel is like.

Letters for shapes: n images of a context, D directions of the embedding, V voxels, K
remembered voxels, E width of a summary.
"""

from math import log

import torch
from torch import nn

SHARPNESS = 2.0  # to begin with; per standard deviation of a correlation of noise


class VoxelMemory(nn.Module):
    """Expect of a voxel what voxels of other subjects had that respond like it.

    Parameters
    ----------
    n_remembered : int
        K.
    n_features : int
        D.
    width : int
        E.

    Attributes
    ----------
    weight : buffer of shape (K, D)
        Of the remembered voxels, on responses of variance 1; 0: nothing is remembered.
    """

    weight: torch.Tensor

    def __init__(self, n_remembered: int, n_features: int, width: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(n_remembered, n_features))
        self.sharpness = nn.Linear(width, 1)
        nn.init.normal_(self.sharpness.weight, std=1e-3)
        nn.init.constant_(self.sharpness.bias, log(SHARPNESS))

    def forward(
        self,
        summary: torch.Tensor,
        seen: torch.Tensor,
        target: torch.Tensor,
        own: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Expect the mean of the remembered weights, by likeness.

        Parameters
        ----------
        summary : tensor of shape (V, E)
            Tells how much likeness is to be trusted.
        seen : tensor of shape (n, D)
            Centred.
        target : tensor of shape (V, n)
            Of mean 0 and variance 1.
        own : tensor of int, shape (V,), optional
            Where a voxel is remembered itself, which would tell the answer; -1: is not.

        Returns
        -------
        expected : tensor of shape (V, D)
        """
        told = seen @ self.weight.T  # (n, K)
        told = told / told.norm(dim=0).clamp_min(1e-6)
        alike = target @ told  # (V, K): correlation times the root of n
        score = self.sharpness(summary).exp() * alike  # (V, K)
        if own is None:
            share = score.softmax(1)  # (V, K)
        else:
            itself = torch.arange(len(self.weight), device=own.device) == own[:, None]
            share = score.masked_fill(itself, torch.finfo(score.dtype).min).softmax(1)
            share = share.masked_fill(itself, 0)  # also where no other is remembered
        expected: torch.Tensor = share @ self.weight  # (V, D)
        return expected
