"""Mixtures of two trials of one subject, and which stimulus each shows how much.

Letters for shapes: N rows of a batch, all subjects together; B of one subject.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.distributions import Beta

BETA = 0.15  # of both sides of the beta distribution that shares are drawn from
MIXED = 0.5  # of the rows


@dataclass(frozen=True)
class Mixture:
    """Each row is so much of itself, and the rest of its partner.

    Attributes
    ----------
    partner : tensor of int, shape (N,)
        Row of the whole batch, within the block of the same subject; a row may be
        its own partner.
    share : tensor of shape (N,)
        Of the row itself, 0 to 1; 1 for a row that is not mixed.
    """

    partner: torch.Tensor
    share: torch.Tensor

    def labels(self) -> torch.Tensor:
        """Tell how much of each stimulus each row shows: (N, N), rows sum to 1."""
        own = torch.diag(self.share)  # (N, N)
        return own.scatter_add(1, self.partner[:, None], 1 - self.share[:, None])

    def mix(self, values: torch.Tensor) -> torch.Tensor:
        """Mix the rows of all subjects, of shape (N, ...)."""
        share = self.share.view(-1, *[1] * (values.ndim - 1)).to(values.dtype)
        return torch.lerp(values[self.partner], values, share)

    def block(self, first: int, last: int) -> "Mixture":
        """Cut the rows of one subject, (B,), and count them from 0."""
        return Mixture(self.partner[first:last] - first, self.share[first:last])


def draw_mixture(
    sizes: Sequence[int], *, device: torch.device | str = "cpu"
) -> Mixture:
    """Draw partners within each subject, and shares.

    Torch's own random numbers are used: the loop seeds them for each step.

    Parameters
    ----------
    sizes : sequence of int
        Rows of each subject, in the order in which they lie in the batch.
    device : torch.device or str

    Returns
    -------
    mixture : Mixture
        Partners are a permutation of each block; every second row, on average, is
        mixed, with a share from Beta(0.15, 0.15): mostly near 0 or 1.
    """
    blocks, first = [], 0
    for size in sizes:
        blocks.append(first + torch.randperm(size))
        first += size
    drawn = Beta(BETA, BETA).sample((first,))
    share = torch.where(torch.rand(first) < MIXED, drawn, torch.ones(()))
    partner = torch.cat(blocks) if blocks else torch.empty(0, dtype=torch.long)
    return Mixture(partner.to(device), share.to(device))
