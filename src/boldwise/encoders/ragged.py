"""Linear readout of each voxel from the queries of its own regions, and no others.

Letters for shapes: B stimuli, R queries, D width, V voxels, S sets of queries.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.autograd.function import once_differentiable

from boldwise.encoders.query_groups import distinct_sets


class RaggedReadout(nn.Module):
    """Read voxel v from the sum of the queries of its regions: w_v · sum_r z_r + b_v.

    As published, each query is read by every voxel, and what is not its own is then
    masked: B R V D products. Voxels of the same regions share one sum here, and each
    is read once: B V D. Rows of ``weight`` lie in the order of the sets.

    Parameters
    ----------
    member : array of bool, shape (R, V)
    width : int
    """

    sets: torch.Tensor
    order: torch.Tensor
    place: torch.Tensor

    def __init__(self, member: np.ndarray, width: int) -> None:
        super().__init__()
        sets, set_of = distinct_sets(member)
        order = np.argsort(set_of, kind="stable")
        self.counts = np.bincount(set_of, minlength=len(sets)).tolist()
        self.weight = nn.Parameter(
            torch.randn(len(order), width) / width**0.5
        )  # (V, D)
        self.bias = nn.Parameter(torch.zeros(len(order)))  # (V,)
        index = {"order": order, "place": np.argsort(order)}
        for name, values in index.items():
            self.register_buffer(name, torch.from_numpy(values), persistent=False)
        self.register_buffer("sets", torch.from_numpy(sets).float(), persistent=False)

    def forward(self, found: torch.Tensor) -> torch.Tensor:
        """Responses (B, V) of voxels in their own order, from found (B, R, D)."""
        joined = torch.einsum("sr,brd->sbd", self.sets, found)  # (S, B, D)
        if len(joined) == len(self.weight):  # a set for each voxel: S = V
            sorted_ = torch.einsum("vbd,vd->bv", joined, self.weight)  # (B, V)
        else:
            weight = self.weight.to(joined.dtype)  # halves, under autocast
            sorted_ = _Ragged.apply(joined, weight, self.counts)  # (B, V)
        response: torch.Tensor = (sorted_ + self.bias)[:, self.place]  # (B, V)
        return response

    def by_voxel(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight (V, D) and bias (V,) in the order of the voxels."""
        return self.weight[self.place], self.bias[self.place]


class SoftReadout(nn.Module):
    """Read voxel v from a mixture of all queries: w_v · sum_r softmax(a_v)_r z_r + b_v.

    For brains without regions: the assignment is learned with the rest.

    Parameters
    ----------
    n_queries, n_voxels, width : int
    """

    def __init__(self, n_queries: int, n_voxels: int, width: int) -> None:
        super().__init__()
        self.assign = nn.Parameter(0.01 * torch.randn(n_voxels, n_queries))  # (V, R)
        self.weight = nn.Parameter(_small(n_voxels, width))  # (V, D)
        self.bias = nn.Parameter(torch.zeros(n_voxels))  # (V,)

    def forward(self, found: torch.Tensor) -> torch.Tensor:
        """Responses (B, V) from found (B, R, D)."""
        share = self.assign.softmax(1)  # (V, R)
        each = found @ self.weight.T  # (B, R, D) (D, V) -> (B, R, V)
        return torch.einsum("brv,vr->bv", each, share) + self.bias  # (B, V)

    def by_voxel(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight (V, D) and bias (V,)."""
        return self.weight, self.bias


class _Ragged(torch.autograd.Function):
    """Products of the voxels of each set with its sum, written into one result."""

    @staticmethod
    def forward(
        ctx: Any,
        joined: torch.Tensor,
        weight: torch.Tensor,
        counts: list[int],
    ) -> torch.Tensor:
        """Map joined (S, B, D) and weight (V, D) to responses (B, V)."""
        ctx.save_for_backward(joined, weight)
        ctx.counts = counts
        response = joined.new_empty(len(weight), joined.shape[1])  # (V, B)
        for number, voxels in _slices(counts):
            torch.mm(weight[voxels], joined[number].T, out=response[voxels])
        return response.T

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, slope: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, None]:
        """Gradients of joined (S, B, D) and weight (V, D) from slope (B, V)."""
        joined, weight = ctx.saved_tensors
        to_joined, to_weight = torch.empty_like(joined), torch.empty_like(weight)
        by_voxel = slope.T.contiguous()  # (V, B)
        for number, voxels in _slices(ctx.counts):
            torch.mm(by_voxel[voxels].T, weight[voxels], out=to_joined[number])
            torch.mm(by_voxel[voxels], joined[number], out=to_weight[voxels])
        return to_joined, to_weight, None


def _slices(counts: list[int]) -> Iterator[tuple[int, slice]]:
    start = 0
    for number, count in enumerate(counts):
        yield number, slice(start, start + count)
        start += count


def _small(n_voxels: int, width: int) -> torch.Tensor:
    """Weights (V, D) of predictions that begin near 0, the mean response."""
    weight: torch.Tensor = torch.randn(n_voxels, width) * (0.1 / width**0.5)
    return weight
