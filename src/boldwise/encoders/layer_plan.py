"""What choosing among feature spaces can work out before it sees a response."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.encoders.plan import VoxelwisePlan, plan_voxelwise
from boldwise.errors import DataError
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures
from boldwise.responses.records import Responses, Voxels

CHOOSE_BY = ("voxel", "roi", "all")


@dataclass(frozen=True)
class LayerPlan:
    """The feature spaces to choose from, each planned by itself.

    Attributes
    ----------
    layers : tuple of VoxelwisePlan
        Of the same responses and the same folds.
    group : array of int, shape (n_voxels,), or None
        Voxels with the same number choose together; None: each for itself.
    keep_weights : bool
        As of ``VoxelwisePlan``.
    """

    layers: tuple[VoxelwisePlan, ...]
    group: np.ndarray | None
    keep_weights: bool = False

    @property
    def n_folds(self) -> int:
        """Outer folds."""
        return len(self.layers[0].folds)


def plan_layers(
    responses: Responses,
    spaces: Sequence[FittedFeatures],
    split: Split,
    *,
    alphas: Sequence[float] | np.ndarray,
    delays: Sequence[int] = (),
    choose_by: str = "voxel",
) -> LayerPlan:
    """Decompose every space in every outer fold, and tell who chooses together.

    Parameters
    ----------
    responses : Responses
        Of shape (n_trials, n_voxels); no response is read yet.
    spaces : sequence of FittedFeatures
        Two or more; of equally good ones the first is chosen.
    split : Split
    alphas : sequence of float, shape (n_alphas,)
        Penalties to choose from, for each space by itself.
    delays : sequence of int, in volumes
        For continuous responses only.
    choose_by : {"voxel", "roi", "all"}
        Each voxel for itself; the voxels of a region of interest together, by their
        mean score; or all voxels together. Voxels that lie in the same regions (or in
        none) count as one region: a voxel of two regions follows neither alone.

    Returns
    -------
    plan : LayerPlan

    Raises
    ------
    DataError
        If there is nothing to choose from, there are no regions to choose by, or as
        ``plan_voxelwise`` does.
    """
    if len(spaces) < 2:
        raise DataError(
            f"a layer is chosen among two feature spaces or more, got {len(spaces)}."
        )
    group = _group(responses.voxels, choose_by)
    options: dict[str, Any] = {"alphas": alphas, "delays": delays}
    layers = [plan_voxelwise(responses, [one], split, **options) for one in spaces]
    return LayerPlan(tuple(layers), group)


def add_scores(total: np.ndarray, score: np.ndarray, group: np.ndarray) -> None:
    """Add scores to those of their groups, in place; not where one is NaN.

    Voxel after voxel, so that the sum does not depend on the width of the blocks.

    Parameters
    ----------
    total : array of shape (..., n_groups)
    score : array of shape (..., w)
        Of some voxels.
    group : array of int, shape (w,)
        Of these voxels.
    """
    known = np.isfinite(score).reshape(-1, len(group)).all(axis=0)
    for row, own in zip(
        total.reshape(-1, total.shape[-1]), score.reshape(-1, len(group)), strict=True
    ):
        np.add.at(row, group[known], own[known])


def _group(voxels: Voxels, choose_by: str) -> np.ndarray | None:
    """Give the voxels that choose together a number from 0: shape (n_voxels,)."""
    if choose_by not in CHOOSE_BY:
        raise DataError(f"no choice by '{choose_by}'; known: {', '.join(CHOOSE_BY)}.")
    if choose_by == "voxel":
        return None
    if choose_by == "all":
        return np.zeros(len(voxels), int)
    if not voxels.roi:
        raise DataError(
            f"a layer is to be chosen for each region of interest, but these "
            f"{len(voxels)} voxels have none. Name regions in `dataset`, or write "
            "`choose_by: voxel`."
        )
    inside = np.array(list(voxels.roi.values()))
    return np.unique(inside, axis=1, return_inverse=True)[1].reshape(-1)
