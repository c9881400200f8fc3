"""Self-attention over a set: blocks without any position, for sets of any size.

Letters for shapes: V sets, N members of a set (registers among them), E width, H
heads.
"""

from math import log

import torch
from torch import nn
from torch.nn import functional

REFERENCE = 100  # members of a set for which the attention is scaled as usual


class SetBlock(nn.Module):
    """Pre-norm attention and a gated MLP, both as residuals.

    The order of the members changes nothing but their order. Scores grow with the
    logarithm of their number, so that attention over long sets stays as sharp as
    over short ones.

    Parameters
    ----------
    width : int
        E.
    n_heads : int
    dropout : float
    """

    def __init__(self, width: int, n_heads: int, dropout: float) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width)
        self.norm_mlp = nn.LayerNorm(width)
        self.gate = nn.Linear(width, 4 * width)
        self.down = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, members: torch.Tensor, *, n_read: int | None = None
    ) -> torch.Tensor:
        """Let members look at one another.

        Parameters
        ----------
        members : tensor of shape (V, N, E)
        n_read : int, optional
            Only the first so many look, at all: enough in the last block.

        Returns
        -------
        members : tensor of shape (V, N or n_read, E)
        """
        n_sets, n, width = members.shape
        split = (n_sets, n, 3, self.n_heads, width // self.n_heads)
        query, key, value = self.qkv(self.norm(members)).reshape(split).unbind(2)
        query = query[:, :n_read] * (log(n) / log(REFERENCE))  # (V, N, H, E / H)
        seen = functional.scaled_dot_product_attention(
            query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
        )  # (V, H, N, E / H)
        seen = seen.transpose(1, 2).flatten(2)  # (V, N, E)
        members = members[:, :n_read] + self.dropout(self.out(seen))
        gate, up = self.gate(self.norm_mlp(members)).chunk(2, dim=2)  # (V, N, 2 E) each
        changed: torch.Tensor = self.down(functional.silu(gate) * up)  # (V, N, E)
        told: torch.Tensor = members + self.dropout(changed)  # (V, N, E)
        return told
