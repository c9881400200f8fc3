"""The factorised readout: a free mask over places times a vector over features.

Letters for shapes: B stimuli of a batch, R rows and C columns of the map, T = R * C
places, D features, V voxels.
"""

import torch
from torch import nn

from boldwise.encoders.readouts import Grid, MapShape, Readout

FLOOR = 1e-3  # of a uniform mask, below which a start is lifted


class FactorisedReadout(Readout):
    """Response = sum over places and features of mask * feature weight * map.

    V (T + D) weights in place of the V T D of a flattened map [1]_. The mask is at
    least 0 and sums to 1, as [2]_ describe it; how they reach that is not told in
    what we read, here it is a softmax over places.

    Parameters
    ----------
    shape : MapShape
    n_voxels : int

    Attributes
    ----------
    logit : parameter of shape (V, T)

    References
    ----------
    .. [1] Klindt et al. (2017), "Neural system identification for large populations
       separating 'what' and 'where'", NeurIPS.
    .. [2] Saha, Chadha & Khosla (2024), arXiv 2410.14031 (read in a summary).
    """

    unweighted: tuple[str, ...] = ("logit",)

    def __init__(self, shape: MapShape, n_voxels: int) -> None:
        super().__init__(shape, n_voxels)
        self.logit = nn.Parameter(torch.zeros(n_voxels, shape.n_places))

    def place(self, grid: Grid) -> torch.Tensor:
        """Mask of each voxel, shape (V, T)."""
        self.check_grid(grid)
        return self.logit.softmax(1)  # (V, T)

    def start_at(self, place: torch.Tensor) -> None:
        """Begin with the masks ``place`` of shape (V, T)."""
        with torch.no_grad():
            self.logit.copy_((place + FLOOR / place.shape[1]).log())
