"""Cores: small networks from pictures to maps of features, trained from scratch.

Letters for shapes: B pictures of a batch, H by W pixels, P colour planes, R rows and
C columns of the map, T = R * C places (row by row), D features.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from boldwise.encoders.set_transformer import SetBlock
from boldwise.errors import ConfigError

Grid = tuple[int, int]
TINY = 1e-6  # keeps the gradient of a root finite


@dataclass(frozen=True)
class CoreShape:
    """What a core is made of.

    Attributes
    ----------
    kind : {"convolutional", "transformer"}
    n_features : int
        D.
    n_blocks : int
        After the first layer.
    kernel : int
        Pixels of the first filters (convolutional), or of a patch (transformer).
    stride : int
        Pixels from one place to the next.
    n_heads : int
        Of the transformer.
    dropout : float
        Of the transformer.
    """

    kind: str = "convolutional"
    n_features: int = 32
    n_blocks: int = 2
    kernel: int = 9
    stride: int = 4
    n_heads: int = 4
    dropout: float = 0.1


class Core(nn.Module):
    """What all cores share: ``core(pictures)`` gives maps of ``grid`` rows and columns.

    Parameters
    ----------
    grid : (int, int)
    n_features : int
    """

    def __init__(self, grid: Grid, n_features: int) -> None:
        super().__init__()
        self.grid = grid
        self.n_features = n_features


class ConvolutionalCore(Core):
    """Pairs of filters, pooled; then blocks of depthwise-separable convolutions.

    As in the cores that learn early visual cortex from responses alone [1]_, a first
    layer of large filters is averaged over neighbouring places. Differs from them:
    filters come in pairs, and a feature is the length of a pair's outputs, as in a
    complex cell; rectified single filters need many more responses to find that. The
    core of [2]_ also turns its filters to eight directions; ours learns each.

    Parameters
    ----------
    picture : (int, int, int)
        P, H and W.
    shape : CoreShape

    References
    ----------
    .. [1] Lurz et al. (2021), "Generalization in data-driven models of primary
       visual cortex", ICLR.
    .. [2] Saha, Chadha & Khosla (2024), arXiv 2410.14031 (read in a summary).
    """

    def __init__(self, picture: tuple[int, int, int], shape: CoreShape) -> None:
        planes, height, width = picture
        super().__init__(
            (height // shape.stride, width // shape.stride), shape.n_features
        )
        n = shape.n_features
        self.first = nn.Conv2d(
            planes, 2 * n, shape.kernel, padding=shape.kernel // 2, bias=False
        )
        self.norm = nn.BatchNorm2d(n)
        self.stride = shape.stride
        self.blocks = nn.ModuleList(_SeparableBlock(n) for _ in range(shape.n_blocks))
        self.last = nn.BatchNorm2d(n)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Turn pictures (B, P, H, W) into maps (B, T, D)."""
        even, odd = self.first(pictures).chunk(2, dim=1)  # (B, D, H, W) each
        maps = (even.square() + odd.square() + TINY).sqrt()  # (B, D, H, W)
        maps = self.norm(functional.avg_pool2d(maps, self.stride))  # (B, D, R, C)
        for block in self.blocks:
            maps = block(maps)  # (B, D, R, C)
        told: torch.Tensor = self.last(maps).flatten(2).mT  # (B, D, T) -> (B, T, D)
        return told


class _SeparableBlock(nn.Module):
    """Each feature looks around, then features mix; added to what came in."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.around = nn.Conv2d(n, n, 3, padding=1, groups=n, bias=False)
        self.mix = nn.Conv2d(n, n, 1, bias=False)
        self.norm = nn.BatchNorm2d(n)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Turn maps (B, D, R, C) into maps of that shape."""
        return maps + functional.elu(self.norm(self.mix(self.around(maps))))


class TransformerCore(Core):
    """Overlapping patches with learned positions, then blocks of self-attention.

    Parameters
    ----------
    picture : (int, int, int)
        P, H and W.
    shape : CoreShape
    """

    def __init__(self, picture: tuple[int, int, int], shape: CoreShape) -> None:
        planes, height, width = picture
        super().__init__(
            (height // shape.stride, width // shape.stride), shape.n_features
        )
        n_places = self.grid[0] * self.grid[1]
        self.patch = nn.Conv2d(
            planes,
            shape.n_features,
            shape.kernel,
            stride=shape.stride,
            padding=(shape.kernel - shape.stride + 1) // 2,
        )
        spread = 0.02
        self.position = nn.Parameter(spread * torch.randn(n_places, shape.n_features))
        self.blocks = nn.ModuleList(
            SetBlock(shape.n_features, shape.n_heads, shape.dropout)
            for _ in range(shape.n_blocks)
        )
        self.norm = nn.LayerNorm(shape.n_features)
        self.undecayed = ("position",)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Turn pictures (B, P, H, W) into maps (B, T, D)."""
        n_rows, n_columns = self.grid
        maps = self.patch(pictures)[:, :, :n_rows, :n_columns]  # (B, D, R, C)
        tokens = maps.flatten(2).mT + self.position  # (B, D, T) -> (B, T, D)
        for block in self.blocks:
            tokens = block(tokens)  # (B, T, D)
        told: torch.Tensor = self.norm(tokens)  # (B, T, D)
        return told


def build_core(picture: tuple[int, int, int], shape: CoreShape) -> Core:
    """Make a core by the name of its kind.

    Parameters
    ----------
    picture : (int, int, int)
        Planes, height and width in pixels.
    shape : CoreShape

    Returns
    -------
    core : Core

    Raises
    ------
    ConfigError
        If there is no such kind, or the picture is too small for it.
    """
    makers: dict[str, type[ConvolutionalCore] | type[TransformerCore]] = {
        "convolutional": ConvolutionalCore,
        "transformer": TransformerCore,
    }
    if shape.kind not in makers:
        raise ConfigError(f"core '{shape.kind}' is none of {', '.join(makers)}.")
    if min(picture[1:]) < max(shape.kernel, shape.stride):
        raise ConfigError(
            f"pictures of {picture[1]} by {picture[2]} pixels are too small for a core "
            f"with a kernel of {shape.kernel} and a stride of {shape.stride}: give "
            "larger pictures, or smaller values of both."
        )
    if shape.kernel < shape.stride:
        raise ConfigError(
            f"a kernel of {shape.kernel} pixels every {shape.stride} leaves pixels "
            "unseen: the kernel must be at least the stride."
        )
    return makers[shape.kind](picture, shape)
