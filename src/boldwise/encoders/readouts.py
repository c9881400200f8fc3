"""Readouts: from a map of features to voxels, by where and by what.

One interface for all: ``readout(maps, grid)`` takes any map of features, whichever
backbone or core it comes from, and gives the responses of all voxels at once.

Letters for shapes: B stimuli of a batch, R rows and C columns of the map, T = R * C
places (row by row, from the top left), D features, V voxels.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from boldwise.encoders.products import separable_product
from boldwise.encoders.visual_field import FieldShares, fields_of_weights
from boldwise.errors import ConfigError, ShapeMismatchError

Grid = tuple[int, int]
Kind = Literal["factorised", "gaussian", "semantic"]
KINDS: tuple[Kind, ...] = ("factorised", "gaussian", "semantic")
SMALL = 0.01  # first weights: not 0, or fields would have no gradient


@dataclass(frozen=True)
class MapShape:
    """What a readout must know of the map that it sits on.

    Attributes
    ----------
    grid : (int, int)
        Rows R and columns C.
    n_features : int
        D.
    """

    grid: Grid
    n_features: int

    @property
    def n_places(self) -> int:
        """T."""
        return self.grid[0] * self.grid[1]


class Readout(nn.Module):
    """What all readouts share: features of each voxel, and the way through.

    A kind of its own overrides ``place`` (weights of shape (V, T), at least 0, that
    sum to 1), or ``forward`` where places change with the stimulus.

    Parameters
    ----------
    shape : MapShape
    n_voxels : int

    Attributes
    ----------
    tuning : parameter of shape (V, D)
        Weights of the features times the root of D, so that one learning rate suits
        maps of few features and of many.
    bias : parameter of shape (V,)
    unweighted : tuple of str
        Parameters that weight decay must leave alone.
    """

    unweighted: tuple[str, ...] = ()

    def __init__(self, shape: MapShape, n_voxels: int) -> None:
        super().__init__()
        self.shape = shape
        self.tuning = nn.Parameter(SMALL * torch.randn(n_voxels, shape.n_features))
        self.bias = nn.Parameter(torch.zeros(n_voxels))

    @property
    def feature(self) -> torch.Tensor:
        """Weights of the features, shape (V, D)."""
        weight: torch.Tensor = self.tuning * float(self.shape.n_features) ** -0.5
        return weight

    def place(self, grid: Grid) -> torch.Tensor:
        """Weights of the places, shape (V, T)."""
        raise NotImplementedError

    def start_at(self, place: torch.Tensor) -> None:
        """Begin near weights of the places of shape (V, T), which sum to 1."""
        raise NotImplementedError

    def forward(self, maps: torch.Tensor, grid: Grid) -> torch.Tensor:
        """Responses to a batch.

        Parameters
        ----------
        maps : tensor of shape (B, T, D)
        grid : (int, int)
            R and C.

        Returns
        -------
        response : tensor of shape (B, V)
        """
        self.check(maps, grid)
        return separable_product(maps, self.place(grid), self.feature) + self.bias

    def fields(self, grid: Grid) -> FieldShares:
        """Receptive fields, arrays of shape (V,), in shares of the picture."""
        with torch.no_grad():
            return fields_of_weights(self.place(grid).double().cpu().numpy(), grid)

    def check(self, maps: torch.Tensor, grid: Grid) -> None:
        """Refuse a map of another shape than (B, T, D) of this grid.

        Raises
        ------
        ShapeMismatchError
        """
        wanted = (grid[0] * grid[1], self.shape.n_features)
        if maps.ndim != 3 or tuple(maps.shape[1:]) != wanted:
            raise ShapeMismatchError(
                f"a map of shape {tuple(maps.shape)} cannot be read out: "
                f"{grid[0]} rows by {grid[1]} columns of {self.shape.n_features} "
                f"features need (n_stimuli, {wanted[0]}, {wanted[1]})."
            )

    def check_grid(self, grid: Grid) -> None:
        """Refuse another grid than that of the fit.

        Raises
        ------
        ShapeMismatchError
        """
        if tuple(grid) != tuple(self.shape.grid):
            raise ShapeMismatchError(
                f"this readout has one weight for each place of {self.shape.grid[0]} "
                f"by {self.shape.grid[1]}, the map has {grid[0]} by {grid[1]}: pool "
                "the map to that grid, or use the gaussian readout, which fits any."
            )


def build_readout(
    kind: str, shape: MapShape, n_voxels: int, *, seed: int = 0, **options: Any
) -> Readout:
    """Make a readout by the name of its kind.

    Parameters
    ----------
    kind : {"factorised", "gaussian", "semantic"}
    shape : MapShape
    n_voxels : int
    seed : int
        Of the first weights.
    **options
        Of the kind.

    Returns
    -------
    readout : Readout

    Raises
    ------
    ConfigError
        If there is no such kind.
    """
    from boldwise.encoders.factorised_readout import FactorisedReadout
    from boldwise.encoders.gaussian_readout import GaussianReadout
    from boldwise.encoders.semantic_readout import SemanticReadout

    makers: dict[str, type[Readout]] = {
        "factorised": FactorisedReadout,
        "gaussian": GaussianReadout,
        "semantic": SemanticReadout,
    }
    if kind not in makers:
        raise ConfigError(f"readout '{kind}' is none of {', '.join(KINDS)}.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return makers[kind](shape, n_voxels, **options)


def weights_of(readout: Readout, grid: Grid) -> dict[str, np.ndarray]:
    """Take the weights that a store keeps of a readout.

    Parameters
    ----------
    readout : Readout
    grid : (int, int)

    Returns
    -------
    weights : dict of array of float32
        ``place`` of shape (V, T), ``feature`` of shape (V, D), ``bias`` (V,).
    """
    with torch.no_grad():
        kept = {
            "place": readout.place(grid),
            "feature": readout.feature,
            "bias": readout.bias,
        }
        return {name: one.float().cpu().numpy().copy() for name, one in kept.items()}
