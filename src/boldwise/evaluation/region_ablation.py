"""Which regions carry the decoding? Each alone, and each left out.

Alone tells what a region knows, left out what only it knows. A region may matter by one
and not by the other, where regions share what they know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.significance import permutation_p

Decode = Callable[[np.ndarray], np.ndarray]
"""Voxels to use, a mask of shape (n_voxels,), to a score per test item (n_items,)."""


@dataclass(frozen=True)
class RegionEffect:
    """What one region does for a decoder.

    Attributes
    ----------
    n_voxels : int
    alone : float
        Mean score of the region alone.
    alone_less_all, alone_p : float
        Difference to all voxels, and its two-sided p; above 0: the rest is in the way.
    left_out : float
        Mean score of all other voxels; NaN if there are none.
    lost, lost_p : float
        Mean score of all voxels less that without the region, and its two-sided p.
    """

    n_voxels: int
    alone: float
    alone_less_all: float
    alone_p: float
    left_out: float
    lost: float
    lost_p: float


def ablate_regions(
    decode: Decode,
    masks: Mapping[str, np.ndarray],
    *,
    n_voxels: int,
    n_permutations: int,
    seed: int,
) -> tuple[float, dict[str, RegionEffect]]:
    """Decode from each region alone and from all but it.

    Parameters
    ----------
    decode : callable
        Fits on the training stimuli with the voxels of a mask (n_voxels,), and scores
        the test items, shape (n_items,), higher being better: two-way shares, say.
        Whatever it chooses, it must choose on training stimuli.
    masks : mapping of name to array of bool, shape (n_voxels,)
        Regions; they may overlap and need not cover all voxels.
    n_voxels : int
    n_permutations : int
    seed : int

    Returns
    -------
    all_voxels : float
        Mean score of all.
    effects : dict of name to RegionEffect

    Raises
    ------
    ShapeMismatchError
        If a mask does not fit the voxels.
    DataError
        If a region is empty.
    """
    _refuse_masks(masks, n_voxels)
    whole = decode(np.ones(n_voxels, bool))
    options = {"n_permutations": n_permutations, "seed": seed}
    effects = {}
    for name, mask in masks.items():
        alone = decode(mask)
        rest = np.full(len(whole), np.nan) if mask.all() else decode(~mask)
        effects[name] = RegionEffect(
            n_voxels=int(mask.sum()),
            alone=float(alone.mean()),
            alone_less_all=float((alone - whole).mean()),
            alone_p=paired_p(alone - whole, **options),
            left_out=float(rest.mean()),
            lost=float((whole - rest).mean()),
            lost_p=paired_p(whole - rest, **options),
        )
    return float(whole.mean()), effects


def paired_p(difference: np.ndarray, *, n_permutations: int, seed: int) -> float:
    """Test the mean of paired differences by swapping the two of each pair.

    If both decoders are equally good, either score of an item could be the one's or
    the other's: the sign of each difference is drawn anew. Two-sided. The test is
    about new test items for these fitted decoders.

    Parameters
    ----------
    difference : array of shape (n_items,)
    n_permutations : int
    seed : int

    Returns
    -------
    p : float
        (1 + #{|permuted| >= |observed|}) / (1 + n_permutations); NaN if a difference
        is.
    """
    if not np.isfinite(difference).all():
        return float("nan")
    rng = np.random.default_rng([seed, 5])
    sign = rng.choice([-1.0, 1.0], (n_permutations, len(difference)))
    null = np.abs(sign @ difference) / len(difference)
    return float(permutation_p(np.abs(difference.mean()), null))


def _refuse_masks(masks: Mapping[str, np.ndarray], n_voxels: int) -> None:
    other = {name: m.shape for name, m in masks.items() if m.shape != (n_voxels,)}
    if other:
        raise ShapeMismatchError(
            f"there are {n_voxels} voxels, but masks of other shapes: {other}."
        )
    empty = [name for name, mask in masks.items() if not mask.any()]
    if empty:
        raise DataError(
            f"regions without a voxel cannot be decoded from: {', '.join(empty)}. "
            "Leave them out."
        )
