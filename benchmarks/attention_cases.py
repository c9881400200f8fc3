"""Sizes of the attention encoders' benchmark, and what their mathematics costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.encoders.region_query import RegionQueryEncoder, RegionQuerySizes
from boldwise.encoders.voxel_embedding import VoxelEmbeddingEncoder, VoxelEmbeddingSizes
from boldwise.training.batches import RowBatches
from boldwise.training.joined import JoinedBatches

N_SUBJECTS, N_STEPS = 8, 4


@dataclass(frozen=True)
class Region:
    """Sizes of the region-query case, and what its mathematics costs."""

    name = "region"
    batch: int = 16
    grid: tuple[int, int] = (31, 31)
    width: int = 768
    n_queries: int = 50
    n_heads: int = 16
    hidden: int = 1024
    n_voxels: int = 39_548

    def operations(self) -> dict[str, float]:
        """GFLOP of a step in the cheapest order, and forward as published."""
        b, d, r, t = self.batch, self.width, self.n_queries, self.grid[0] ** 2
        each = r * self.n_heads
        look = 2 * min(b * each * t * d + each * t * d, b * t * d * d + b * r * t * d)
        small = 2 * r * d * d + b * r * (2 * d * d + 2 * d * self.hidden)
        small += b * self.n_voxels * d
        plain = 2 * b * t * d * d + 2 * b * r * t * d + small
        plain += b * (r - 1) * self.n_voxels * d
        # tokens get no gradient: looking costs as much again, the rest twice as much
        return {"step": 2e-9 * (2 * look + 3 * small), "plain_forward": 2e-9 * plain}

    def member(self) -> np.ndarray:
        """Regions of one hemisphere per voxel, a tenth in two: (R, V)."""
        rng = np.random.default_rng(0)
        member = np.zeros((self.n_queries, self.n_voxels), bool)
        half = self.n_queries // 2
        side = half * (np.arange(self.n_voxels) * 2 // self.n_voxels)
        for share in (1.0, 0.1):
            inside = rng.random(self.n_voxels) < share
            own = side + rng.integers(0, half, self.n_voxels)
            member[own[inside], np.flatnonzero(inside)] = True
        return member

    def model(self) -> RegionQueryEncoder:
        """Make the model."""
        sizes = RegionQuerySizes(self.n_heads, self.hidden)
        model = RegionQueryEncoder(self.member(), self.grid, self.width, sizes=sizes)
        model.readout.weight.data *= 10  # predictions as large as responses
        return model

    def arrays(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the tokens of each store."""
        n = self.batch * N_STEPS
        return {"one": (n, self.grid[0] * self.grid[1], self.width)}

    def batches(self, tokens: Mapping[str, Any]) -> Any:
        """Source of batches."""
        n = self.batch * N_STEPS
        return RowBatches(
            {"tokens": tokens["one"], "responses": draw(n, self.n_voxels)}
        )


@dataclass(frozen=True)
class Voxel:
    """Sizes of the voxel-embedding case, and what its mathematics costs."""

    name = "voxel"
    batch: int = 32
    levels: int = 5
    n_tokens: int = 257
    width: int = 1024
    n_voxels: int = 39_500
    n_drawn: int = 5_000

    def operations(self) -> dict[str, float]:
        """GFLOP of a step in the cheapest order, and forward as published."""
        s, n = VoxelEmbeddingSizes(), self.n_drawn
        e, c, h = s.embedding, s.narrowed, s.hidden
        lt, bl = self.levels * self.n_tokens, self.batch * self.levels
        narrow = self.batch * lt * self.width * c
        pair = bl * n * (2 * self.n_tokens * c + c * h + c + h)
        own = n * (e * e + 2 * self.levels * e * c + lt * e + self.levels * c * h)
        step = 2 * narrow + 3 * (pair + N_SUBJECTS * own)
        plain = narrow + self.batch * lt * c * e + self.batch * n * e * e
        plain += bl * n * (self.n_tokens * (e + c) + 2 * c * h + e * c + c)
        return {"step": 2e-9 * step, "plain_forward": 2e-9 * plain}

    def model(self) -> VoxelEmbeddingEncoder:
        """Make the model."""
        counts = {f"subject {s}": self.n_voxels for s in range(N_SUBJECTS)}
        shape = self.levels, self.n_tokens, self.width
        model = VoxelEmbeddingEncoder(counts, shape)
        for table in model.embedding.values():
            table.data *= 50  # attention that prefers, predictions that matter
        return model

    def arrays(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the tokens of each store."""
        n = self.batch // N_SUBJECTS * N_STEPS
        shape = n, self.levels, self.n_tokens, self.width
        return {f"subject {s}": shape for s in range(N_SUBJECTS)}

    def batches(self, tokens: Mapping[str, Any]) -> Any:
        """Source of batches."""
        sources = {
            name: RowBatches(
                {"tokens": one, "responses": draw(len(one), self.n_voxels)},
                drawn={"responses": self.n_drawn},
            )
            for name, one in tokens.items()
        }
        return JoinedBatches(sources, together=True)


CASES = {
    "region": (Region(), Region(batch=8, n_voxels=2_472)),
    "voxel": (Voxel(), Voxel(batch=16, n_voxels=2_500, n_drawn=320)),
}


def draw(*shape: int) -> np.ndarray:
    """Draw standard normal numbers as float32."""
    return np.random.default_rng(len(shape)).standard_normal(shape, np.float32)
