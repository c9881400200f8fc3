"""Soft matching of voxels by optimal transport (needs POT)."""

from typing import Any

import numpy as np

from boldwise.decoders.alignment.linear_map import Alignment, Piece, centre_pair
from boldwise.errors import DataError

LARGEST = 4000  # Voxels of a part, either side: plan and cost then take 0.25 GiB.

UNDERFLOWS = 0.02  # Of the mean cost: below it the plan needs logarithms, far slower.
TOLERANCE = 1e-4  # Of the weights of the voxels, which sum to 1.


def fit_transport(
    source: np.ndarray, target: np.ndarray, *, regularisation: float = 0.05
) -> Alignment:
    """Match each voxel of the target with those of the source that respond alike.

    The cost of a match is the squared distance between the voxels' z-scored response
    profiles over the alignment stimuli, divided by its mean. All voxels weigh alike,
    and the entropy of the plan is rewarded [1]_. A target voxel is the mean of its
    matches, each z-scored, in the spread that it has itself: one that does not vary
    stays at its mean.

    Parameters
    ----------
    source : array of shape (n_align, n_source)
    target : array of shape (n_align, n_target)
        Rows show the same stimuli.
    regularisation : float
        Weight of the entropy, in mean costs: towards 0 the plan becomes a matching
        of voxel with voxel.

    Returns
    -------
    alignment : Alignment

    Raises
    ------
    DataError
        If POT is not installed, or a part has more voxels than can be matched.
    ShapeMismatchError
        As ``centre_pair``.

    References
    ----------
    .. [1] Bazeille, Richard, Janati & Thirion (2019). IPMI, 237-248.
    """
    ot = _import_pot()
    source_mean, target_mean, x, y = centre_pair(source, target)
    if max(x.shape[1], y.shape[1]) > LARGEST:
        raise DataError(
            f"optimal transport would match {x.shape[1]} voxels with {y.shape[1]} at "
            f"once; at most {LARGEST} are. Give n_parcels."
        )
    spread_x, spread_y = _spread(x), _spread(y)
    x, y = x / spread_x, y / spread_y
    cost = (x**2).sum(0)[:, None] + (y**2).sum(0) - 2 * (x.T @ y)
    cost /= max(float(cost.mean()), np.finfo(float).tiny)
    n_x, n_y = cost.shape
    even = (np.full(n_x, 1 / n_x), np.full(n_y, 1 / n_y))
    small = regularisation < UNDERFLOWS
    plan = ot.sinkhorn(
        *even,
        cost,
        regularisation,
        method="sinkhorn_log" if small else "sinkhorn",
        stopThr=TOLERANCE,
        warn=False,
    )
    own_spread = np.where(np.isfinite(spread_y), spread_y, 0)
    weight = plan / plan.sum(axis=0) * own_spread / spread_x[:, None]
    piece = Piece(slice(None), slice(None), weight)
    return Alignment(source_mean, target_mean, [piece])


def _import_pot() -> Any:
    try:
        import ot
    except ImportError as error:
        raise DataError(
            "alignment by optimal transport needs the package POT, which is not "
            "installed: pip install 'boldwise[transport]', or choose procrustes or "
            "shared_response."
        ) from error
    return ot


def _spread(centred: np.ndarray) -> np.ndarray:
    """Root mean square of each column; infinite where it does not vary."""
    spread = np.sqrt((centred**2).mean(axis=0))
    constant = spread <= 1e-12 * spread.max(initial=0)
    return np.where(constant, np.inf, spread)
