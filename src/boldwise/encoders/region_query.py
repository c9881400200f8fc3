"""Region-query encoder: regions ask, the tokens of a frozen network answer.

Letters for shapes: B stimuli, T tokens, D token width, R queries, H heads, V voxels.

After Adeli, Minni & Kriegeskorte (2025), "Transformer brain encoders explain human
high-level visual responses", NeurIPS, arXiv 2505.17329; told second-hand, equations
numbered here:

(1) keys K(x + p), values V x: positions p in the keys only;
(2) z_r = O sum_t softmax_t(q_r K(x_t + p_t) / sqrt(D / H)) V x_t, in each of H heads;
(3) z_r + FFN(LN(z_r));
(4) y_v = w_v · sum_{r of v} z_r + b_v.

How we differ: (1) and (2) are taken in the order (q K) x and (A x) V where that is
cheaper; (4) reads each voxel once; keys have no bias, which would cancel.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from boldwise.encoders.ragged import RaggedReadout, SoftReadout
from boldwise.encoders.region_attention import Grid, QueryAttention


@dataclass(frozen=True)
class RegionQuerySizes:
    """Sizes of the layers between queries and readout.

    Attributes
    ----------
    n_heads : int
        H, a divisor of the token width.
    hidden : int
        Width of the feed-forward layer; 0: none, equation (3) is left out.
    dropout : float
        In training, of what queries find and of the hidden layer.
    """

    n_heads: int = 1
    hidden: int = 0
    dropout: float = 0.0


class RegionQueryEncoder(nn.Module):
    """Predict voxels from the tokens of a frozen network.

    Parameters
    ----------
    member : array of bool, shape (R, V), or (int, int)
        Queries that each voxel reads; or R and V, where each voxel learns which of R
        queries it reads (soft assignment).
    grid : (int, int)
        Rows and columns of the tokens.
    width : int
        Token width D.
    sizes : RegionQuerySizes
    """

    undecayed = ("attention.query", "readout.assign")

    def __init__(
        self,
        member: np.ndarray | tuple[int, int],
        grid: Grid,
        width: int,
        *,
        sizes: RegionQuerySizes = RegionQuerySizes(),
    ) -> None:
        super().__init__()
        soft = isinstance(member, tuple)
        n_queries = member[0] if soft else len(member)
        self.attention = QueryAttention(n_queries, grid, width, **vars(sizes))
        self.readout: RaggedReadout | SoftReadout
        if isinstance(member, tuple):
            self.readout = SoftReadout(*member, width)
        else:
            self.readout = RaggedReadout(member, width)

    def standardise_with(self, mean: np.ndarray, width: np.ndarray) -> None:
        """Keep mean and spread (D,) of the tokens of the training stimuli."""
        self.attention.mean.copy_(torch.from_numpy(mean))
        self.attention.scale.copy_(torch.from_numpy(width))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Standardised responses (B, V) to tokens (B, T, D)."""
        found, _ = self.attention(tokens)  # (B, R, D)
        response: torch.Tensor = self.readout(found)  # (B, V)
        return response

    def attend(self, tokens: torch.Tensor) -> torch.Tensor:
        """Attention (B, R, T) of each query to tokens (B, T, D), mean over heads."""
        heads = self.attention.attend(tokens)  # (B, R H, T)
        n_stimuli, _, n_tokens = heads.shape
        each = heads.view(n_stimuli, -1, self.attention.n_heads, n_tokens)
        return each.mean(2)  # (B, R, H, T) -> (B, R, T)

    def loss(
        self, batch: dict[str, Any]
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Squared error, mean over stimuli and voxels.

        Parameters
        ----------
        batch : dict of tensor
            ``tokens`` (B, T, D) and standardised ``responses`` (B, V).

        Returns
        -------
        loss : tensor of shape ()
        parts : dict
            Empty: the loss has one part.
        """
        error = self(batch["tokens"]) - batch["responses"]  # (B, V)
        return error.square().mean(), {}
