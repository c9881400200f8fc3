"""Queries that look at the tokens of a frozen network, in the cheapest exact order.

Letters for shapes: B stimuli, T tokens, D token width, R queries, H heads, W = D / H,
F hidden width.
Equations are numbered as in ``region_query``: those of the transformer decoder in
Adeli et al. (2025), arXiv 2505.17329, told second-hand from a description of its sizes,
not from its code.
"""

import math
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import relu

from boldwise.errors import ConfigError

Grid = tuple[int, int]


class Seen(NamedTuple):
    """Tokens, and what is still to be done to standardise them.

    Attributes
    ----------
    tokens : tensor of shape (B, T, D)
    mean, scale : tensor of shape (D,)
        To be taken off, and to be divided by, after that.
    """

    tokens: torch.Tensor
    mean: torch.Tensor
    scale: torch.Tensor


class QueryAttention(nn.Module):
    """One cross-attention layer: learned queries, tokens as keys and values.

    Positions enter the keys only: what a query brings back tells what was found, not
    where. A bias of the keys would cancel in the softmax, so there is none.

    Parameters
    ----------
    n_queries : int
    grid : (int, int)
        Rows and columns of the tokens, row by row from the top left; T = rows*columns.
    width : int
        Width D of a token, a multiple of 4 and of ``n_heads``.
    n_heads : int
    hidden : int
        Width of the feed-forward layer behind the attention; 0: none.
    dropout : float
        Share of what was found, and of the hidden layer, that is dropped in training.
    """

    position: torch.Tensor
    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(
        self,
        n_queries: int,
        grid: Grid,
        width: int,
        *,
        n_heads: int = 1,
        hidden: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Parameter(torch.randn(n_queries, width))  # (R, D)
        self.to_query = nn.Linear(width, width)
        self.to_key = nn.Linear(width, width, bias=False)
        self.to_value = nn.Linear(width, width)
        self.to_output = nn.Linear(width, width)
        self.drop = nn.Dropout(dropout)
        self.feed_forward: nn.Module | None = None
        if hidden:
            self.feed_forward = FeedForward(width, hidden, dropout)
        position = sine_positions(grid, width)  # (T, D)
        self.register_buffer("position", position, persistent=False)
        self.register_buffer("mean", torch.zeros(width))  # (D,)
        self.register_buffer("scale", torch.ones(width))  # (D,)

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Look at tokens (B, T, D): found (B, R, D) and attention (B, R H, T)."""
        seen = self._see(tokens)
        attention = self._attend(seen)  # (B, R H, T)
        found = self.drop(self._gather(attention, seen))  # (B, R, D)
        if self.feed_forward is not None:
            found = found + self.feed_forward(found)  # (B, R, D), equation (3)
        return found, attention

    def attend(self, tokens: torch.Tensor) -> torch.Tensor:
        """Attention (B, R H, T) of each head of each query to tokens (B, T, D)."""
        return self._attend(self._see(tokens))

    @property
    def folds(self) -> bool:
        """Fold projections into the queries: R H D products of T D beat D D + R D."""
        n_queries, width = self.query.shape
        return n_queries * self.n_heads <= width + n_queries

    def _see(self, tokens: torch.Tensor) -> Seen:
        """Standardise tokens (B, T, D): now, or where that costs less, later.

        In half precision always now: a mean far above the spread would swallow it.
        """
        if self.folds and not torch.is_autocast_enabled(tokens.device.type):
            return Seen(tokens, self.mean, self.scale)
        standard = (tokens - self.mean) / self.scale  # (B, T, D)
        return Seen(standard, torch.zeros_like(self.mean), torch.ones_like(self.scale))

    def _attend(self, seen: Seen) -> torch.Tensor:
        """Attention (B, R H, T), the softmax of equation (2)."""
        query = self._heads(self.to_query(self.query))  # (R, H, W)
        query = query / math.sqrt(query.shape[2])
        if self.folds:
            key = self._heads(self.to_key.weight.T)  # (D, H, W)
            # (q K') x' instead of q (x K)': no product with D x D of T tokens
            folded = torch.einsum("rhw,dhw->rhd", query, key).flatten(0, 1)  # (R H, D)
            place = folded @ self.position.T  # (R H, T), once for all stimuli
            # the mean of the tokens adds the same to all scores: it cancels
            score = _add_product(place, folded / seen.scale, seen.tokens.mT)
            return score.softmax(2)  # (B, R H, T)
        key = self._heads(self.to_key(seen.tokens + self.position))  # (B, T, H, W)
        score = torch.einsum("rhw,bthw->brht", query, key)  # (B, R, H, T)
        return score.flatten(1, 2).softmax(2)  # (B, R H, T)

    def _gather(self, attention: torch.Tensor, seen: Seen) -> torch.Tensor:
        """Attended values (B, R, D) of equation (2), heads joined, projected."""
        n_stimuli, _, n_tokens = attention.shape
        each = attention.view(n_stimuli, -1, self.n_heads, n_tokens)  # (B, R, H, T)
        value = self._heads(self.to_value.weight.T)  # (D, H, W)
        if self.folds:
            # (A x) V instead of A (x V); attention sums to 1: the mean comes off once
            value = value / seen.scale[:, None, None]  # (D, H, W)
            mixed = (attention @ seen.tokens).view(*each.shape[:3], -1)  # (B, R, H, D)
            found = torch.einsum("brhd,dhw->brhw", mixed, value)  # (B, R, H, W)
            found = found - torch.einsum("d,dhw->hw", seen.mean, value)
        else:
            values = torch.einsum("btd,dhw->bthw", seen.tokens, value)  # (B, T, H, W)
            found = torch.einsum("brht,bthw->brhw", each, values)  # (B, R, H, W)
        joined = found.flatten(2) + self.to_value.bias  # (B, R, D)
        output: torch.Tensor = self.to_output(joined)  # (B, R, D)
        return output

    def _heads(self, values: torch.Tensor) -> torch.Tensor:
        return values.reshape(*values.shape[:-1], self.n_heads, -1)  # (..., H, W)


class FeedForward(nn.Module):
    """Normalise, widen to F, rectify, narrow: (..., D) -> (..., D), equation (3)."""

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, hidden)
        self.narrow = nn.Linear(hidden, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, found: torch.Tensor) -> torch.Tensor:
        """Map found (..., D) to what is added to it (..., D)."""
        wide = self.drop(relu(self.widen(self.norm(found))))  # (..., F)
        narrow: torch.Tensor = self.narrow(wide)  # (..., D)
        return narrow


def sine_positions(grid: Grid, width: int) -> torch.Tensor:
    """Sines and cosines of the row and the column, over a range of wavelengths.

    Parameters
    ----------
    grid : (int, int)
        Rows and columns.
    width : int
        A multiple of 4: sine and cosine, of row and of column.

    Returns
    -------
    position : tensor of shape (rows * columns, width)
        Row by row from the top left; the first half of the columns tells the row.

    Raises
    ------
    ConfigError
        If the width is no multiple of 4.
    """
    if width % 4:
        raise ConfigError(
            f"tokens are {width} wide; positions need a multiple of 4. Reduce the "
            "tokens to such a width."
        )
    rate = 1e4 ** (-torch.arange(width // 4) / (width // 4))  # (D / 4,)
    codes = []
    for length in grid:
        centre = (torch.arange(length) + 0.5) / length  # in shares of the picture
        turn = 2 * math.pi * centre[:, None] * rate  # (length, D / 4)
        codes.append(torch.cat([turn.sin(), turn.cos()], 1))  # (length, D / 2)
    row, column = codes
    n_rows, n_columns = grid
    both = [row.repeat_interleave(n_columns, 0), column.repeat(n_rows, 1)]
    return torch.cat(both, 1)  # (T, D)


def _add_product(
    place: torch.Tensor, left: torch.Tensor, right: torch.Tensor
) -> torch.Tensor:
    """Sum place (R, T) + left (R, D) @ right (B, D, T) in one pass: (B, R, T)."""
    n_stimuli = len(right)
    shared = place.expand(n_stimuli, -1, -1), left.expand(n_stimuli, -1, -1)
    return torch.baddbmm(*shared, right)
