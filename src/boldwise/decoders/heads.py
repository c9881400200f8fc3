"""From the shared latent space to what is told of a stimulus.

Letters for shapes: B rows, H width of the latent space, T tokens, D width of the
target, F = T x D; M latent tokens of width W, H = M x W; C colours, h by w pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import torch
from torch import nn
from torch.nn.functional import gelu, interpolate

from boldwise.errors import ConfigError

SHARPNESS = 2**0.5  # of queries and keys at the start


@dataclass(frozen=True)
class HeadOptions:
    """How a target is told from the latent space.

    Attributes
    ----------
    kind : str
        ``"linear"``: one matrix to all tokens (MindEye). ``"resampled"``: queries, one
        per token, look at the latent space as at M tokens (UMBRAE, without its
        tokeniser of rank 1). ``"picture"``: convolutions to a small blurred picture
        (C, h, w), for regression only; h and w are multiples of 4.
    n_projections : int
        Layers between the embedding for regression and that for retrieval; 0: the
        same embedding for both.
    width : int
        W of ``"resampled"``, a divisor of H; channels of ``"picture"``.
    depth : int
        Layers of ``"resampled"``.
    """

    kind: str = "linear"
    n_projections: int = 1
    width: int = 32
    depth: int = 1

    def __post_init__(self) -> None:
        if self.kind not in EXPANSIONS:
            raise ConfigError(
                f"a head is '{self.kind}'; known: {', '.join(EXPANSIONS)}."
            )


class Head(nn.Module):
    """One target: an embedding for regression, and one for retrieval.

    Mean squared error and contrast want different embeddings, as one cannot have the
    right length and tell stimuli best: retrieval departs from regression by a
    residual map of each token, which starts at nothing.

    Parameters
    ----------
    width : int
        H.
    shape : tuple of int
        Of the target of one stimulus: (D,), (T, D) or (C, h, w).
    options : HeadOptions
    """

    def __init__(
        self, width: int, shape: tuple[int, ...], options: HeadOptions
    ) -> None:
        super().__init__()
        self.shape = tuple(shape)
        self.retrieves = options.kind != "picture"
        self.expand = EXPANSIONS[options.kind](width, self.shape, options)
        n_layers = options.n_projections if self.retrieves else 0
        self.project = nn.ModuleList(Residual(self.shape[-1]) for _ in range(n_layers))

    def forward(self, latent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Tell the target from the latent space.

        Parameters
        ----------
        latent : tensor of shape (B, H)

        Returns
        -------
        regression, retrieval : tensor of shape (B, *shape)
        """
        regression = self.expand(latent).view(-1, *self.shape)  # (B, H) -> (B, T, D)
        retrieval = regression
        for layer in self.project:
            retrieval = layer(retrieval)  # (B, T, D)
        return regression, retrieval


class Residual(nn.Module):
    """x + A dropout(gelu(norm(x))): the one layer of trunk and projections.

    A starts at 0, so that a new layer changes nothing.

    Parameters
    ----------
    width : int
    dropout : float
    """

    def __init__(self, width: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Change x of shape (..., D) a little."""
        change: torch.Tensor = self.linear(self.dropout(gelu(self.norm(x))))
        return x + change


class _Linear(nn.Module):
    def __init__(
        self, width: int, shape: tuple[int, ...], options: HeadOptions
    ) -> None:
        super().__init__()
        self.linear = nn.Linear(width, prod(shape))

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """Tell F numbers from the latent space: (B, H) to (B, F)."""
        found: torch.Tensor = self.linear(latent)  # (B, H) -> (B, F)
        return found


class _Resampled(nn.Module):
    """Queries of the target's tokens look at the latent tokens."""

    def __init__(
        self, width: int, shape: tuple[int, ...], options: HeadOptions
    ) -> None:
        super().__init__()
        if len(shape) != 2 or width % options.width:
            raise ConfigError(
                f"a resampled head needs a target of tokens (T, D), here {shape}, and "
                f"a latent width that is a multiple of its own: {width} is to be cut "
                f"into tokens of {options.width}."
            )
        self.n_tokens, own = width // options.width, options.width  # M, W
        self.query = nn.Parameter(torch.randn(shape[0], own))
        self.place = nn.Parameter(torch.randn(self.n_tokens, own))
        self.layers = nn.ModuleList(_Look(own) for _ in range(options.depth))
        self.out = nn.Linear(own, shape[1])

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """Tell T tokens from the latent space: (B, H) to (B, T, D)."""
        seen = latent.view(len(latent), self.n_tokens, -1)  # (B, H) -> (B, M, W)
        asked = self.query.expand(len(latent), -1, -1)  # (B, T, W)
        found = torch.zeros_like(asked)
        for layer in self.layers:
            found = found + layer(asked + found, seen, self.place)  # (B, T, W)
        told: torch.Tensor = self.out(found)  # (B, T, D)
        return told


class _Look(nn.Module):
    """One look at latent tokens, whose keys know their place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.to_query = nn.Linear(width, width, bias=False)
        self.to_key = nn.Linear(width, width, bias=False)
        self.to_value = nn.Linear(width, width)
        self.then = Residual(width)
        for layer in (self.to_query, self.to_key):
            nn.init.orthogonal_(layer.weight, SHARPNESS)  # else all look alike

    def forward(
        self, asked: torch.Tensor, seen: torch.Tensor, place: torch.Tensor
    ) -> torch.Tensor:
        """Look at latent tokens (B, M, W) from queries (B, T, W): (B, T, W)."""
        key = self.to_key(place + seen)  # (B, M, W)
        match = self.to_query(asked) @ key.mT / key.shape[-1] ** 0.5  # (B, T, M)
        found: torch.Tensor = self.then(match.softmax(-1) @ self.to_value(seen))
        return found  # (B, T, W)


class _Picture(nn.Module):
    """A quarter of the size from a matrix, then doubled twice by convolutions."""

    def __init__(
        self, width: int, shape: tuple[int, ...], options: HeadOptions
    ) -> None:
        super().__init__()
        if len(shape) != 3 or shape[1] % 4 or shape[2] % 4:
            raise ConfigError(
                f"a picture head needs a target (colours, rows, columns) whose sides "
                f"are multiples of 4, here {shape}."
            )
        self.small = options.width, shape[1] // 4, shape[2] // 4
        self.linear = nn.Linear(width, prod(self.small))
        self.first = nn.Conv2d(options.width, options.width, 3, padding=1)
        self.last = nn.Conv2d(options.width, shape[0], 3, padding=1)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """Draw a small picture from the latent space: (B, H) to (B, C, h, w)."""
        small = self.linear(latent).view(-1, *self.small)  # (B, W, h / 4, w / 4)
        half = self.first(_double(small))  # (B, W, h / 2, w / 2)
        whole: torch.Tensor = self.last(_double(half + gelu(half)))  # (B, C, h, w)
        return whole


def _double(x: torch.Tensor) -> torch.Tensor:
    """Twice the rows and columns of (B, W, h, w), between them straight lines."""
    return interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


EXPANSIONS: dict[str, Callable[[int, tuple[int, ...], HeadOptions], nn.Module]] = {
    "linear": _Linear,
    "resampled": _Resampled,
    "picture": _Picture,
}
