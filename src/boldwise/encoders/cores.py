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
        Pixels along a side of the first filters.
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


class PairedFilters(nn.Module):
    """Lengths of the outputs of pairs of filters, averaged over neighbouring places.

    As in the cores that learn early visual cortex from responses alone [1]_, a first
    layer of large filters. Differs from them: filters come in pairs, and a feature is
    the length of a pair's outputs, as in a complex cell; rectified single filters
    need many more responses to find that. The core of [2]_ also turns its filters to
    eight directions; ours learns each.

    Parameters
    ----------
    n_planes : int
        P.
    shape : CoreShape

    References
    ----------
    .. [1] Lurz et al. (2021), "Generalization in data-driven models of primary
       visual cortex", ICLR.
    .. [2] Saha, Chadha & Khosla (2024), arXiv 2410.14031 (read in a summary).
    """

    def __init__(self, n_planes: int, shape: CoreShape) -> None:
        super().__init__()
        n, kernel = shape.n_features, shape.kernel
        self.stride = shape.stride
        self.pair = nn.Conv2d(n_planes, 2 * n, kernel, padding=kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(n)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Turn pictures (B, P, H, W) into maps (B, D, R, C)."""
        height, width = pictures.shape[2:]
        # filters of an even side give one row and one column more
        filtered = self.pair(pictures)[:, :, :height, :width]  # (B, 2 D, H, W)
        even, odd = filtered.chunk(2, dim=1)  # (B, D, H, W) each
        length = (even.square() + odd.square() + TINY).sqrt()  # (B, D, H, W)
        maps: torch.Tensor = self.norm(functional.avg_pool2d(length, self.stride))
        return maps  # (B, D, R, C)


class ConvolutionalCore(Core):
    """Pairs of filters, then blocks of depthwise-separable convolutions.

    Parameters
    ----------
    picture : (int, int, int)
        P, H and W.
    shape : CoreShape
    """

    def __init__(self, picture: tuple[int, int, int], shape: CoreShape) -> None:
        super().__init__(_grid_of(picture, shape), shape.n_features)
        n = shape.n_features
        self.first = PairedFilters(picture[0], shape)
        self.blocks = nn.ModuleList(_SeparableBlock(n) for _ in range(shape.n_blocks))
        self.last = nn.BatchNorm2d(n)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Turn pictures (B, P, H, W) into maps (B, T, D)."""
        maps = self.first(pictures)  # (B, D, R, C)
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
    """Pairs of filters, learned positions, then blocks of self-attention.

    Differs from a vision transformer, whose tokens are linear in the pixels of a
    patch: that learned nothing from the few hundred responses a subject has.

    Parameters
    ----------
    picture : (int, int, int)
        P, H and W.
    shape : CoreShape
    """

    def __init__(self, picture: tuple[int, int, int], shape: CoreShape) -> None:
        super().__init__(_grid_of(picture, shape), shape.n_features)
        n, n_places = shape.n_features, self.grid[0] * self.grid[1]
        self.first = PairedFilters(picture[0], shape)
        self.position = nn.Parameter(0.02 * torch.randn(n_places, n))  # (T, D)
        self.blocks = nn.ModuleList(
            SetBlock(n, shape.n_heads, shape.dropout) for _ in range(shape.n_blocks)
        )
        self.last = nn.BatchNorm1d(n)
        self.undecayed = ("position",)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Turn pictures (B, P, H, W) into maps (B, T, D)."""
        maps = self.first(pictures)  # (B, D, R, C)
        tokens = maps.flatten(2).mT + self.position  # (B, D, T) -> (B, T, D)
        for block in self.blocks:
            tokens = block(tokens)  # (B, T, D)
        told: torch.Tensor = self.last(tokens.mT).mT  # (B, D, T) -> (B, T, D)
        return told


def _grid_of(picture: tuple[int, int, int], shape: CoreShape) -> Grid:
    """Rows R and columns C of the map of a picture of P planes, H by W pixels."""
    _, height, width = picture
    return height // shape.stride, width // shape.stride


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
