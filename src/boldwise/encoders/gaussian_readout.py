"""The Gaussian readout: a field of learned position and size times features.

Letters for shapes: B stimuli of a batch, R rows and C columns of the map, T = R * C
places, D features, V voxels.
"""

import numpy as np
import torch
from torch import nn

from boldwise.encoders.readouts import Grid, MapShape, Readout
from boldwise.encoders.visual_field import FieldShares

START_SIZE = 0.15  # of the picture: wide enough to feel where to go


class GaussianReadout(Readout):
    """Response = features summed within a Gaussian field; 4 + D + 1 weights a voxel.

    Differs from [1]_, whose field draws one place per step and reads the map there:
    we sum over the field, as a population receptive field does [2]_. The gradient is
    free of that noise, and the size is one of the voxel. The axes lie along those of
    the picture, so that the weights are a product of columns and rows: R + C
    exponentials per voxel, not R C.

    Parameters
    ----------
    shape : MapShape
    n_voxels : int

    Attributes
    ----------
    centre : parameter of shape (V, 2)
        x and y, in shares of the picture from the top left corner.
    log_size : parameter of shape (V, 2)
        Logarithm of the standard deviations along x and y, in shares.

    References
    ----------
    .. [1] Lurz et al. (2021), "Generalization in data-driven models of primary
       visual cortex", ICLR.
    .. [2] St-Yves & Naselaris (2018), "The feature-weighted receptive field",
       NeuroImage 180:188.
    """

    unweighted: tuple[str, ...] = ("centre", "log_size")

    def __init__(self, shape: MapShape, n_voxels: int) -> None:
        super().__init__(shape, n_voxels)
        self.centre = nn.Parameter(torch.full((n_voxels, 2), 0.5))
        start = float(np.log(START_SIZE))
        self.log_size = nn.Parameter(torch.full((n_voxels, 2), start))

    def place(self, grid: Grid) -> torch.Tensor:
        """Gaussian of each voxel on a grid of any size, shape (V, T)."""
        across = self._along(0, grid[1])  # (V, C)
        down = self._along(1, grid[0])  # (V, R)
        return (down[:, :, None] * across[:, None, :]).flatten(1)  # (V, R, C) -> (V, T)

    def start_at(self, place: torch.Tensor) -> None:
        """Begin at the centre of mass of ``place`` (V, T), on the grid of the fit."""
        n_rows, n_columns = self.shape.grid
        weight = place.reshape(-1, n_rows, n_columns)  # (V, R, C)
        with torch.no_grad():
            self.centre[:, 0] = weight.sum(1) @ _centres(n_columns, weight)  # (V,)
            self.centre[:, 1] = weight.sum(2) @ _centres(n_rows, weight)  # (V,)

    def fields(self, grid: Grid) -> FieldShares:
        """Centres and sizes as learned, arrays of shape (V,)."""
        centre = self.centre.detach().double().cpu().numpy()
        size = self.log_size.detach().double().cpu().exp().numpy()
        return FieldShares(centre[:, 0], centre[:, 1], size[:, 0], size[:, 1])

    def _along(self, axis: int, n: int) -> torch.Tensor:
        """Weights along one axis, shape (V, n), that sum to 1."""
        away = _centres(n, self.centre) - self.centre[:, axis, None]  # (V, n)
        width = self.log_size[:, axis, None].exp()  # (V, 1)
        return (-0.5 * (away / width) ** 2).softmax(1)


def _centres(n: int, like: torch.Tensor) -> torch.Tensor:
    steps = torch.arange(n, dtype=like.dtype, device=like.device)
    return (steps + 0.5) / n
