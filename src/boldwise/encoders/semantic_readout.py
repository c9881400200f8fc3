"""The semantic-spatial readout: what is seen moves where and what a voxel reads.

Letters for shapes: B stimuli of a batch, R rows and C columns of the map, T = R * C
places, D features, V voxels, K numbers that tell the content of a stimulus, S stem
channels.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from boldwise.encoders.factorised_readout import FactorisedReadout
from boldwise.encoders.products import moving_product
from boldwise.encoders.readouts import Grid, MapShape
from boldwise.errors import ConfigError

N_STEM, N_CONTENT = 4, 32  # as published
TINY = 0.01  # first weights of the heads: at 0 the stem would have no gradient
CAUTION = 0.1  # of what the heads say: what all stimuli share is learned sooner
PARTS = ("fields", "maps", "gains")


class SemanticReadout(FactorisedReadout):
    """The factorised readout, warped by the content of each stimulus.

    As [1]_ (read in a summary): a stem tells the content of a stimulus; from it
    come an affine map of six numbers for the mask of each voxel, and one for the map
    of each feature; both are warped, then summed as in the factorised readout. It
    begins at the identity, so that it contains the factorised readout.

    Differs from the paper: the stem reads the same map, not the trunk of a network
    of its own; a warped mask sums to 1 again; each feature also gets a gain from the
    content, since no warp can turn a feature up or down; ``fit_readout`` trains the
    factorised readout first, and begins from it.

    Parameters
    ----------
    shape : MapShape
    n_voxels : int
    moves : sequence of {"fields", "maps", "gains"}
        What the content changes: the masks, the maps of features, their gains.

    References
    ----------
    .. [1] Saha, Chadha & Khosla (2024), arXiv 2410.14031.
    """

    def __init__(
        self, shape: MapShape, n_voxels: int, *, moves: Sequence[str] = PARTS
    ) -> None:
        super().__init__(shape, n_voxels)
        unknown = [part for part in moves if part not in PARTS]
        if unknown or not moves:
            raise ConfigError(
                f"moves {list(moves)}: name one or more of {', '.join(PARTS)}."
            )
        self.stem = nn.Linear(shape.n_features, N_STEM)
        self.squeeze = nn.Linear(N_STEM * shape.n_places, N_CONTENT)
        sizes = {
            "fields": 6 * n_voxels,
            "maps": 6 * shape.n_features,
            "gains": shape.n_features,
        }
        self.heads = nn.ModuleDict({part: _near_zero(sizes[part]) for part in moves})

    def content(self, maps: torch.Tensor) -> torch.Tensor:
        """Tell the content of maps (B, T, D) in K numbers between -1 and 1, (B, K)."""
        seen = self.stem(maps).flatten(1)  # (B, T, D) -> (B, T, S) -> (B, T S)
        told: torch.Tensor = self.squeeze(seen).tanh()  # (B, K)
        return told

    def forward(self, maps: torch.Tensor, grid: Grid) -> torch.Tensor:
        """Responses (B, V) to maps (B, T, D) of R rows and C columns."""
        self.check(maps, grid)
        content = self.content(maps)  # (B, K)
        if "maps" in self.heads:
            warp = _affine(self._change("maps", content))  # (B, 6 D) -> (B D, 2, 3)
            maps = _warp(maps.mT, grid, warp).mT  # (B, D, T) -> (B, T, D)
        if "gains" in self.heads:
            gain = 1 + self._change("gains", content)  # (B, D)
            maps = maps * gain[:, None, :]  # (B, T, D)
        if "fields" not in self.heads:
            return super().forward(maps, grid)
        return moving_product(maps, self.moved(content, grid), self.feature) + self.bias

    def moved(self, content: torch.Tensor, grid: Grid) -> torch.Tensor:
        """Masks for stimuli of the given content.

        Parameters
        ----------
        content : tensor of shape (B, K)
        grid : (int, int)

        Returns
        -------
        place : tensor of shape (B, V, T)
            Sums to 1 over places; all 0 where a mask was moved out of the picture.
        """
        mask = self.place(grid).expand(len(content), -1, -1)  # (V, T) -> (B, V, T)
        if "fields" not in self.heads:
            return mask
        warp = _affine(self._change("fields", content))  # (B, 6 V) -> (B V, 2, 3)
        mask = _warp(mask, grid, warp)  # (B, V, T)
        return mask / mask.sum(2, keepdim=True).clamp_min(1e-6)

    def _change(self, part: str, content: torch.Tensor) -> torch.Tensor:
        """Numbers (B, n) by which content (B, K) differs from the identity."""
        change: torch.Tensor = CAUTION * self.heads[part](content)  # (B, n)
        return change


def _near_zero(n: int) -> nn.Linear:
    head = nn.Linear(N_CONTENT, n)
    nn.init.normal_(head.weight, std=TINY)
    nn.init.zeros_(head.bias)
    return head


def _affine(change: torch.Tensor) -> torch.Tensor:
    """Affine maps (B N, 2, 3) that differ from the identity by (B, 6 N)."""
    same = torch.eye(2, 3, dtype=change.dtype, device=change.device)
    return same + change.reshape(-1, 2, 3)


def _warp(sheets: torch.Tensor, grid: Grid, affine: torch.Tensor) -> torch.Tensor:
    """Move sheets (B, N, T), each by its own map (B N, 2, 3); outside there is 0."""
    each = sheets.reshape(-1, 1, *grid)  # (B N, 1, R, C)
    size = list(each.shape)
    where = functional.affine_grid(affine, size, align_corners=False)
    # (B N, R, C, 2)
    moved = functional.grid_sample(each, where, align_corners=False)  # (B N, 1, R, C)
    return moved.reshape(sheets.shape)
